package io.forbear.shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A service that answers as it is told, 200 where it is not told, and counts the requests that reached it. */
final class Downstream implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Integer> script = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> byPath = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger unsigned = new AtomicInteger();

    Downstream() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            if (exchange.getRequestHeaders().getFirst("shop-signature") == null) {
                unsigned.incrementAndGet();
            }
            String path = exchange.getRequestURI().getPath();
            byPath.computeIfAbsent(path, unknown -> new AtomicInteger()).incrementAndGet();
            Integer status = script.poll();
            byte[] body = ("answer to " + path).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status == null ? 200 : status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Answers the next requests with these statuses, one each. */
    void script(int... statuses) {
        for (int status : statuses) {
            script.add(status);
        }
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    String authority() {
        return "localhost:" + server.getAddress().getPort();
    }

    /** Returns how many requests did not carry what an interceptor of the shop adds. */
    int unsigned() {
        return unsigned.get();
    }

    int requests() {
        return requests.get();
    }

    int requests(String path) {
        return byPath.getOrDefault(path, new AtomicInteger()).get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
