package io.forbear.retry.it.http;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A client behind an adapter, as the contract uses it. */
public interface HttpCaller extends AutoCloseable {

    /** What there is to send. */
    enum Body {
        /** Nothing. */
        NONE,
        /** The text {@code body}, which can be sent again. */
        TEXT,
        /** The text {@code body} from a stream that can be read once. */
        ONE_SHOT
    }

    /**
     * A request.
     *
     * @param streamed whether the body of the response is to be asked for as a stream, where the client has that
     */
    record Call(String method, URI uri, Map<String, String> headers, Body body, boolean streamed) {

        public Call with(String header, String value) {
            return new Call(method, uri, Map.of(header, value), body, streamed);
        }

        public Call withBody(Body value) {
            return new Call(method, uri, headers, value, streamed);
        }

        public Call asStream() {
            return new Call(method, uri, headers, body, true);
        }
    }

    /** A response, whose body was read. */
    record Reply(int status, String body) {}

    /** A blocking call that another thread can cancel. */
    interface Cancellable {

        Reply send() throws IOException, InterruptedException;

        void cancel();
    }

    /** Makes a blocking call, where the client makes such. */
    default Reply send(Call call) throws IOException, InterruptedException {
        throw new UnsupportedOperationException("blocking calls");
    }

    /** Begins an asynchronous call, where the client makes such. */
    default CompletableFuture<Reply> sendAsync(Call call) {
        throw new UnsupportedOperationException("asynchronous calls");
    }

    /** Returns a blocking call that is not begun yet; empty where the client has none that can be cancelled. */
    default Optional<Cancellable> cancellable(Call call) {
        return Optional.empty();
    }

    /** Returns where an asynchronous client does its own work, which must not wait between attempts: one thread. */
    default Executor clientThread() {
        throw new UnsupportedOperationException("asynchronous calls");
    }

    @Override
    void close();
}
