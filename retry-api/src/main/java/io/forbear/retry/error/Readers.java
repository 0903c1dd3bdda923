package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the few words that types of exceptions write themselves, and codes that they carry. Each answers {@code null}
 * for nothing.
 */
final class Readers {

    private static final List<String> CONNECT =
            List.of("connect timed out", "connection timed out", "failed to connect");
    private static final List<String> UNREACHABLE = List.of(
            "network is unreachable",
            "host is unreachable",
            "no route to host",
            "connection refused",
            "network is down");
    private static final List<String> CUT = List.of(
            "remote host terminated the handshake",
            "remote host closed connection during handshake",
            "connection reset",
            "connection closed",
            "closed by peer",
            "closed by remote",
            "peer shut down",
            "broken pipe",
            "unexpected eof",
            "end of stream",
            "connection has been closed",
            "connection or inbound has closed");

    /** A certificate that was read: what it says of hosts is data. */
    private static final List<String> CERTIFICATE =
            List.of("subject alternative", "no name matching", "pkix path", "certificate");

    private static final List<String> NOT_TLS = List.of(
            "unsupported or unrecognized ssl message",
            "plaintext connection",
            "not an ssl/tls record",
            "unsupported record version",
            "unrecognized record version",
            "wrong_version_number",
            "wrong version number",
            "usually a protocol error",
            "received fatal alert");

    private static final List<String> HANDSHAKE_TIMEOUT = List.of("handshake timed out");

    /** A record that the line changed. */
    private static final List<String> DAMAGED = List.of("tag mismatch", "bad_record_mac", "bad record mac");

    private static final List<String> NOT_PROCESSED = List.of("stream not processed", "request not processed by peer");
    private static final List<String> CALM = List.of("enhance_your_calm");
    private static final List<String> REFUSED = List.of("refused_stream");

    /** First words of answers of Redis that pass: the list of go-redis, and a few that were added since. */
    private static final Set<String> REDIS_PASSING = Set.of(
            "LOADING",
            "READONLY",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "TRYAGAIN",
            "NOREPLICAS",
            "BUSY",
            "MOVED",
            "ASK",
            "UNBLOCKED");

    private static final String REDIS_FULL = "ERR max number of clients reached";

    /** Names of errors of MongoDB that the same command meets again. */
    private static final Set<String> MONGO_REFUSED = Set.of(
            "Unauthorized",
            "AuthenticationFailed",
            "BadValue",
            "FailedToParse",
            "TypeMismatch",
            "NoSuchKey",
            "InvalidOptions",
            "InvalidNamespace",
            "NamespaceNotFound",
            "NamespaceExists",
            "IndexNotFound",
            "IndexOptionsConflict",
            "IndexKeySpecsConflict",
            "CommandNotFound",
            "DuplicateKey",
            "DocumentValidationFailure",
            "ImmutableField",
            "BSONObjectTooLarge",
            "IllegalOperation",
            "OperationNotSupportedInTransaction");

    private static final int UNAVAILABLE = 14;

    /** The numbers of gRPC's statuses, by name. */
    static final Map<String, Integer> GRPC = Map.ofEntries(
            Map.entry("CANCELLED", 1),
            Map.entry("UNKNOWN", 2),
            Map.entry("INVALID_ARGUMENT", 3),
            Map.entry("DEADLINE_EXCEEDED", 4),
            Map.entry("NOT_FOUND", 5),
            Map.entry("ALREADY_EXISTS", 6),
            Map.entry("PERMISSION_DENIED", 7),
            Map.entry("RESOURCE_EXHAUSTED", 8),
            Map.entry("FAILED_PRECONDITION", 9),
            Map.entry("ABORTED", 10),
            Map.entry("OUT_OF_RANGE", 11),
            Map.entry("UNIMPLEMENTED", 12),
            Map.entry("INTERNAL", 13),
            Map.entry("UNAVAILABLE", UNAVAILABLE),
            Map.entry("DATA_LOSS", 15),
            Map.entry("UNAUTHENTICATED", 16));

