package io.forbear.retry.error;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What clients say when the failure is this process's own: their pool has no room, they were closed, the call was
 * cancelled.
 */
final class LocalPhrases {

    /** No connection was to be had: nothing was sent, and later there may be room. */
    static final Classification NO_ROOM =
            Classification.of(ErrorCategory.TRANSIENT).notExecuted().local();

    /** The client was closed, or the call was given up: another attempt ends the same way. */
    static final Classification CLOSED =
            Classification.of(ErrorCategory.CLIENT_ERROR).local();

    static final List<String> NO_ROOM_PHRASES = List.of(
            "connection is not available, request timed out after",
            "timeout waiting for connection from pool",
            "timeout waiting for idle object",
            "acquire operation took longer th",
            "could not get a resource from the pool",
            "pool exhausted",
            "pool is exhausted",
            "connection pool is full",
            "connection pool reached max wait",
            "connection acquisition timed out",
            "pending acquire queue has reached its maximum",
            "maximum pending acquire",
            "timeout waiting for a pooled",
            "too many operations are already waiting for a connection",
            "client to checkout a connection has timed out",
            "acquisition timeout",
            "maximum pending connection acquisitions",
            "too many outstanding acquire operations",
            "universal connection pool are in use",
            "connection not available, timed out",
            "no managed connections available",
            "no resources currently available in pool",
            "waiting for a free available connection",
            "max requests queued per destination",
            "max requests per destination",
            "too many open files");

    static final List<String> CLOSED_PHRASES = List.of(
            "connection pool shut down",
            "pool is shut down",
            "pool has been shut down",
            "pool is closed",
            "pool not open",
            "pool has been closed",
            "client is closed",
            "client has been closed",
            "client was closed",
            "client is shut down",
            "client has been shut down",
            "selector manager closed",
            "channel shutdown invoked",
            "channel shutdownnow invoked",
            "executor rejected",
            "datasource has been closed");

    /** Each phrase has one of these: a message without any is not searched for the phrases. */
    static final List<String> KEYWORDS = List.of(
            "pool",
            "clos",
            "shut",
            "acqui",
            "waiting",
            "not available",
            "reject",
            "checkout",
            "no managed",
            "per destination",
            "open files");

    private LocalPhrases() {}

    /** Reads a message; {@code null} where it says none of this. */
    static @Nullable Classification of(Throwable link, @Nullable String message) {
        if (message == null || message.isEmpty()) {
            return null;
        }
        if (message.equals("Canceled") && link instanceof java.io.IOException) {
            return CLOSED; // OkHttp
        }
        if (message.length() > MessageRule.LONGEST) {
            return null;
        }
        String lower = message.toLowerCase(Locale.ROOT);
        if (!contains(lower, KEYWORDS)) {
            return null;
        }
        boolean full = contains(lower, NO_ROOM_PHRASES);
        boolean closed = !full
                && (contains(lower, CLOSED_PHRASES)
                        || lower.contains("hikaridatasource") && lower.contains("has been closed"));
        if (!full && !closed || isOfServer(message, lower)) {
            return null;
        }
        return full ? NO_ROOM : CLOSED;
    }

    /** A server that says so of its own pool: the text tells its status. A channel of gRPC tells its end by one too. */
    private static boolean isOfServer(String message, String lower) {
        Classification said = MessageRule.classify(message);
        if (said != null && said.httpStatus() != 0) {
            return true;
        }
        int colon = message.indexOf(':');
        return colon > 0
                && Readers.GRPC.containsKey(message.substring(0, colon))
                && !lower.contains("channel shutdown");
    }

    private static boolean contains(String text, List<String> phrases) {
        for (String phrase : phrases) {
            if (text.contains(phrase)) {
                return true;
            }
        }
        return false;
    }
}
