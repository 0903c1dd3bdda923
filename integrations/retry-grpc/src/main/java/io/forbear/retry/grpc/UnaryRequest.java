package io.forbear.retry.grpc;

import io.forbear.retry.AttemptHeader;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a unary call sends, kept so that each attempt can send it: headers, one message, whether it is compressed.
 * Written by the caller alone, until the call is half-closed, and only read from then on.
 */
final class UnaryRequest<Q> {

    private static final Metadata.Key<String> ATTEMPT =
            Metadata.Key.of(AttemptHeader.NAME, Metadata.ASCII_STRING_MARSHALLER);

    private final Metadata headers;
    private @Nullable Q message;
    private @Nullable Boolean compressed;

    UnaryRequest(Metadata headers) {
        this.headers = headers;
    }

    void compress(boolean enabled) {
        compressed = enabled;
    }

    void add(Q sent) {
        UnaryCall.check(message == null, "sendMessage", "once, for a unary call");
        message = sent;
    }

    /** Tells whether the message can be sent again, as one that is a stream cannot. */
    boolean isRepeatable() {
        return !(message instanceof InputStream);
    }

    /**
     * Returns the headers of one attempt, to which other interceptors and the channel add.
     *
     * @param attempt its number, or that of an attempt upstream if greater; written where it is above 1
     */
    Metadata headers(int attempt) {
        Metadata own = new Metadata();
        own.merge(headers);
        int told = attempt == 1 ? 1 : Math.max(attempt, AttemptHeader.attempt(headers.get(ATTEMPT)));
        if (told > 1) {
            own.discardAll(ATTEMPT);
            own.put(ATTEMPT, AttemptHeader.value(told));
        }
        return own;
    }

    /** Sends the message by a call that has been started, and that nothing more is sent. */
    void send(ClientCall<Q, ?> started) {
        Boolean compression = compressed;
        if (compression != null) {
            started.setMessageCompression(compression);
        }
        Q body = message;
        if (body != null) {
            started.sendMessage(body);
        }
        started.halfClose();
    }
}
