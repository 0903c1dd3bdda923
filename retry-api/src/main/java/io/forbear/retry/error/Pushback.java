package io.forbear.retry.error;

import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a server asks of a client that retries: a delay, no further attempt, or nothing.
 *
 * <p>The readers of headers never throw and never wait for what cannot be read: a value that is missing, malformed or
 * negative is {@link #none()}, unless the header's own rules say otherwise. No delay is cut here, however long;
 * {@link io.forbear.retry.PushbackPolicy} says how far a call follows it. Immutable.
 *
 * @since 0.1
 */
public final class Pushback {

    private static final Pushback NONE = new Pushback(-1);
    private static final Pushback DO_NOT_RETRY = new Pushback(-1);

    private final long delayNanos;

    private Pushback(long delayNanos) {
        this.delayNanos = delayNanos;
    }

    /**
     * Returns the pushback of a server that asked for nothing.
     *
     * @return a shared instance
     */
    public static Pushback none() {
        return NONE;
    }

    /**
     * Returns the pushback of a server that does not want another attempt.
     *
     * @return a shared instance
     */
    public static Pushback doNotRetry() {
        return DO_NOT_RETRY;
    }

    /**
     * Returns a delay that the server asked for.
     *
     * @param value zero or more
     * @return the pushback
     * @throws IllegalArgumentException if the delay is negative
     */
    public static Pushback delay(Duration value) {
        return new Pushback(Checks.nanos(value, "delay"));
    }

    /**
     * Reads the HTTP header {@code Retry-After}. The clock of the system is read where the value is a date.
     *
     * @param value the header; {@code null} where there is none
     * @return a delay or {@link #none()}
     * @see #retryAfter(String, String, Instant)
     */
    public static Pushback retryAfter(@Nullable String value) {
        Long seconds = PushbackText.decimal(value, PushbackText.NANOS_PER_SECOND);
        if (seconds != null) {
            return new Pushback(seconds);
        }
        return value == null ? NONE : retryAfter(value, null, Instant.now());
    }

    /**
     * Reads the HTTP header {@code Retry-After}: seconds, which may have a fraction, or a date in one of the three
     * forms of HTTP or in that of ISO 8601.
     *
     * <p>A date in the past is a delay of zero. A delay from a date is the distance to the response's own {@code Date},
     * so that the clocks of server and client need not agree; where that is missing or malformed, the distance to
     * {@code now}.
     *
     * @param value the header; {@code null} where there is none
     * @param date the header {@code Date} of the same response; {@code null} where there is none
     * @param now the time of the client
     * @return a delay or {@link #none()}
     */
    public static Pushback retryAfter(@Nullable String value, @Nullable String date, Instant now) {
        Long seconds = PushbackText.decimal(value, PushbackText.NANOS_PER_SECOND);
        if (seconds != null) {
            return new Pushback(seconds);
        }
        Instant until = HttpDate.parse(value, now);
        if (until == null) {
            return NONE;
        }
        Instant sent = HttpDate.parse(date, now);
        Duration delay = Duration.between(sent == null ? now : sent, until);
        return delay.isNegative() ? new Pushback(0) : delay(delay);
    }

    /**
     * Reads a header whose unit is the millisecond, such as {@code retry-after-ms}; it may have a fraction.
     *
     * @param value the header; {@code null} where there is none
     * @return a delay or {@link #none()}
     */
    public static Pushback retryAfterMillis(@Nullable String value) {
        Long millis = PushbackText.decimal(value, PushbackText.NANOS_PER_MILLI);
        return millis != null ? new Pushback(millis) : NONE;
    }

    /**
     * Reads the header {@code x-amz-retry-after}: a whole number of milliseconds.
     *
     * @param value the header; {@code null} where there is none
     * @return a delay or {@link #none()}
     */
    public static Pushback amzRetryAfter(@Nullable String value) {
        return value != null && value.indexOf('.') >= 0 ? NONE : retryAfterMillis(value);
    }

    /**
     * Reads the gRPC trailer {@code grpc-retry-pushback-ms}: a whole number of milliseconds. One that is negative,
     * malformed or larger than {@link Integer#MAX_VALUE} asks for no further attempt.
     *
     * @param value the trailer; {@code null} where there is none
     * @return a delay, {@link #doNotRetry()}, or {@link #none()} where there is no trailer
     */
    public static Pushback grpc(@Nullable String value) {
        if (value == null) {
            return NONE;
        }
        try {
            int millis = Integer.parseInt(value);
            return millis < 0 ? DO_NOT_RETRY : new Pushback(millis * PushbackText.NANOS_PER_MILLI);
        } catch (NumberFormatException e) {
            return DO_NOT_RETRY;
        }
    }

    /**
     * Tells whether the server asked for nothing.
     *
     * @return {@code true} for {@link #none()} alone
     */
    @SuppressWarnings("ReferenceEquality") // a single instance, as the doc says
    public boolean isNone() {
        return this == NONE;
    }

    /**
     * Tells whether the server asked for a delay.
     *
     * @return {@code true} even where the delay is zero
     */
    public boolean isDelay() {
        return delayNanos >= 0;
    }

    /**
     * Tells whether the server does not want another attempt.
     *
     * @return {@code true} for {@link #doNotRetry()} alone
     */
    @SuppressWarnings("ReferenceEquality") // a single instance, as the doc says
    public boolean isDoNotRetry() {
        return this == DO_NOT_RETRY;
    }

    /**
     * Returns the delay.
     *
     * @return nanoseconds, negative where the server asked for none; {@link Long#MAX_VALUE} for one that does not fit
     */
    public long delayNanos() {
        return delayNanos;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Pushback that && isDelay() && delayNanos == that.delayNanos;
    }

    @Override
    public int hashCode() {
        return isDelay() ? Long.hashCode(delayNanos) : isDoNotRetry() ? 1 : 0;
    }

    @Override
    public String toString() {
        return isDelay() ? "delay " + Duration.ofNanos(delayNanos) : isDoNotRetry() ? "do not retry" : "none";
    }
}
