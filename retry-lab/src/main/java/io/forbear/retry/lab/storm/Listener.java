package io.forbear.retry.lab.storm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One process of a service as the network knows it: a port of loopback that listens, or refuses connections because
 * nothing listens there. Thread-safe.
 */
final class Listener implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final int NO_BODY = -1;

    private final HttpHandler handler;
    private final InetSocketAddress address;
    private @Nullable HttpServer server;
    /** Holds the port while nothing listens: it must not become the port of a connection meanwhile. */
    private @Nullable Socket holder;

    private boolean closed;

    /**
     * Listens on a free port.
     *
     * @param handler is called on the listener's own thread: must not block
     */
    Listener(HttpHandler handler) throws IOException {
        this.handler = handler;
        HttpServer first = started(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        this.server = first;
        this.address = first.getAddress();
    }

    private HttpServer started(InetSocketAddress at) throws IOException {
        HttpServer made = HttpServer.create(at, BACKLOG);
        made.createContext("/", handler);
        made.start();
        return made;
    }

    URI uri() {
        String host = address.getAddress().getHostAddress();
        return URI.create(
                "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/order");
    }

    /** Ends as a process ends: its connections are cut, and new ones are refused. */
    synchronized void refuse() throws IOException {
        if (server != null && !closed) {
            server.stop(0);
            server = null;
            Socket held = new Socket();
            held.setReuseAddress(true);
            held.bind(address);
            holder = held;
        }
    }

    /** Starts again at the same port. */
    synchronized void listen() throws IOException {
        if (server == null && !closed) {
            if (holder != null) {
                holder.close();
                holder = null;
            }
            server = started(address);
        }
    }

    /** Answers a request; what goes wrong then is that the client has left. */
    static void answer(HttpExchange exchange, int status) {
        try {
            exchange.sendResponseHeaders(status, NO_BODY);
        } catch (IOException clientLeft) {
            // the exchange is closed in any case
        }
        exchange.close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (server != null) {
            server.stop(0);
            server = null;
        }
        if (holder != null) {
            try {
                holder.close();
            } catch (IOException neverConnected) {
                // nothing is lost
            }
            holder = null;
        }
    }
}
