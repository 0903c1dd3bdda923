package io.forbear.retry.it.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on a bare socket of loopback, which does to its clients what it is told, and counts for itself what
 * reached it: the only figure that shows what all layers of a client sent.
 *
 * <p>It answers requests in the order in which they come, each by the next answer of the script, then by the one for
 * all others. A thread serves each connection.
 */
public final class ScriptedServer implements AutoCloseable {

    /** A request that has come with its whole body. */
    public record Received(String method, String path, Map<String, String> headers, String body, int connection) {

        /** Returns a header by its name in any case. */
        public @Nullable String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** The head of a frame of HTTP/2. */
    public record Frame(int type, int flags, int stream) {}

    /** What is done to one request. Returns whether the connection stays open for the next. */
    @FunctionalInterface
    public interface Answer {
        boolean give(Exchange exchange) throws IOException;
    }

    /** A request and the connection on which it came. */
    public static final class Exchange {

        private final Socket socket;
        private final InputStream in;
        private final Received request;
        private final List<Received> requests;

        private Exchange(Socket socket, InputStream in, Received request, List<Received> requests) {
            this.requests = requests;
            this.socket = socket;
            this.in = in;
            this.request = request;
        }

        public Received request() {
            return request;
        }

        public void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void write(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        }

        /** Reads what comes after the request. */
        public void read(int bytes) throws IOException {
            in.readNBytes(bytes);
        }

        /** Reads a frame of HTTP/2; {@code null} where the client has closed. */
        public @Nullable Frame readFrame() throws IOException {
            byte[] head = in.readNBytes(9);
            if (head.length < 9) {
                return null;
            }
            ByteBuffer bytes = ByteBuffer.wrap(head);
            int length = bytes.getInt() >>> 8;
            exactly(in, length);
            return new Frame(head[3], head[4], bytes.getInt(5));
        }

        /** Counts a request that has come on a stream of HTTP/2. */
        public void countStream() {
            requests.add(new Received("HTTP/2", request.path(), Map.of(), "", request.connection()));
        }

        /** Closes the connection with a reset. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits until the client has closed the connection, or the server is closed. */
        public void awaitClose() {
            try {
                while (in.read() >= 0) {
                    continue;
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Deque<Answer> script = new ArrayDeque<>();
    private final List<Received> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger closedByClient = new AtomicInteger();
    private final AtomicInteger resetsLeft = new AtomicInteger();
    private volatile Answer others = Answers.status(200);

    private ScriptedServer(ServerSocket listener) {
        this.listener = listener;
    }

    /** Starts a server on a free port. */
    public static ScriptedServer start() throws IOException {
        ScriptedServer server = new ScriptedServer(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()));
        server.threads.execute(server::accept);
        return server;
    }

    /** Adds answers for the requests to come. */
    public void script(Answer... answers) {
        synchronized (script) {
            script.addAll(List.of(answers));
        }
    }

    /** Sets the answer to the requests for which the script has none. */
    public void always(Answer answer) {
        others = answer;
    }

    /** Resets the next connections before anything is read of them. */
    public void resetConnections(int number) {
        resetsLeft.set(number);
    }

    /** Forgets what has come so far. */
    public void forget() {
        requests.clear();
    }

    /** Returns the requests that have come whole. */
    public List<Received> requests() {
        return List.copyOf(requests);
    }

    /** Returns how many connections were accepted. */
    public int connections() {
        return connections.get();
    }

    /** Returns how many connections the client has closed, or reset. */
    public int closedByClient() {
        return closedByClient.get();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(ScriptedServer::closeQuietly);
        threads.shutdownNow();
    }

    private static void closeQuietly(Closeable what) {
        try {
            what.close();
        } catch (IOException closed) {
            return;
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                int number = connections.incrementAndGet();
                sockets.add(socket);
                if (resetsLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } else {
                    threads.execute(() -> serve(socket, number));
                }
            } catch (IOException | RejectedExecutionException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Received request = read(in, number);
            while (request != null) {
                requests.add(request);
                if (!next().give(new Exchange(socket, in, request, requests))) {
                    return;
                }
                request = read(in, number);
            }
            closedByClient.incrementAndGet();
        } catch (IOException closed) {
            closedByClient.incrementAndGet();
        } finally {
            sockets.remove(socket);
        }
    }

    private Answer next() {
        synchronized (script) {
            Answer answer = script.poll();
            return answer == null ? others : answer;
        }
    }

    private static @Nullable Received read(InputStream in, int connection) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        String[] start = line.split(" ", 3);
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        boolean chunked = "chunked".equalsIgnoreCase(headers.get("transfer-encoding"));
        byte[] body = chunked ? chunks(in) : exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Received(
                start[0], start[1], Map.copyOf(headers), new String(body, StandardCharsets.UTF_8), connection);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (; ; ) {
            String line = line(in);
            if (line == null) {
                throw new IOException("body: ended early");
            }
            int size = Integer.parseInt(line.strip(), 16);
            body.writeBytes(exactly(in, size));
            line(in);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private static byte[] exactly(InputStream in, int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new IOException("body: " + bytes.length + " bytes (expected: " + size + ")");
        }
        return bytes;
    }

    /** Returns a line without its end; {@code null} where the client has closed. */
    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return line.isEmpty() ? null : line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Returns what has come, for messages of tests. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        requests.forEach(request ->
                lines.add(request.method() + " " + request.path() + " on connection " + request.connection()));
        return lines.toString();
    }
}
