package io.forbear.retry.http;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.Pushback;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What adapters to HTTP clients share: what a response says of its attempt, when the server wants to be called again,
 * and whether a request may be repeated.
 *
 * <p>Headers are given as a function from the name, in any case, to the first value, or {@code null} where there is no
 * such header: {@code name -> response.headers().firstValue(name).orElse(null)}. Of a response that is no failure no
 * header is read.
 *
 * <p>What an exception says is known to {@link io.forbear.retry.error.ErrorClassifier#defaults()}: a connection that
 * was refused or timed out, an unknown host, a handshake that was cut, {@code REFUSED_STREAM} are certainly not
 * executed; of a time-out of the request or a reset after it was sent that is unknown.
 *
 * <p>All methods are pure and never throw for a header that cannot be read.
 *
 * @since 0.1
 */
public final class HttpRules {

    /** The header by which a server knows a request that it has carried out already: {@value}. */
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /*
     * Sources: [1] RFC 9110, 9.2.2 (idempotent methods) and 10.2.3 (Retry-After). [2] The Internet draft "The
     * Idempotency-Key HTTP Header Field". [3] The Internet draft "HTTP QUERY Method", which calls it safe.
     */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY");

    private static final int FORBIDDEN = 403;

    private HttpRules() {}

    /**
     * Returns what a response says of the attempt that it answers: the status by {@link
     * Classification#ofHttpStatus(int)}, and the {@linkplain #pushback pushback} of its headers. A 403 whose {@code
     * X-RateLimit-Remaining} or {@code RateLimit-Remaining} is 0, or that names a delay, is a {@link
     * ErrorCategory#RATE_LIMIT}, as GitHub answers; so is a 413 that names a delay.
     *
     * @param status the status of the response
     * @param headers returns the first value of a header, {@code null} where there is none
     * @return {@link Classification#success()} for a status from 100 to 399
     */
    public static Classification classify(int status, Function<String, @Nullable String> headers) {
        Objects.requireNonNull(headers, "headers");
        Classification plain = Classification.ofHttpStatus(status);
        if (plain.isSuccess()) {
            return plain;
        }
        if (status == FORBIDDEN && RateLimitHeaders.saysNoneIsLeft(headers)) {
            plain = Classification.of(ErrorCategory.RATE_LIMIT).httpStatus(status);
        }
        boolean limited = plain.category() == ErrorCategory.RATE_LIMIT;
        Pushback pushback = pushback(limited, headers, Instant.now());
        return limited ? plain.pushback(pushback) : Classification.ofHttpStatus(status, pushback);
    }

    /**
     * Returns when the server wants to be called again. The first of these headers that can be read decides:
     *
     * <ol>
     *   <li>{@code grpc-retry-pushback-ms}: milliseconds; negative or malformed: no further attempt
     *   <li>{@code retry-after-ms}, {@code x-ms-retry-after-ms}: milliseconds
     *   <li>{@code x-amz-retry-after}: milliseconds
     *   <li>{@code Retry-After}: seconds or a date, which is compared with the response's own {@code Date}; one in the
     *       past is a delay of zero
     *   <li>for a rate limit only, {@code RateLimit} in both forms of its drafts, {@code RateLimit-Reset}: seconds,
     *       {@code X-RateLimit-Reset}, {@code X-Rate-Limit-Reset}: seconds, or a time in seconds or milliseconds since
     *       1970. They are read unless they say that something is left
     * </ol>
     *
     * <p>No delay is cut, however long; {@link io.forbear.retry.PushbackPolicy} says how far a call follows it.
     *
     * @param status the status of the response
     * @param headers returns the first value of a header, {@code null} where there is none
     * @return a delay, no further attempt, or {@link Pushback#none()}
     */
    public static Pushback pushback(int status, Function<String, @Nullable String> headers) {
        Objects.requireNonNull(headers, "headers");
        Classification plain = Classification.ofHttpStatus(status);
        boolean limited = !plain.isSuccess() && plain.category() == ErrorCategory.RATE_LIMIT;
        boolean forbidden = status == FORBIDDEN && RateLimitHeaders.saysNoneIsLeft(headers);
        return pushback(limited || forbidden, headers, Instant.now());
    }

    static Pushback pushback(boolean limited, Function<String, @Nullable String> headers, Instant now) {
        Pushback grpc = Pushback.grpc(headers.apply("grpc-retry-pushback-ms"));
        if (!grpc.isNone()) {
            return grpc;
        }
        Pushback millis = Pushback.retryAfterMillis(headers.apply("retry-after-ms"));
        millis = millis.isNone() ? Pushback.retryAfterMillis(headers.apply("x-ms-retry-after-ms")) : millis;
        millis = millis.isNone() ? Pushback.amzRetryAfter(headers.apply("x-amz-retry-after")) : millis;
        if (!millis.isNone()) {
            return millis;
        }
        String after = headers.apply("Retry-After");
        Pushback asked = after == null ? Pushback.none() : Pushback.retryAfter(after, headers.apply("Date"), now);
        return asked.isNone() && limited ? RateLimitHeaders.read(headers, now) : asked;
    }

    /**
     * Tells whether a request may be sent twice: its method is GET, HEAD, OPTIONS, TRACE, PUT, DELETE or QUERY, or it
     * has an {@value #IDEMPOTENCY_KEY}.
     *
     * @param method the method of the request, in capitals
     * @param headers returns the first value of a header of the request, {@code null} where there is none
     * @return {@code false} where a second sending may do the work twice
     */
    public static boolean isIdempotent(String method, Function<String, @Nullable String> headers) {
        if (IDEMPOTENT.contains(method)) {
            return true;
        }
        String key = headers.apply(IDEMPOTENCY_KEY);
        return key != null && !key.isBlank();
    }
}
