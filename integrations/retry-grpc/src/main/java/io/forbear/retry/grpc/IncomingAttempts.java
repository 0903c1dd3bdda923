package io.forbear.retry.grpc;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.CallOptions;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * A {@link ServerInterceptor} that reads which attempt of its caller a call is: it marks the call for what is done for
 * it, and may refuse a retry.
 *
 * <pre>{@code
 * ServerBuilder.forPort(8080).intercept(IncomingAttempts.marking())...
 *
 * users.with(IncomingAttempts.options()).call(...);   // in the handler, or where its Context is current
 * }</pre>
 *
 * <p>The number is that of {@code forbear-attempt}, which {@link GrpcRetry} writes, or one more than {@code
 * grpc-previous-rpc-attempts}, which a channel writes that retries by itself; the greater of both. It is kept in the
 * {@link Context}, like the deadline of the call, and {@link GrpcRetry} takes both from there for the calls that a
 * handler makes. For any other call {@link #options()} has them.
 *
 * <p>Immutable but for its counts, thread-safe.
 *
 * @since 0.1
 */
public final class IncomingAttempts implements ServerInterceptor {

    private static final Context.Key<Integer> ATTEMPT = Context.key(AttemptHeader.NAME);

    private static final Metadata.Key<String> OWN =
            Metadata.Key.of(AttemptHeader.NAME, Metadata.ASCII_STRING_MARSHALLER);

    /* Source: gRFC A6, "Exposed Retry Metadata". */
    private static final Metadata.Key<String> PREVIOUS =
            Metadata.Key.of("grpc-previous-rpc-attempts", Metadata.ASCII_STRING_MARSHALLER);

    private final int most;
    private final BooleanSupplier when;
    private final LongAdder repeated;
    private final LongAdder refused;

    private IncomingAttempts(int most, BooleanSupplier when, LongAdder repeated, LongAdder refused) {
        this.most = most;
        this.when = when;
        this.repeated = repeated;
        this.refused = refused;
    }

    /**
     * Returns an interceptor that marks calls, and refuses none.
     *
     * @return a new interceptor
     */
    public static IncomingAttempts marking() {
        return new IncomingAttempts(Integer.MAX_VALUE, () -> true, new LongAdder(), new LongAdder());
    }

    /**
     * Returns an interceptor that marks calls, and refuses attempts above a number: they end with {@code
     * RESOURCE_EXHAUSTED} and the word that they are not to be retried, which {@link GrpcRetry} and channels obey.
     *
     * @param attempt the highest number that is let through, from 1: 1 refuses every retry
     * @return a new interceptor
     * @throws IllegalArgumentException if the number is below 1
     */
    public static IncomingAttempts refusingAbove(int attempt) {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt: " + attempt + " (expected: at least 1)");
        }
        return new IncomingAttempts(attempt, () -> true, new LongAdder(), new LongAdder());
    }

    /**
     * Returns this, refusing only while a condition holds, such as that the server has too much to do.
     *
     * @param condition is asked for each attempt above the number; quick and thread-safe
     * @return a view of this, which counts with it
     */
    public IncomingAttempts when(BooleanSupplier condition) {
        return new IncomingAttempts(most, Objects.requireNonNull(condition, "condition"), repeated, refused);
    }

    /**
     * Returns the options for calls that are made for the call which is served in the current {@link Context}: the
     * number of its attempt, and the time that its caller still waits as their deadline.
     *
     * @return to be given to {@link io.forbear.retry.Retry#with}; not to be kept, for its deadline counts from now.
     *     {@link CallOptions#defaults()} where no call is served
     */
    public static CallOptions options() {
        Context context = Context.current();
        int attempt = attempt(context);
        CallOptions options =
                attempt == 1 ? CallOptions.defaults() : CallOptions.defaults().upstreamAttempt(attempt);
        Deadline end = context.getDeadline();
        return end == null ? options : options.deadline(GrpcRetry.left(end));
    }

    /**
     * Returns which attempt of its caller the call is that is served in the current {@link Context}.
     *
     * @return from 1; 1 where the caller does not say, or no call is served
     */
    public static int attempt() {
        return attempt(Context.current());
    }

    static int attempt(Context context) {
        Integer attempt = ATTEMPT.get(context);
        return attempt == null ? 1 : attempt;
    }

    /**
     * Returns how many of the calls that came were retries of their callers.
     *
     * @return a count since this and the views of it were made, with those that were refused
     */
    public long repeated() {
        return repeated.sum();
    }

    /**
     * Returns how many calls were refused.
     *
     * @return a count since this and the views of it were made
     */
    public long refused() {
        return refused.sum();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        int attempt = Math.max(AttemptHeader.attempt(headers.get(OWN)), previous(headers));
        if (attempt == 1) {
            return next.startCall(call, headers);
        }
        repeated.increment();
        if (attempt > most && when.getAsBoolean()) {
            refused.increment();
            Metadata trailers = new Metadata();
            trailers.put(GrpcRules.PUSHBACK, "-1");
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            "attempt: " + attempt + " (expected: at most " + most + ")"),
                    trailers);
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(ATTEMPT, attempt), call, headers, next);
    }

    /** The number of an attempt by that of those before it; what does not read as a number from 1 says nothing. */
    private static int previous(Metadata headers) {
        String value = headers.get(PREVIOUS);
        int before = AttemptHeader.attempt(value);
        return before > 1 || "1".equals(value) ? before + 1 : 1;
    }

    @Override
    public String toString() {
        return most == Integer.MAX_VALUE
                ? "IncomingAttempts(marking)"
                : "IncomingAttempts(refusing above " + most + ")";
    }
}
