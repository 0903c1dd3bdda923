package io.forbear.retry.redis;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Why a {@link FleetBudget} has no lease and spends its floor.
 *
 * @since 0.1
 */
public enum FloorReason {

    /** The store did not answer within the lease timeout: it is slow, it hangs, or the network does. */
    TIMEOUT,

    /** The client could not send, or lost its connection. */
    UNREACHABLE,

    /** The server is a replica ({@code READONLY}): after a failover the client still talks to the old primary. */
    READ_ONLY,

    /** The server has no memory left ({@code OOM}): its {@code maxmemory} is reached and nothing may be evicted. */
    OUT_OF_MEMORY,

    /** The user of the connection may not run the script or touch its keys ({@code NOPERM}, {@code NOAUTH}). */
    NOT_PERMITTED,

    /** The server is loading its data, or runs another script for too long ({@code LOADING}, {@code BUSY}). */
    BUSY,

    /** The server answered with another error, or with an answer that is not one of the script. */
    ERROR;

    /** How deep a client may hide the server's error. */
    private static final int CAUSES = 8;

    /** How much of an error is logged. */
    private static final int MOST_SAID = 200;

    static FloorReason of(Throwable failure) {
        if (hasCode(failure, "READONLY")) {
            return READ_ONLY;
        }
        if (hasCode(failure, "OOM")) {
            return OUT_OF_MEMORY;
        }
        if (hasCode(failure, "NOPERM")
                || hasCode(failure, "NOAUTH")
                || hasCode(failure, "WRONGPASS")
                || isRefusedInsideOfScript(failure)) {
            return NOT_PERMITTED;
        }
        if (hasCode(failure, "LOADING") || hasCode(failure, "BUSY")) {
            return BUSY;
        }
        return isAnswer(failure) ? ERROR : UNREACHABLE;
    }

    /** A user who may run scripts, but not what this one does: the error has no code, and other words since 7.2. */
    private static boolean isRefusedInsideOfScript(Throwable failure) {
        return hasCode(failure, "ERR The user executing the script can't run")
                || hasCode(failure, "ERR ACL failure in script");
    }

    /** Returns what the client said, and what the last of its causes said, for the log. */
    static String said(Throwable failure) {
        Throwable first = failure;
        Throwable last = failure;
        for (int i = 0; last.getCause() != null && i < CAUSES; i++) {
            last = last.getCause();
            first = first instanceof CompletionException ? last : first;
        }
        String said = message(first) + (first == last ? "" : ": " + message(last));
        return said.length() > MOST_SAID ? said.substring(0, MOST_SAID) + "..." : said;
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getName() : message;
    }

    /** Tells whether the server answered with an error of this code. */
    static boolean hasCode(Throwable failure, String code) {
        @Nullable Throwable cause = failure;
        for (int i = 0; cause != null && i < CAUSES; i++, cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && message.startsWith(code)) {
                return true;
            }
        }
        return false;
    }

    /** Error codes of the server are a word of capitals at the start; clients word theirs in other ways. */
    private static boolean isAnswer(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int i = 0; cause != null && i < CAUSES; i++, cause = cause.getCause()) {
            String message = cause.getMessage();
            int end = message == null ? -1 : message.indexOf(' ');
            if (message != null && end > 1 && message.substring(0, end).chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
                return true;
            }
        }
        return false;
    }
}
