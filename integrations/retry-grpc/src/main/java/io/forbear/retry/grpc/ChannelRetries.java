package io.forbear.retry.grpc;

import io.forbear.retry.Retry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Watches the retries that a channel makes by itself, by the {@code retryPolicy} or {@code hedgingPolicy} of its
 * service config, and counts them. It changes nothing.
 *
 * <pre>{@code
 * ManagedChannelBuilder.forTarget(target)
 *     .defaultServiceConfig(ServiceConfig.of(policy).toMap())
 *     .intercept(ChannelRetries.into(watched))
 * }</pre>
 *
 * <p>What a {@link Retry} is told of shows in its {@link Retry#snapshot()}, and so in the meters, spans and listeners
 * of its service, as if it had made the attempts; retries count against its budget, its breaker sees the outcomes.
 * Since it decides on nothing, its policy should allow what the channel may do: where it does not, the call ends in the
 * books with the reason why, the channel goes on, and {@link #untold()} counts what was made beyond. Not for a channel
 * that {@link GrpcRetry} is on, which counts its own.
 *
 * <p>Needs gRPC 1.74 or newer, which tells hedges from retries. Thread-safe.
 *
 * @since 0.1
 */
public final class ChannelRetries implements ClientInterceptor {

    private final @Nullable Retry books;
    private final LongAdder calls = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder transparent = new LongAdder();
    private final LongAdder hedges = new LongAdder();
    private final LongAdder untold = new LongAdder();

    private ChannelRetries(@Nullable Retry books) {
        this.books = books;
    }

    /**
     * Returns an observer that counts by itself alone.
     *
     * @return a new observer, for one channel or many
     */
    public static ChannelRetries counting() {
        return new ChannelRetries(null);
    }

    /**
     * Returns an observer that counts, and tells a {@code Retry} of calls and their attempts.
     *
     * @param retry keeps the books of the service
     * @return a new observer, for one channel or many
     */
    public static ChannelRetries into(Retry retry) {
        io.forbear.retry.CallOptions decided =
                io.forbear.retry.CallOptions.defaults().idempotent();
        return new ChannelRetries(Objects.requireNonNull(retry, "retry").with(decided));
    }

    /**
     * Returns how many calls were made.
     *
     * @return a count since this was made
     */
    public long calls() {
        return calls.sum();
    }

    /**
     * Returns how many attempts the channel made again by its retry policy.
     *
     * @return a count since this was made
     */
    public long retries() {
        return retries.sum();
    }

    /**
     * Returns how many attempts the channel made again since the server had not seen them.
     *
     * @return a count since this was made
     */
    public long transparentRetries() {
        return transparent.sum();
    }

    /**
     * Returns how many further attempts the channel made before the first had answered.
     *
     * @return a count since this was made
     */
    public long hedges() {
        return hedges.sum();
    }

    /**
     * Returns how many retries of the channel the {@code Retry} was not told of, since the call had ended in its books.
     *
     * @return a count since this was made; 0 without a {@code Retry}
     */
    public long untold() {
        return untold.sum();
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        calls.increment();
        WatchedCall watched = new WatchedCall(this, books);
        return new SimpleForwardingClientCall<>(next.newCall(method, options.withStreamTracerFactory(watched))) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                watched.ended(status, trailers);
                                super.onClose(status, trailers);
                            }
                        },
                        headers);
            }
        };
    }

    void count(boolean isTransparent, boolean isHedge) {
        (isTransparent ? transparent : isHedge ? hedges : retries).increment();
    }

    void leftOut() {
        untold.increment();
    }

    @Override
    public String toString() {
        Retry told = books;
        return "ChannelRetries(" + (told == null ? "counting" : told.name()) + ")";
    }
}
