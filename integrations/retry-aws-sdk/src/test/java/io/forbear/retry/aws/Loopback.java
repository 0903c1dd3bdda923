package io.forbear.retry.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** The network of an asynchronous client: a server on this machine that answers by number. */
final class Loopback implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final IntFunction<Answer> script;
    private final List<String> attempts = new CopyOnWriteArrayList<>();

    private Loopback(HttpServer server, IntFunction<Answer> script) {
        this.server = server;
        this.script = script;
    }

    /**
     * Starts a server.
     *
     * @param script the answer to the request of each number, from 1; may block
     */
    static Loopback start(IntFunction<Answer> script) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            Loopback loopback = new Loopback(server, script);
            server.createContext("/", loopback::answer);
            server.setExecutor(loopback.threads);
            server.start();
            return loopback;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Loopback start(Answer... answers) {
        return start(number -> answers[Math.min(number, answers.length) - 1]);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            attempts.add(String.valueOf(exchange.getRequestHeaders().getFirst("amz-sdk-request")));
            Answer answer = script.apply(attempts.size());
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** Returns the header that numbers the attempt, of each request. */
    List<String> attempts() {
        return attempts;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
