package io.forbear.retry;

import org.jspecify.annotations.Nullable;

/**
 * Reads the words of a message, the last resort of the default classifier.
 *
 * <p>One pass over at most {@value #LONGEST} characters, without allocation and without regular expressions. In this order: a
 * status code that the text calls one; a rate limit; a timeout; a failing server; the network.
 */
final class MessageRule {

    /** Characters that are read. */
    static final int LONGEST = 1_000;

    private static final int RATE_LIMIT = 1;
    private static final int TIMEOUT = 2;
    private static final int SERVER_ERROR = 4;
    private static final int NETWORK_ERROR = 8;

    private MessageRule() {}

    /** Returns what the words say, {@code null} where they say nothing. */
    static @Nullable Classification classify(@Nullable String message) {
        if (message == null || message.isEmpty()) {
            return null;
        }
        int end = Math.min(message.length(), LONGEST);
        int found = 0;
        for (int i = 0; i < end; i++) {
            if (StatusText.startsAt(message, i, end)) {
                int status = StatusText.statusAt(message, i);
                if (StatusText.isCalledStatus(message, i)) {
                    return Classification.ofHttpStatus(status);
                }
                found |= bare(status);
            } else {
                found |= word(message, i);
            }
        }
        return answer(found);
    }

    static boolean isTimeout(@Nullable String message) {
        if (message == null) {
            return false;
        }
        int end = Math.min(message.length(), LONGEST);
        for (int i = 0; i < end; i++) {
            if (word(message, i) == TIMEOUT) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Classification answer(int found) {
        if ((found & RATE_LIMIT) != 0) {
            return Classification.of(ErrorCategory.RATE_LIMIT);
        }
        if ((found & TIMEOUT) != 0) {
            return Classification.of(ErrorCategory.TIMEOUT);
        }
        if ((found & SERVER_ERROR) != 0) {
            return Classification.of(ErrorCategory.SERVER_ERROR);
        }
        return (found & NETWORK_ERROR) != 0 ? Classification.of(ErrorCategory.NETWORK_ERROR) : null;
    }

    /** A number that nothing calls a status: taken for one only where a mistake does not end the call. */
    private static int bare(int status) {
        return switch (status) {
            case 429 -> RATE_LIMIT;
            case 500, 502, 503, 504 -> SERVER_ERROR;
            default -> 0;
        };
    }

    private static int word(String text, int at) {
        return switch (text.charAt(at)) {
            case 'r', 'R' ->
                is(text, at, "rate limit")
                                || is(text, at, "ratelimit")
                                || is(text, at, "rate-limit")
                                || is(text, at, "rate exceeded")
                        ? RATE_LIMIT
                        : is(text, at, "reset by peer") ? NETWORK_ERROR : 0;
            case 'q', 'Q' -> is(text, at, "quota") ? RATE_LIMIT : 0;
            case 't', 'T' ->
                is(text, at, "throttl")
                                || is(text, at, "too many requests")
                                || is(text, at, "toomanyrequests")
                                || is(text, at, "throughputexceeded")
                        ? RATE_LIMIT
                        : is(text, at, "timeout") || is(text, at, "timed out") || is(text, at, "time-out")
                                ? TIMEOUT
                                : 0;
            case 'd', 'D' -> is(text, at, "deadline exceeded") || is(text, at, "deadline_exceeded") ? TIMEOUT : 0;
            case 's', 'S' ->
                is(text, at, "server error") || is(text, at, "service unavailable")
                        ? SERVER_ERROR
                        : is(text, at, "slowdown") ? RATE_LIMIT : 0;
            case 'l', 'L' -> is(text, at, "limitexceeded") ? RATE_LIMIT : 0;
            case 'b', 'B' ->
                is(text, at, "bad gateway") ? SERVER_ERROR : is(text, at, "broken pipe") ? NETWORK_ERROR : 0;
            case 'c', 'C' -> is(text, at, "connection") ? NETWORK_ERROR : 0;
            case 'n', 'N' -> is(text, at, "network") ? NETWORK_ERROR : 0;
            case 'u', 'U' -> is(text, at, "unreachable") ? NETWORK_ERROR : 0;
            default -> 0;
        };
    }

    private static boolean is(String text, int at, String word) {
        return text.regionMatches(true, at, word, 0, word.length());
    }
}
