package io.forbear.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that answers with given statuses, one for each request, and counts the requests. */
final class CountingServer implements AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> attempts = new CopyOnWriteArrayList<>();

    private CountingServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts a server.
     *
     * @param statuses the statuses of the first requests; every later request is answered with the last of them
     */
    static CountingServer answering(int... statuses) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            CountingServer counting = new CountingServer(server);
            server.createContext("/", exchange -> counting.answer(exchange, statuses));
            server.start();
            return counting;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange, int... statuses) throws IOException {
        int number = requests.incrementAndGet();
        String attempt = exchange.getRequestHeaders().getFirst("forbear-attempt");
        attempts.add(attempt == null ? "-" : attempt);
        exchange.getRequestBody().readAllBytes();
        byte[] body = "Ada".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(statuses[Math.min(number, statuses.length) - 1], body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + path);
    }

    int requests() {
        return requests.get();
    }

    /** Returns what the header {@code forbear-attempt} of each request said, {@code -} where it was missing. */
    List<String> attempts() {
        return List.copyOf(attempts);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
