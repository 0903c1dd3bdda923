package io.forbear.retry.http;

import io.forbear.retry.CallOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells the next service over the wire how long its caller still waits, so that it does not work for an answer that no
 * caller reads. It is a distance and no time, so that the clocks of both need not agree; the way of the request is not
 * taken off.
 *
 * <p>The header comes from outside and is believed only where it reads as such: one to twelve of the digits 0 to 9, and
 * nothing else. With any value that is sent, at worst a call gives up at once.
 *
 * @since 0.1
 */
public final class DeadlineHeader {

    /** The name of the header, whose unit is the millisecond: {@value}. */
    public static final String NAME = "forbear-timeout-ms";

    private static final int MAX_DIGITS = 12;
    private static final long MAX_MILLIS = 999_999_999_999L;
    private static final Duration MOST = Duration.ofMillis(MAX_MILLIS);

    private DeadlineHeader() {}

    /**
     * Returns what the header says of the time that is left.
     *
     * @param left how long the caller still waits
     * @return whole milliseconds in digits, rounded down; 0 for a time that is over
     */
    public static String value(Duration left) {
        return Long.toString(left.isNegative() ? 0 : left.compareTo(MOST) > 0 ? MAX_MILLIS : left.toMillis());
    }

    /**
     * Reads how long the caller still waits.
     *
     * @param value what was received, {@code null} for no header
     * @return zero where the time is over; empty where there is no header or it cannot be read
     */
    public static Optional<Duration> timeout(@Nullable String value) {
        if (value == null || value.isEmpty() || value.length() > MAX_DIGITS) {
            return Optional.empty();
        }
        for (int i = 0; i < value.length(); i++) {
            char digit = value.charAt(i);
            if (digit < '0' || digit > '9') {
                return Optional.empty();
            }
        }
        return Optional.of(Duration.ofMillis(Long.parseLong(value)));
    }

    /**
     * Sets the deadline of a call to the time that its caller upstream still waits.
     *
     * @param value what was received, {@code null} for no header
     * @param options what else there is to say of the call
     * @return the options with the nearer of both deadlines
     */
    public static CallOptions options(@Nullable String value, CallOptions options) {
        Objects.requireNonNull(options, "options");
        return timeout(value)
                .map(left -> options.with(CallOptions.defaults().deadline(left)))
                .orElse(options);
    }
}
