package io.forbear.retry.http;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.CallOptions;
import io.forbear.retry.NanoClock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that a server has received: which attempt of its caller it is, and until when that caller waits.
 *
 * <p>The calls that the server makes for it follow: one that is part of a retry is not retried again where the policy
 * says {@link io.forbear.retry.RetryPolicy.Builder#refuseNested()}, and none goes on after the caller has gone.
 *
 * <pre>{@code
 * orders.with(IncomingCall.current()).call(...);   // behind a filter, on the thread of the request
 * }</pre>
 *
 * <p>{@link CallOptionsFilter} makes it for the server of the JDK, {@link CallOptionsServletFilter} for a servlet
 * container; elsewhere {@link #of} does, from the headers. Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class IncomingCall {

    /** Set while a request is served, and removed after it. */
    private static final ThreadLocal<@Nullable IncomingCall> OF_THREAD = new ThreadLocal<>();

    private final int attempt;
    private final long endNanos;
    private final boolean bounded;
    private final NanoClock clock;

    private IncomingCall(int attempt, @Nullable Duration timeout, NanoClock clock) {
        this.attempt = attempt;
        this.bounded = timeout != null;
        this.clock = clock;
        this.endNanos = timeout == null ? 0 : clock.nanoTime() + timeout.toNanos();
    }

    /**
     * Reads the headers of a request that has just come.
     *
     * @param headers returns the first value of a header, {@code null} where there is none
     * @return which attempt it is, and until when its caller waits
     */
    public static IncomingCall of(Function<String, @Nullable String> headers) {
        return of(headers, NanoClock.system());
    }

    /**
     * As {@link #of(Function)}, with a clock.
     *
     * @param headers returns the first value of a header, {@code null} where there is none
     * @param clock tells how much time has passed since
     * @return which attempt it is, and until when its caller waits
     */
    public static IncomingCall of(Function<String, @Nullable String> headers, NanoClock clock) {
        Objects.requireNonNull(clock, "clock");
        return new IncomingCall(
                AttemptHeader.attempt(headers.apply(AttemptHeader.NAME)),
                DeadlineHeader.timeout(headers.apply(DeadlineHeader.NAME)).orElse(null),
                clock);
    }

    /**
     * Returns the options for the calls that are made for the request which this thread serves.
     *
     * @return those of {@link #options()}; {@link CallOptions#defaults()} where this thread serves none
     */
    public static CallOptions current() {
        IncomingCall call = OF_THREAD.get();
        return call == null ? CallOptions.defaults() : call.options();
    }

    /**
     * Makes this the request that the current thread serves.
     *
     * @return to be closed on this thread when it has served the request, or its part of it
     */
    public Scope enter() {
        IncomingCall outer = OF_THREAD.get();
        OF_THREAD.set(this);
        return () -> {
            if (outer == null) {
                OF_THREAD.remove();
            } else {
                OF_THREAD.set(outer);
            }
        };
    }

    /**
     * Returns the options for the calls that are made for this request, as of now: the number of the attempt, and the
     * time that is left as their deadline.
     *
     * @return to be given to {@link io.forbear.retry.Retry#with}; not to be kept, for its deadline counts from now
     */
    public CallOptions options() {
        CallOptions options =
                attempt == 1 ? CallOptions.defaults() : CallOptions.defaults().upstreamAttempt(attempt);
        return remaining().map(options::deadline).orElse(options);
    }

    /**
     * Returns which attempt of its caller the request is.
     *
     * @return from 1; 1 where the caller does not say
     */
    public int attempt() {
        return attempt;
    }

    /**
     * Returns how long the caller still waits.
     *
     * @return zero where it has gone; empty where it does not say
     */
    public Optional<Duration> remaining() {
        return bounded ? Optional.of(Duration.ofNanos(Math.max(0, endNanos - clock.nanoTime()))) : Optional.empty();
    }

    @Override
    public String toString() {
        return "IncomingCall(attempt " + attempt + ", remaining "
                + remaining().map(Duration::toString).orElse("not bounded") + ")";
    }

    /**
     * The time for which a thread serves a request.
     *
     * @since 0.1
     */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {

        /** The thread serves the request no more, but the one that it served before. */
        @Override
        void close();
    }
}
