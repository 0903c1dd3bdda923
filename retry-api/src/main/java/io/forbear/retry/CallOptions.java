package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one call says about itself: its deadline, whether it may and can be repeated, how much it matters, and whether
 * a caller upstream is retrying it already.
 *
 * <p>Immutable: each method returns a new instance. What is not said is taken from the {@link RetryPolicy}.
 *
 * @since 0.1
 */
public final class CallOptions {

    private static final CallOptions DEFAULTS = new CallOptions(Long.MAX_VALUE, null, true, null, 1);

    private final long deadlineNanos;
    private final @Nullable Boolean idempotent;
    private final boolean repeatable;
    private final @Nullable Criticality criticality;
    private final int upstreamAttempt;

    private CallOptions(
            long deadlineNanos,
            @Nullable Boolean idempotent,
            boolean repeatable,
            @Nullable Criticality criticality,
            int upstreamAttempt) {
        this.deadlineNanos = deadlineNanos;
        this.idempotent = idempotent;
        this.repeatable = repeatable;
        this.criticality = criticality;
        this.upstreamAttempt = upstreamAttempt;
    }

    /**
     * Returns options that say nothing.
     *
     * @return the options of a call for which none are given
     */
    public static CallOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the deadline of the call. The nearer of this and the policy's holds.
     *
     * <p>A time that is zero or negative, such as the difference to an instant that is over, is a deadline that has
     * passed: the call ends with {@link DeadlinePassedException} and makes no attempt.
     *
     * @param time the most that the whole call may take, waits included
     * @return new options
     */
    public CallOptions deadline(Duration time) {
        Objects.requireNonNull(time, "time");
        long nanos = time.isNegative() ? 0 : Checks.nanos(time, "time");
        return new CallOptions(nanos, idempotent, repeatable, criticality, upstreamAttempt);
    }

    /**
     * Adds what other options say. Nothing that these options say is lost, unless the others say the opposite: of two
     * deadlines the nearer holds, of two numbers of an upstream attempt the higher; of two words on idempotence, or on
     * criticality, the later. What one of them calls not repeatable stays so.
     *
     * @param later options that are added
     * @return new options
     */
    @SuppressWarnings("ReferenceEquality") // the usual case costs no object
    public CallOptions with(CallOptions later) {
        Objects.requireNonNull(later, "options");
        if (this == DEFAULTS || later == DEFAULTS) {
            return later == DEFAULTS ? this : later;
        }
        return new CallOptions(
                Math.min(deadlineNanos, later.deadlineNanos),
                later.idempotent == null ? idempotent : later.idempotent,
                repeatable && later.repeatable,
                later.criticality == null ? criticality : later.criticality,
                Math.max(upstreamAttempt, later.upstreamAttempt));
    }

    /**
     * Says that the operation must not be carried out twice: it is retried only after failures of which it is certain
     * that the server did nothing.
     *
     * @return new options
     */
    public CallOptions nonIdempotent() {
        return new CallOptions(deadlineNanos, Boolean.FALSE, repeatable, criticality, upstreamAttempt);
    }

    /**
     * Says that the operation may be carried out twice, whatever the policy says.
     *
     * @return new options
     */
    public CallOptions idempotent() {
        return new CallOptions(deadlineNanos, Boolean.TRUE, repeatable, criticality, upstreamAttempt);
    }

    /**
     * Says that the operation cannot be carried out again, whatever its attempt failed with: the body of its request
     * is a stream that can be read once. One attempt is made; where it fails, the call ends with {@link
     * StopReason#NOT_REPEATABLE}.
     *
     * @return new options
     */
    public CallOptions notRepeatable() {
        return new CallOptions(deadlineNanos, idempotent, false, criticality, upstreamAttempt);
    }

    /**
     * Sets how much the call matters.
     *
     * @param value the criticality; {@link Criticality#NORMAL} where nothing is said
     * @return new options
     */
    public CallOptions criticality(Criticality value) {
        return new CallOptions(
                deadlineNanos, idempotent, repeatable, Objects.requireNonNull(value, "criticality"), upstreamAttempt);
    }

    /**
     * Says which attempt of a caller upstream this call is part of, as it was told over the wire. Above 1, this call is
     * nested in a retry.
     *
     * @param attempt the number of the attempt, from 1
     * @return new options
     * @throws IllegalArgumentException if the number is below 1
     */
    public CallOptions upstreamAttempt(int attempt) {
        return new CallOptions(
                deadlineNanos, idempotent, repeatable, criticality, Checks.atLeast(1, attempt, "attempt"));
    }

    /**
     * Returns the deadline.
     *
     * @return nanoseconds, {@link Long#MAX_VALUE} for none, 0 for one that has passed
     */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /**
     * Tells whether the operation may be carried out twice.
     *
     * @param byPolicy what the policy says
     * @return what these options say, else what the policy says
     */
    public boolean idempotentOr(boolean byPolicy) {
        Boolean own = idempotent;
        return own == null ? byPolicy : own;
    }

    /**
     * Tells whether the operation can be carried out again.
     *
     * @return {@code false} after {@link #notRepeatable()}
     */
    public boolean isRepeatable() {
        return repeatable;
    }

    /**
     * Returns how much the call matters.
     *
     * @return the criticality
     */
    public Criticality criticality() {
        Criticality own = criticality;
        return own == null ? Criticality.NORMAL : own;
    }

    /**
     * Returns which attempt of a caller upstream this call is part of.
     *
     * @return 1 where no caller upstream retries, as far as is known
     */
    public int upstreamAttempt() {
        return upstreamAttempt;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallOptions that
                && deadlineNanos == that.deadlineNanos
                && Objects.equals(idempotent, that.idempotent)
                && repeatable == that.repeatable
                && criticality() == that.criticality()
                && upstreamAttempt == that.upstreamAttempt;
    }

    @Override
    public int hashCode() {
        return Objects.hash(deadlineNanos, idempotent, repeatable, criticality(), upstreamAttempt);
    }

    @Override
    public String toString() {
        return "CallOptions(deadline "
                + (deadlineNanos == Long.MAX_VALUE ? "none" : Duration.ofNanos(deadlineNanos))
                + ", idempotent " + (idempotent == null ? "by policy" : idempotent)
                + (repeatable ? "" : ", not repeatable")
                + ", " + criticality() + ", upstream attempt " + upstreamAttempt + ")";
    }
}
