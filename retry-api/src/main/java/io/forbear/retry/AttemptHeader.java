package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells the next service over the wire which attempt a request is, so that it does not retry what is a retry already.
 *
 * <p>The sender writes {@link #value} of the attempt into the header {@value #NAME}, from inside the operation,
 * where {@code Retries.currentAttempt()} knows it; a first attempt needs no header. The receiver calls with
 * {@link #options}, under a policy that refuses to be nested ({@link RetryPolicy.Builder#refuseNested()}). A service in
 * the middle sends the greater of its own attempt and of the one it received.
 *
 * <p>The header comes from outside and is believed only where it reads as an attempt: one to nine of the digits 0 to 9,
 * and nothing else. With any value that is sent, at worst a call is not retried.
 *
 * @since 0.1
 */
public final class AttemptHeader {

    /** The name of the header: {@value}. */
    public static final String NAME = "forbear-attempt";

    private static final int MAX_DIGITS = 9;
    private static final int MAX_ATTEMPT = 999_999_999;

    private AttemptHeader() {}

    /**
     * Returns what the header says of an attempt.
     *
     * @param attempt the number of the attempt, from 1
     * @return the number in digits; 999999999 stands for any that is greater
     * @throws IllegalArgumentException if the number is below 1
     */
    public static String value(int attempt) {
        return Integer.toString(Math.min(MAX_ATTEMPT, Checks.atLeast(1, attempt, "attempt")));
    }

    /**
     * Reads the number of an attempt.
     *
     * @param value what was received, {@code null} for no header
     * @return from 1 to 999999999; 1 where there is no header or it does not read as an attempt
     */
    public static int attempt(@Nullable String value) {
        if (value == null || value.isEmpty() || value.length() > MAX_DIGITS) {
            return 1;
        }
        for (int i = 0; i < value.length(); i++) {
            char digit = value.charAt(i);
            if (digit < '0' || digit > '9') {
                return 1;
            }
        }
        return Math.max(1, Integer.parseInt(value));
    }

    /**
     * Says in the options of a call which attempt of a caller upstream it is part of.
     *
     * @param value what was received, {@code null} for no header
     * @param options what else there is to say of the call
     * @return the options with {@link CallOptions#upstreamAttempt()} set, unless they say as much already
     */
    public static CallOptions options(@Nullable String value, CallOptions options) {
        Objects.requireNonNull(options, "options");
        int attempt = attempt(value);
        return attempt > options.upstreamAttempt() ? options.upstreamAttempt(attempt) : options;
    }
}
