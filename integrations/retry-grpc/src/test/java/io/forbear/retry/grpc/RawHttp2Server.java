package io.forbear.retry.grpc;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that speaks as much HTTP/2 as faults need which a whole server does not make: it counts the streams that
 * reach it, and ends each as the script says.
 */
final class RawHttp2Server implements AutoCloseable {

    /** How a stream ends. */
    enum Fault {
        /** RST_STREAM with REFUSED_STREAM: nothing was looked at. */
        REFUSED,
        /** GOAWAY that names an earlier stream as the last that was looked at. */
        GONE_AWAY,
        /** RST_STREAM with INTERNAL_ERROR. */
        RESET,
        /** The connection is closed without an answer. */
        CLOSED,
        /** An answer that is a success. */
        NONE
    }

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;
    private static final int PREFACE = 24;

    /** Of HPACK's static table: {@code :status: 200}. */
    private static final int STATUS_200 = 0x88;

    private final ServerSocket socket;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger streams = new AtomicInteger();
    private final Queue<Fault> script = new ConcurrentLinkedQueue<>();
    private volatile Fault always = Fault.NONE;

    private RawHttp2Server() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    static RawHttp2Server start() throws IOException {
        return new RawHttp2Server();
    }

    void always(Fault fault) {
        always = fault;
    }

    void script(Fault fault) {
        script.add(fault);
    }

    /** Returns how many streams have reached it. */
    int streams() {
        return streams.get();
    }

    ManagedChannelBuilder<?> channel() {
        return Grpc.newChannelBuilder("127.0.0.1:" + socket.getLocalPort(), InsecureChannelCredentials.create());
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "raw-http2");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            for (; ; ) {
                Socket connection = socket.accept();
                connections.add(connection);
                daemon(() -> serve(connection));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(connection.getOutputStream()));
            in.readFully(new byte[PREFACE]);
            frame(out, SETTINGS, 0, 0, new byte[0]);
            out.flush();
            while (read(in, out)) {
                out.flush();
            }
        } catch (EOFException | SocketException ended) {
            return;
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    /** Reads one frame; returns whether the connection stays. */
    private boolean read(DataInputStream in, DataOutputStream out) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        if (type == SETTINGS && (flags & ACK) == 0) {
            frame(out, SETTINGS, ACK, 0, new byte[0]);
        } else if (type == PING && (flags & ACK) == 0) {
            frame(out, PING, ACK, 0, payload);
        } else if (type == HEADERS) {
            streams.incrementAndGet();
            Fault next = script.poll();
            return end(out, stream, next == null ? always : next);
        }
        return true;
    }

    private static boolean end(DataOutputStream out, int stream, Fault fault) throws IOException {
        switch (fault) {
            case REFUSED -> frame(out, RST_STREAM, 0, stream, number(REFUSED_STREAM));
            case RESET -> frame(out, RST_STREAM, 0, stream, number(INTERNAL_ERROR));
            case GONE_AWAY -> frame(out, GOAWAY, 0, 0, new byte[8]); // last stream 0, NO_ERROR
            case CLOSED -> {
                return false;
            }
            case NONE -> {
                frame(out, HEADERS, END_HEADERS, stream, headers("content-type", "application/grpc"));
                frame(out, DATA, 0, stream, new byte[] {0, 0, 0, 0, 4, 'd', 'o', 'n', 'e'});
                byte[] trailers = literal("grpc-status", "0");
                frame(out, HEADERS, END_HEADERS | END_STREAM, stream, trailers);
            }
        }
        return true;
    }

    private static byte[] number(int value) {
        return new byte[] {0, 0, 0, (byte) value};
    }

    private static byte[] headers(String name, String value) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(STATUS_200);
        block.write(literal(name, value));
        return block.toByteArray();
    }

    /** A header without index and without compression. */
    private static byte[] literal(String name, String value) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0);
        block.write(name.length());
        block.write(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.write(value.getBytes(StandardCharsets.US_ASCII));
        return block.toByteArray();
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
