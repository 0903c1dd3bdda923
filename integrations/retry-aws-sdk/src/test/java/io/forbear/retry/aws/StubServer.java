package io.forbear.retry.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Any service of AWS, on this machine: speaks HTTP, keeps what was asked, answers as a test says. */
public final class StubServer implements AutoCloseable {

    static {
        System.setProperty("aws.cborEnabled", "false"); // Kinesis then speaks JSON
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Function<Request, Answer> service;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final List<SdkAutoCloseable> clients = new CopyOnWriteArrayList<>();
    private volatile boolean keeps = true;
    private volatile boolean limited;

    /**
     * A request.
     *
     * @param number from 1
     */
    public record Request(int number, String method, URI uri, Map<String, String> headers, byte[] bytes) {

        /** Returns the operation, of a protocol that names it in a header. */
        public String operation() {
            String target = headers.getOrDefault("X-amz-target", "");
            return target.substring(target.indexOf('.') + 1);
        }

        public String body() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private StubServer(HttpServer server, Function<Request, Answer> service) {
        this.server = server;
        this.service = service;
    }

    /** Starts a server on a port of the loopback address. */
    public static StubServer start(Function<Request, Answer> service) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            StubServer stub = new StubServer(server, service);
            server.createContext("/", stub::answer);
            server.setExecutor(stub.threads);
            server.start();
            return stub;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps no requests from now on: there will be many. */
    public StubServer keepNone() {
        keeps = false;
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            Request request = new Request(
                    count.incrementAndGet(), exchange.getRequestMethod(), exchange.getRequestURI(), headers, body);
            if (keeps) {
                requests.add(request);
            }
            deliver(service.apply(request), exchange);
        }
    }

    private static void deliver(Answer answer, HttpExchange exchange) throws IOException {
        if (answer.fault() != null) {
            return; // closed without an answer
        }
        Map<String, String> headers = new HashMap<>(answer.headers());
        String delivery = headers.remove(Answer.DELIVERY);
        headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        byte[] body = answer.body();
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        OutputStream out = exchange.getResponseBody();
        if (delivery == null) {
            out.write(body);
            return;
        }
        int half = body.length / 2;
        out.write(body, 0, half);
        out.flush();
        if (delivery.equals(Answer.SLOW)) {
            try {
                Thread.sleep(300);
            } catch (InterruptedException closed) {
                return;
            }
            out.write(body, half, body.length - half);
        }
    }

    /** Returns how many requests have come. */
    public int count() {
        return count.get();
    }

    /** Returns what was asked, in order. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public URI uri() {
        return URI.create("http://localhost:" + port());
    }

    /** Points the builder of a client at this server. */
    public <B extends AwsClientBuilder<B, C>, C> B at(B builder) {
        return at(builder, uri());
    }

    /** Gives the attempts of clients that are made from now on two seconds each. */
    public void limitAttempts() {
        limited = true;
    }

    /** Makes a client of this server, which is closed with it. */
    public <B extends AwsClientBuilder<B, C>, C extends SdkAutoCloseable> C client(B builder) {
        if (limited) {
            builder.overrideConfiguration(o -> o.apiCallAttemptTimeout(Duration.ofSeconds(2)));
        }
        C client = at(builder).build();
        clients.add(client);
        return client;
    }

    /** Points the builder of a client at an address of this machine. */
    public static <B extends AwsClientBuilder<B, C>, C> B at(B builder, URI endpoint) {
        return builder.region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .endpointOverride(endpoint);
    }

    @Override
    public void close() {
        clients.forEach(SdkAutoCloseable::close);
        server.stop(0);
        threads.shutdownNow();
    }
}
