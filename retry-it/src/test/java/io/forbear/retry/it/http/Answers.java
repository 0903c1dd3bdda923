package io.forbear.retry.it.http;

import io.forbear.retry.it.http.ScriptedServer.Answer;
import io.forbear.retry.it.http.ScriptedServer.Exchange;
import io.forbear.retry.it.http.ScriptedServer.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What a {@link ScriptedServer} does to a request. */
public final class Answers {

    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int ACK = 1;
    private static final int END_OF_ALL = 5;
    private static final int REFUSED_STREAM = 7;

    /** A whole header field of HTTP/2. */
    private static final byte STATUS_200 = (byte) 0x88;

    /** The bytes with which a client begins HTTP/2. */
    private static final int PREFACE = 24;

    private Answers() {}

    /** A whole answer, whose body is its status. */
    public static Answer status(int status, String... headers) {
        return exchange -> {
            String body = exchange.request().method().equals("HEAD") ? "" : "status " + status;
            exchange.write(head(status, body.length(), headers) + body);
            return true;
        };
    }

    /** A whole answer with a body of so many bytes. */
    public static Answer large(int status, int bytes) {
        return exchange -> {
            exchange.write(head(status, bytes) + "x".repeat(bytes));
            return true;
        };
    }

    /** The connection is reset when the request has come. */
    public static Answer reset() {
        return exchange -> {
            exchange.reset();
            return false;
        };
    }

    /** The connection is closed when the request has come, without an answer. */
    public static Answer close() {
        return exchange -> false;
    }

    /** There is no answer until the client gives up. */
    public static Answer none() {
        return exchange -> {
            exchange.awaitClose();
            return false;
        };
    }

    /** The head says 100 bytes; 50 come, then the connection is closed. */
    public static Answer halfABody() {
        return exchange -> {
            exchange.write(head(200, 100) + "x".repeat(50));
            return false;
        };
    }

    /** The head says 100 bytes; one comes, and no more until the client gives up. */
    public static Answer slowBody(int status) {
        return exchange -> {
            exchange.write(head(status, 100) + "x");
            exchange.awaitClose();
            return false;
        };
    }

    /**
     * A client that asked for HTTP/2 gets it: its first request is answered by 200, the streams of all others are
     * refused unread. Each counts as a request, whose method is not read.
     */
    public static Answer http2RefusingStreams() {
        return exchange -> {
            beginHttp2(exchange);
            exchange.write(frame(HEADERS, END_OF_ALL, 1, ByteBuffer.allocate(1).put(STATUS_200)));
            for (Frame read = exchange.readFrame(); read != null; read = exchange.readFrame()) {
                if (read.type() == HEADERS) {
                    exchange.countStream();
                    exchange.write(frame(
                            RST_STREAM, 0, read.stream(), ByteBuffer.allocate(4).putInt(REFUSED_STREAM)));
                } else if (read.type() == SETTINGS && read.flags() != ACK) {
                    exchange.write(frame(SETTINGS, ACK, 0, ByteBuffer.allocate(0)));
                }
            }
            return false;
        };
    }

    /** A client that asked for HTTP/2 gets it, and is told to go away, none of its streams having been looked at. */
    public static Answer goAway() {
        return exchange -> {
            beginHttp2(exchange);
            exchange.write(frame(GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(0).putInt(0)));
            exchange.awaitClose();
            return false;
        };
    }

    private static void beginHttp2(Exchange exchange) throws IOException {
        exchange.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
        exchange.write(frame(SETTINGS, 0, 0, ByteBuffer.allocate(0)));
        exchange.read(PREFACE);
    }

    private static byte[] frame(int type, int flags, int stream, ByteBuffer payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        int length = payload.capacity();
        frame.writeBytes(ByteBuffer.allocate(9)
                .put((byte) (length >> 16))
                .put((byte) (length >> 8))
                .put((byte) length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .array());
        frame.writeBytes(payload.array());
        return frame.toByteArray();
    }

    private static String head(int status, int length, String... headers) {
        StringBuilder head =
                new StringBuilder("HTTP/1.1 " + status + " Scripted\r\nContent-Length: " + length + "\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
