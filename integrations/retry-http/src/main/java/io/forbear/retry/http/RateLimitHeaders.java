package io.forbear.retry.http;

import io.forbear.retry.error.Pushback;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * Sources: [1] The Internet drafts "RateLimit header fields for HTTP", 03 to 07 (limit=, remaining=, reset=) and from
 * 08 on ("name";r=;t=). [2] The pages on rate limits of GitHub (X-RateLimit-Reset: seconds since 1970) and of others,
 * who count the seconds from now.
 */
/** Reads how long a rate limit lasts that is used up. */
final class RateLimitHeaders {

    /** Headers longer than this are not read. */
    private static final int LONGEST = 1_000;

    /** Digits that are read of a number; a longer one stands for a delay that no call waits for. */
    private static final int MOST_DIGITS = 15;

    /** From here on a number is a time and not a distance: September 2001, in seconds. */
    private static final long EPOCH_SECONDS = 1_000_000_000L;

    private static final long EPOCH_MILLIS = EPOCH_SECONDS * 1_000;

    /** Stands for a number that is missing or cannot be read. */
    private static final long UNKNOWN = -1;

    private RateLimitHeaders() {}

    static boolean saysNoneIsLeft(Function<String, @Nullable String> headers) {
        return number(headers.apply("X-RateLimit-Remaining")) == 0 || number(headers.apply("RateLimit-Remaining")) == 0;
    }

    static Pushback read(Function<String, @Nullable String> headers, Instant now) {
        long seconds = structured(headers.apply("RateLimit"));
        if (seconds == UNKNOWN && mayBeUsedUp(headers.apply("RateLimit-Remaining"))) {
            seconds = number(headers.apply("RateLimit-Reset"));
        }
        if (seconds != UNKNOWN) {
            return Pushback.delay(Duration.ofSeconds(seconds));
        }
        String reset = headers.apply("X-RateLimit-Reset");
        String remaining = headers.apply("X-RateLimit-Remaining");
        if (reset == null) {
            reset = headers.apply("X-Rate-Limit-Reset");
            remaining = headers.apply("X-Rate-Limit-Remaining");
        }
        long time = number(reset);
        return time == UNKNOWN || !mayBeUsedUp(remaining) ? Pushback.none() : until(time, headers.apply("Date"), now);
    }

    /** Seconds from now, or a time since 1970; one in the past is a delay of zero. */
    private static Pushback until(long number, @Nullable String date, Instant now) {
        if (number < EPOCH_SECONDS) {
            return Pushback.delay(Duration.ofSeconds(number));
        }
        Instant reset = number < EPOCH_MILLIS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
        return Pushback.retryAfter(reset.toString(), date, now);
    }

    private static boolean mayBeUsedUp(@Nullable String remaining) {
        return number(remaining) <= 0;
    }

    /**
     * Reads {@code limit=10, remaining=0, reset=30} and {@code "minute";r=0;t=30, "day";r=5;t=300}: the longest time of
     * the limits that are not known to have room.
     */
    private static long structured(@Nullable String header) {
        if (header == null || header.length() > LONGEST) {
            return UNKNOWN;
        }
        long longest = UNKNOWN;
        long left = UNKNOWN;
        long reset = UNKNOWN;
        boolean old = header.toLowerCase(Locale.ROOT).contains("reset=");
        int from = 0;
        while (from <= header.length()) {
            int end = endOfPart(header, from);
            String part = header.substring(from, end).strip().toLowerCase(Locale.ROOT);
            int sign = part.indexOf('=');
            String name = sign < 0 ? "" : part.substring(0, sign).strip();
            switch (name) {
                case "r", "remaining" -> left = number(part.substring(sign + 1));
                case "t", "reset" -> reset = number(part.substring(sign + 1));
                default -> {}
            }
            boolean lastOfItem = end == header.length() || !old && header.charAt(end) == ',';
            if (lastOfItem) {
                longest = left <= 0 ? Math.max(longest, reset) : longest;
                left = UNKNOWN;
                reset = UNKNOWN;
            }
            from = end + 1;
        }
        return longest;
    }

    /** Returns where the next comma or semicolon is that no quotation marks enclose. */
    private static int endOfPart(String text, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == ';')) {
                return i;
            }
        }
        return text.length();
    }

    /** Reads a whole number of digits, whose fraction is rounded up; {@link #UNKNOWN} for anything else. */
    private static long number(@Nullable String value) {
        String text = value == null ? "" : value.strip();
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        String fraction = point < 0 ? "" : text.substring(point + 1);
        if (whole.isEmpty() || text.length() > LONGEST || !isDigits(whole) || !isDigits(fraction)) {
            return UNKNOWN;
        }
        String digits = whole.replaceFirst("^0+(?=.)", "");
        long number = digits.length() > MOST_DIGITS ? Long.MAX_VALUE / EPOCH_SECONDS : Long.parseLong(digits);
        boolean more = fraction.chars().anyMatch(c -> c != '0');
        return more ? number + 1 : number;
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