    private Readers() {}

    /** A loop, not a stream: this runs for each failure of a socket. */
    private static boolean says(Throwable failure, List<String> phrases) {
        String message = CauseChain.message(failure);
        if (message == null || message.isEmpty()) {
            return false;
        }
        String lower = message.toLowerCase(Locale.ROOT);
        for (String phrase : phrases) {
            if (lower.contains(phrase)) {
                return true;
            }
        }
        return false;
    }

    /** A connection that was never made, told as a time-out of the socket. */
    static @Nullable Classification socketTimeout(Throwable failure) {
        return says(failure, CONNECT) ? Classification.of(TIMEOUT).notExecuted() : null;
    }

    /** The words of the JDK's HTTP client for a stream that the server has not looked at. */
    static @Nullable Classification io(Throwable failure) {
        return says(failure, NOT_PROCESSED) ? Classification.of(NETWORK_ERROR).notExecuted() : null;
    }

    /**
     * The word with which the answer of Redis begins: a command was refused, for now by a server that cannot serve it,
     * else for good.
     */
    static @Nullable Classification redis(Throwable failure) {
        String message = CauseChain.message(failure);
        if (message == null) {
            return null;
        }
        int end = 0;
        while (end < message.length() && message.charAt(end) >= 'A' && message.charAt(end) <= 'Z') {
            end++;
        }
        if (end < 3 || end < message.length() && message.charAt(end) != ' ') {
            return null;
        }
        boolean passes = REDIS_PASSING.contains(message.substring(0, end)) || message.startsWith(REDIS_FULL);
        return passes ? Classification.of(TRANSIENT).notExecuted() : Classification.of(CLIENT_ERROR);
    }

    /** The name of an error of MongoDB: {@code Command failed with error 13 (Unauthorized): ..}. */
    static @Nullable Classification mongo(Throwable failure) {
        String message = CauseChain.message(failure);
        if (message == null || !message.startsWith("Command failed with error ")) {
            return null;
        }
        int open = message.indexOf('(');
        int close = message.indexOf(')', open);
        if (open < 0 || close < 0) {
            return null;
        }
        String name = message.substring(open + 1, close);
        if (MONGO_REFUSED.contains(name)) {
            return Classification.of(CLIENT_ERROR);
        }
        if (name.equals("MaxTimeMSExpired") || name.equals("ExceededTimeLimit")) {
            return Classification.of(TIMEOUT).notRetryable();
        }
        boolean conflict = name.equals("WriteConflict") || name.equals("LockTimeout");
        return conflict ? Classification.of(TRANSIENT).notExecuted() : null;
    }

    /** An executor that is at work and has no room; one that is shut down never has. */
    static @Nullable Classification rejected(Throwable failure) {
        String message = CauseChain.message(failure);
        return message != null && message.contains("[Running, pool size") ? LocalPhrases.NO_ROOM : null;
    }

    /** The status with which Feign begins: {@code [503 Service Unavailable] during [GET] to ..}. */
    static @Nullable Classification feign(Throwable failure) {
        String message = CauseChain.message(failure);
        if (message == null || message.length() <= 4 || message.charAt(0) != '[') {
            return null;
        }
        return StatusText.startsAt(message, 1, message.length())
                ? Classification.ofHttpStatus(StatusText.statusAt(message, 1))
                : null;
    }

    static @Nullable Classification socket(Throwable failure) {
        if ("Closed by interrupt".equals(CauseChain.message(failure))) {
            return Classification.of(CLIENT_ERROR);
        }
        return says(failure, UNREACHABLE) ? Classification.of(NETWORK_ERROR).notExecuted() : null;
    }

    static @Nullable Classification interruptedIo(Throwable failure) {
        return MessageRule.isTimeout(CauseChain.message(failure)) ? Classification.of(TIMEOUT) : null;
    }

