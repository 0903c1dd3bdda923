package io.forbear.retry.error;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the words of a message, the last resort of the default classifier.
 *
 * <p>One pass over at most {@value #LONGEST} characters, word by word. In this order: an SQLSTATE, unless there is a
 * status; a rate limit, said by a code or in words, unless a status beside it says that the request is wrong; a status
 * code that the text calls one; another code; a time-out; a failing server; the network.
 *
 * <p>Data is not read: a word in quotes of its own, one that names a column or another thing, one beside {@code =}, and
 * a number that nothing calls a status.
 */
final class MessageRule {

    /** Characters that are read. */
    static final int LONGEST = 1_000;

    private static final int UNAUTHORIZED = 401;
    private static final int RATE_LIMIT = 1;
    private static final int TIMEOUT = 2;
    private static final int SERVER_ERROR = 4;
    private static final int NETWORK_ERROR = 8;

    /** Words after which a word is the name of something. */
    private static final Set<String> NAMING = Set.of(
            "column",
            "field",
            "table",
            "parameter",
            "property",
            "key",
            "attribute",
            "index",
            "constraint",
            "relation",
            "setting",
            "option",
            "argument",
            "variable",
            "named",
            "header",
            "cookie",
            "sequence",
            "schema",
            "type",
            "identifier",
            "entity");

    private MessageRule() {}

    /** Returns what the words say, {@code null} where they say nothing. */
    static @Nullable Classification classify(@Nullable String message) {
        if (message == null || message.isEmpty()) {
            return null;
        }
        int end = Math.min(message.length(), LONGEST);
        if (StatusText.isMail(message)) {
            return Classification.of(message.charAt(0) == '4' ? ErrorCategory.TRANSIENT : ErrorCategory.CLIENT_ERROR);
        }
        int found = 0;
        int status = 0;
        Classification code = null;
        Classification sql = null;
        String before = "";
        for (int at = 0; at < end; ) {
            if (!isWord(message.charAt(at))) {
                at++;
                continue;
            }
            int stop = at;
            while (stop < message.length() && isWord(message.charAt(stop))) {
                stop++;
            }
            if (StatusText.startsAt(message, at, end)) {
                if (status == 0 && StatusText.isCalledStatus(message, at)) {
                    status = StatusText.statusAt(message, at);
                }
            } else {
                String word = message.substring(at, stop);
                if (word.equalsIgnoreCase("sqlstate") || word.equalsIgnoreCase("state") && before.equals("sql")) {
                    sql = sql == null ? SqlStateTable.read(message, stop) : sql;
                }
                Classification known = ErrorCodes.of(word);
                if (known != null && !isOnlyAWord(word, message, at)) {
                    code = stronger(code, known);
                } else if (!isData(message, at, stop, before)) {
                    found |= word(message, at);
                }
                before = word.toLowerCase(Locale.ROOT);
            }
            at = stop;
        }
        return sql != null && status == 0 ? sql : answer(found, status, code);
    }

    /**
     * Codes that are words of the language too must stand as words do, except where a service begins its answer with
     * them.
     */
    private static boolean isOnlyAWord(String word, String message, int at) {
        if (word.equalsIgnoreCase("throttling") || word.equalsIgnoreCase("throttled")) {
            boolean shouted = word.equals(word.toUpperCase(Locale.ROOT)); // as a code of GraphQL
            boolean first = at == 0 || message.startsWith("HTTP ");
            return !shouted && !(first && Character.isUpperCase(word.charAt(0)));
        }
        return word.equals("slowdown");
    }

    private static Classification stronger(@Nullable Classification known, Classification found) {
        return known == null || found.category() == ErrorCategory.RATE_LIMIT ? found : known;
    }

    static boolean isTimeout(@Nullable String message) {
        if (message == null) {
            return false;
        }
        int end = Math.min(message.length(), LONGEST);
        for (int i = 0; i < end; i++) {
            if ((i == 0 || !isWord(message.charAt(i - 1))) && word(message, i) == TIMEOUT) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Classification answer(int found, int status, @Nullable Classification code) {
        if (status == UNAUTHORIZED) {
            // for any code: the server knows no caller that it could throttle
            return Classification.ofHttpStatus(status);
        }
        boolean coded = code != null && code.category() == ErrorCategory.RATE_LIMIT;
        boolean limited = coded || (found & RATE_LIMIT) != 0;
        if (limited && (coded || status == 0 || mayBeThrottling(status))) {
            return Classification.of(ErrorCategory.RATE_LIMIT).httpStatus(status);
        }
        if (code != null && !limited) {
            return code.httpStatus(status);
        }
        if (status != 0) {
            return Classification.ofHttpStatus(status);
        }
        if ((found & TIMEOUT) != 0) {
            return Classification.of(ErrorCategory.TIMEOUT);
        }
        if ((found & SERVER_ERROR) != 0) {
            return Classification.of(ErrorCategory.SERVER_ERROR);
        }
        return (found & NETWORK_ERROR) != 0 ? Classification.of(ErrorCategory.NETWORK_ERROR) : null;
    }

    /** Statuses under which services throttle. */
    private static boolean mayBeThrottling(int status) {
        return switch (status) {
            case 400, 403, 408, 420, 429, 449, 500, 502, 503, 504, 509, 529 -> true;
            default -> false;
        };
    }

    /** Tells whether a word is data: quoted by itself, named by the word before, or one side of {@code =}. */
    private static boolean isData(String text, int at, int stop, String before) {
        char left = at == 0 ? ' ' : text.charAt(at - 1);
        char right = stop == text.length() ? ' ' : text.charAt(stop);
        boolean quoted = left == right && (left == '"' || left == '\'' || left == '`') || left == '[' && right == ']';
        return quoted
                || left == '='
                || right == '='
                || left == '(' && right == ')' && at > 1 && isWord(text.charAt(at - 2))
                || (right == '-' || right == '.')
                        && stop + 1 < text.length()
                        && isWord(text.charAt(stop + 1))
                        && !startsPhrase(text, at)
                || before.equals("disk")
                || left == '.' && at > 1 && isWord(text.charAt(at - 2)) && right != '.'
                || NAMING.contains(before);
    }

    /** {@code rate-limited} and {@code time-out} are words with a hyphen of their own. */
    private static boolean startsPhrase(String text, int at) {
        return begins(text, at, "rate-limit") || begins(text, at, "time-out");
    }

    /** Looks at the word, or the words, that begin here. */
    private static int word(String text, int at) {
        return switch (text.charAt(at)) {
            case 'r', 'R' ->
                begins(text, at, "rate limit")
                                || begins(text, at, "ratelimit")
                                || begins(text, at, "rate-limit")
                                || is(text, at, "rate exceeded")
                                || begins(text, at, "rate of requests exceeds")
                                || is(text, at, "reduce your request rate")
                                || is(text, at, "request rate is large")
                                || is(text, at, "request limit reached")
                                || is(text, at, "request limit exceeded")
                        ? RATE_LIMIT
                        : is(text, at, "reset by peer") ? NETWORK_ERROR : 0;
            case 'q', 'Q' -> is(text, at, "quota") || is(text, at, "quotas") ? RATE_LIMIT : 0;
            case 't', 'T' ->
                begins(text, at, "throttl") || is(text, at, "too many requests") || begins(text, at, "toomanyrequests")
                        ? RATE_LIMIT
                        : is(text, at, "timeout")
                                        || is(text, at, "timeouts")
                                        || is(text, at, "timed out")
                                        || is(text, at, "time-out")
                                        || begins(text, at, "timeoutexception")
                                ? TIMEOUT
                                : 0;
            case 'd', 'D' -> is(text, at, "deadline exceeded") ? TIMEOUT : 0;
            case 's', 'S' ->
                is(text, at, "server error") || is(text, at, "service unavailable")
                        ? SERVER_ERROR
                        : is(text, at, "slow down") ? RATE_LIMIT : named(text, at);
            case 'a', 'A' -> begins(text, at, "abuse detection mechanism") ? RATE_LIMIT : 0;
            case 'l', 'L' -> begins(text, at, "limitexceeded") ? RATE_LIMIT : 0;
            case 'e', 'E' -> is(text, at, "enhance your calm") ? RATE_LIMIT : 0;
            case 'b', 'B' ->
                is(text, at, "bad gateway") ? SERVER_ERROR : is(text, at, "broken pipe") ? NETWORK_ERROR : 0;
            case 'g', 'G' -> is(text, at, "gateway timeout") || is(text, at, "gateway time-out") ? SERVER_ERROR : 0;
            case 'c', 'C' ->
                is(text, at, "connection") || is(text, at, "connections") ? NETWORK_ERROR : named(text, at);
            case 'n', 'N' -> is(text, at, "network") ? NETWORK_ERROR : 0;
            case 'p', 'P' -> is(text, at, "processing capacity exceeded") ? RATE_LIMIT : 0; // the JDK, of HTTP/2
            case 'u', 'U' -> is(text, at, "unreachable") ? NETWORK_ERROR : 0;
            default -> 0;
        };
    }

    /** Names of exceptions of the JDK, as a text quotes them. */
    private static int named(String text, int at) {
        return is(text, at, "sockettimeoutexception")
                ? TIMEOUT
                : is(text, at, "connectexception") || is(text, at, "socketexception") ? NETWORK_ERROR : 0;
    }

    /** Tells whether a phrase stands here, and ends with its last letter. */
    private static boolean is(String text, int at, String phrase) {
        int stop = at + phrase.length();
        return begins(text, at, phrase) && (stop >= text.length() || !isWord(text.charAt(stop)));
    }

    private static boolean begins(String text, int at, String word) {
        return text.regionMatches(true, at, word, 0, word.length());
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
