package io.forbear.retry.spring.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.spring.SpringFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;

/** What tests of HTTP clients use beside: a server that answers as it is told, and counts. */
abstract class HttpFixture extends SpringFixture {

    /** A request that has come. */
    record Received(String method, String body, Headers headers) {

        String header(String name) {
            return headers.getFirst(name);
        }
    }

    final List<Received> requests = new CopyOnWriteArrayList<>();
    private final Deque<Integer> statuses = new ArrayDeque<>();
    private HttpServer server;

    @BeforeEach
    void starts() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        open(() -> server.stop(0));
    }

    /** Sets the statuses of the answers to come; after them it is 200. */
    final void answers(Integer... status) {
        synchronized (statuses) {
            statuses.addAll(List.of(status));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Headers headers = new Headers();
        headers.putAll(exchange.getRequestHeaders());
        requests.add(new Received(exchange.getRequestMethod(), body, headers));
        Integer status;
        synchronized (statuses) {
            status = statuses.poll();
        }
        byte[] text = ("status " + (status == null ? 200 : status)).getBytes(StandardCharsets.UTF_8);
        if (status != null && status == 429) {
            exchange.getResponseHeaders().set("Retry-After", "7");
        }
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(status == null ? 200 : status, text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    final String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/orders";
    }
}