    /** A handshake that was cut: the request was not sent. */
    static @Nullable Classification handshake(Throwable failure) {
        if (says(failure, HANDSHAKE_TIMEOUT)) {
            return Classification.of(TIMEOUT).notExecuted();
        }
        boolean cut = says(failure, CUT) && !says(failure, NOT_TLS) && !says(failure, CERTIFICATE);
        return cut && !hasOtherCause(failure) ? Classification.of(NETWORK_ERROR).notExecuted() : null;
    }

    /** The JDK's HTTP client copies the exception into its own cause. */
    private static boolean hasOtherCause(Throwable failure) {
        Throwable cause = CauseChain.next(failure);
        return cause != null && cause.getClass() != failure.getClass();
    }

    static @Nullable Classification tls(Throwable failure) {
        if (says(failure, DAMAGED)) {
            return Classification.of(NETWORK_ERROR);
        }
        return says(failure, NOT_TLS) ? Classification.of(CLIENT_ERROR) : null;
    }

    /** A line that was cut while TLS read from it. */
    static @Nullable Classification tlsProtocol(Throwable failure) {
        return says(failure, CUT) && !says(failure, NOT_TLS) ? Classification.of(NETWORK_ERROR) : tls(failure);
    }

    /** A body that ended early, as OkHttp tells it. */
    static @Nullable Classification protocol(Throwable failure) {
        return says(failure, CUT) ? Classification.of(NETWORK_ERROR) : null;
    }

    static @Nullable Classification stream(Throwable failure) {
        if (says(failure, CALM)) {
            return Classification.of(RATE_LIMIT);
        }
        return says(failure, REFUSED) ? Classification.of(NETWORK_ERROR).notExecuted() : null;
    }

    /** The state of an SQL exception; the words of one that has none. A class of its own links {@code java.sql}. */
    static @Nullable Classification sql(Throwable failure) {
        Classification byState = SqlStates.classify(failure);
        if (byState != null) {
            return byState;
        }
        return SqlStates.hasState(failure) ? null : MessageRule.classify(CauseChain.message(failure));
    }

    /** The name of the status, with which the message of every gRPC exception begins. */
    static @Nullable Classification grpc(Throwable failure) {
        String message = CauseChain.message(failure);
        if (message == null) {
            return null;
        }
        int end = message.indexOf(':');
        Integer code = GRPC.get(end < 0 ? message.trim() : message.substring(0, end));
        if (code == null) {
            return null;
        }
        boolean unavailable = code == UNAVAILABLE;
        if (unavailable && isCertificate(failure)) {
            return Classification.of(CLIENT_ERROR);
        }
        Classification answer = Statuses.grpc(code);
        boolean refused = unavailable && neverConnected(failure) || message.contains("REFUSED_STREAM");
        return refused ? answer.notExecuted() : answer;
    }

    /** Tells whether a handshake failed over a certificate. */
    private static boolean isCertificate(Throwable failure) {
        TypeRule handshake = TypeRule.TABLE.get("javax.net.ssl.SSLHandshakeException");
        Throwable cause = firstCause(failure, rule -> rule == handshake);
        return cause != null && says(cause, CERTIFICATE);
    }

    private static boolean neverConnected(Throwable failure) {
        return firstCause(failure, rule -> rule.answer != null && rule.answer.isNotExecuted()) != null;
    }

    /** Returns the first cause whose type has such a rule, {@code null} where there is none. */
    private static @Nullable Throwable firstCause(Throwable failure, Predicate<TypeRule> such) {
        Throwable link = CauseChain.next(failure);
        for (int depth = 1; link != null && depth < CauseChain.LONGEST; depth++) {
            if (such.test(TypeRule.of(link.getClass()))) {
                return link;
            }
            link = CauseChain.next(link);
        }
        return null;
    }
}
