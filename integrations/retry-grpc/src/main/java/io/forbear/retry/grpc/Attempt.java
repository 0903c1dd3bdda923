package io.forbear.retry.grpc;

import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryPolicy;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call: keeps what comes back until it is known whether it is what the caller gets.
 *
 * <p>Its fields are written by the callbacks of the channel, which come one after another, and read after the last of
 * them.
 */
final class Attempt<R> extends ClientCall.Listener<R> {

    private final UnaryCall<?, R> call;
    private final StreamWatch streams;
    private @Nullable Deadline timeout;

    private @Nullable Metadata headers;
    private @Nullable R message;
    private @Nullable R surplus;
    private @Nullable Status status;
    private @Nullable Metadata trailers;

    Attempt(UnaryCall<?, R> call, LongAdder channelRetries) {
        this.call = call;
        this.streams = new StreamWatch(channelRetries);
    }

    /**
     * Returns the options of the attempt, which begins now: with the nearest of all deadlines.
     *
     * @param own those of the call
     * @param bounded whether the call has a deadline that {@code own} does not have, beside that of the policy
     */
    CallOptions options(CallOptions own, RetryPolicy policy, RetryCall made, boolean bounded) {
        boolean isBounded = bounded || policy.deadlineNanos() != Long.MAX_VALUE;
        Duration left = isBounded ? made.remaining().orElse(null) : null;
        Deadline end = left == null ? null : Deadline.after(left.toNanos(), TimeUnit.NANOSECONDS);
        long nanos = policy.attemptTimeoutNanos();
        Deadline limit = nanos == Long.MAX_VALUE ? null : Deadline.after(nanos, TimeUnit.NANOSECONDS);
        CallOptions options = own.withStreamTracerFactory(streams);
        timeout = limit;
        Deadline nearest = UnaryCall.nearest(end, limit);
        Deadline given = own.getDeadline();
        return nearest == null || given != null && !nearest.isBefore(given) ? options : options.withDeadline(nearest);
    }

    @Override
    public void onHeaders(Metadata received) {
        headers = received;
    }

    /** A second message breaks the rules; the caller is handed it, as without retries, and judges it. */
    @Override
    public void onMessage(R received) {
        if (message == null) {
            message = received;
        } else {
            surplus = received;
        }
    }

    @Override
    public void onClose(Status how, Metadata with) {
        call.closed(this, how, with);
    }

    /** Keeps how the attempt ended. */
    void end(Status how, Metadata with) {
        status = how;
        trailers = with;
    }

    boolean hasEnded() {
        return status != null;
    }

    Status status() {
        Status how = status;
        return how == null ? Status.INTERNAL.withDescription("the attempt has not ended") : how;
    }

    Metadata trailers() {
        Metadata with = trailers;
        return with == null ? new Metadata() : with;
    }

    @Nullable
    R message() {
        return message;
    }

    /** Forgets the response, which has been discarded. */
    void discarded() {
        message = null;
        surplus = null;
        end(
                Status.UNAVAILABLE.withDescription(
                        "the response was discarded before a wait after which no attempt was made"),
                trailers());
    }

    /** Tells whether the time-out of the attempt is over. */
    boolean isTimedOut() {
        Deadline limit = timeout;
        return limit != null && limit.isExpired();
    }

    /** Tells whether the server has certainly not begun to carry the attempt out. */
    boolean isNotExecuted() {
        return streams.isUnsent();
    }

    /** Hands everything to the caller, in order. */
    void handOver(ClientCall.Listener<R> listener, Status how) {
        Metadata first = headers;
        if (first != null) {
            listener.onHeaders(first);
        }
        R received = message;
        if (received != null) {
            listener.onMessage(received);
        }
        R second = surplus;
        if (second != null) {
            listener.onMessage(second);
        }
        listener.onClose(how, trailers());
    }
}
