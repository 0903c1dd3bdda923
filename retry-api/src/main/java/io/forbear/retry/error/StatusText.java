package io.forbear.retry.error;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds HTTP status codes in text: {@code HTTP 503}, {@code HTTP/1.1 503}, {@code status code: 503}, {@code code=503}.
 */
final class StatusText {

    /** Words that call the number after them a status. */
    private static final Set<String> NAMES = Set.of(
            "http",
            "https",
            "status",
            "code",
            "statuscode",
            "status_code",
            "response",
            "error",
            "returned",
            "said",
            "got",
            "answered",
            "replied",
            "received");

    /** The longest of {@link #NAMES}. */
    private static final int LONGEST_NAME = 11;

    private static final List<String> UNITS = List.of(
            " ms",
            " millis",
            " sec",
            " min",
            " byte",
            " kb",
            " mb",
            " gb",
            " kib",
            " mib",
            " gib",
            " hour",
            " day",
            " item",
            " row",
            " record",
            " entr",
            " times",
            " user",
            " message",
            " eur",
            " usd",
            "%");

    /** The phrase of each status, as far as servers agree. */
    private static final Map<Integer, String> PHRASES = Map.ofEntries(
            Map.entry(400, " bad request"),
            Map.entry(401, " unauthorized"),
            Map.entry(403, " forbidden"),
            Map.entry(404, " not found"),
            Map.entry(405, " method not allowed"),
            Map.entry(408, " request timeout"),
            Map.entry(409, " conflict"),
            Map.entry(410, " gone"),
            Map.entry(413, " payload too large"),
            Map.entry(422, " unprocessable"),
            Map.entry(429, " too many requests"),
            Map.entry(500, " internal server error"),
            Map.entry(501, " not implemented"),
            Map.entry(502, " bad gateway"),
            Map.entry(503, " service"),
            Map.entry(504, " gateway time"));

    /** Names that are followed by a status whatever comes after it. */
    private static final Set<String> STRONG =
            Set.of("http", "https", "status", "statuscode", "status_code", "response");

    /** Before {@code status}, these make of it something else than the answer of a server. */
    private static final Set<String> NOT_OF_HTTP = Set.of("exit", "where", "and", "or", "set", "order", "process");

    /** Between a name and its number: {@code status code was 503}. */
    private static final Set<String> LINKS = Set.of("was", "is", "of");

    /** Before {@code with}: {@code failed with 503}. */
    private static final Set<String> ENDED =
            Set.of("failed", "rejected", "responded", "replied", "answered", "ended", "completed");

    /** Before {@code -status} and {@code -code}, these say that it is of an answer. */
    private static final Set<String> ANSWERS = Set.of(
            "http", "error", "response", "result", "return", "status", "server", "upstream", "gateway", "api", "reply");

    /** Words that follow a status and are no things that it counts. */
    private static final Set<String> FUNCTION_WORDS = Set.of(
            "for",
            "from",
            "on",
            "at",
            "by",
            "after",
            "in",
            "with",
            "while",
            "when",
            "and",
            "but",
            "or",
            "to",
            "of",
            "during",
            "via",
            "calling",
            "response",
            "error",
            "client",
            "server",
            "received",
            "returned");

    /** Before {@code code}, these make of it the code of an answer; other words make it data, as with a postal code. */
    private static final Set<String> CODED =
            Set.of("", "status", "error", "response", "http", "https", "result", "return", "returned", "with", "the");

    private StatusText() {}

    /** Tells whether a number of three digits from 400 to 599 begins here and stands alone. */
    static boolean startsAt(String text, int at, int end) {
        char first = text.charAt(at);
        return (first == '4' || first == '5')
                && at + 3 <= end
                && isDigit(text.charAt(at + 1))
                && isDigit(text.charAt(at + 2))
                && (at == 0 || !continues(text.charAt(at - 1)))
                && (at + 3 == text.length() || !isPartOfWord(text, at + 3))
                && !isUnit(text, at + 3);
    }

    /**
     * Tells whether a text is the answer of a mail server: {@code 450 4.2.1 mailbox busy}. There a number that begins
     * with 4 passes, and one that begins with 5 does not.
     */
    static boolean isMail(String text) {
        return text.length() > 8
                && startsAt(text, 0, text.length())
                && (text.charAt(3) == ' ' || text.charAt(3) == '-')
                && text.charAt(4) == text.charAt(0)
                && text.charAt(5) == '.'
                && isDigit(text.charAt(6))
                && text.charAt(7) == '.'
                && isDigit(text.charAt(8));
    }

    static int statusAt(String text, int at) {
        return (text.charAt(at) - '0') * 100 + (text.charAt(at + 1) - '0') * 10 + (text.charAt(at + 2) - '0');
    }

    /** Tells whether the text calls the number at this index a status: it comes first, or after a word that says so. */
    static boolean isCalledStatus(String text, int at) {
        if (hasPhrase(text, at) || followsPhrase(text, at)) {
            return true;
        }
        if (at == 0) {
            return !isCount(text, at + 3);
        }
        if (text.startsWith("https:", at - 6)) {
            return false; // a port
        }
        int separators = skipSeparators(text, at);
        int end = skipVersion(text, separators);
        int begin = wordBegin(text, end);
        String name = text.substring(begin, end).toLowerCase(Locale.ROOT);
        boolean linked = LINKS.contains(name) && separators == at - 1;
        if (linked) {
            end = skipSpaces(text, begin);
            begin = wordBegin(text, end);
            name = text.substring(begin, end).toLowerCase(Locale.ROOT);
        } else if (name.equals("connect") && text.startsWith("response code for ", begin - 18)) {
            return true; // a proxy, as OkHttp tells of it
        } else if (name.equals("with")) {
            return ENDED.contains(wordBefore(text, begin)) && !isCount(text, at + 3);
        }
        if (!NAMES.contains(name) || (linked || !STRONG.contains(name)) && isCount(text, at + 3)) {
            return false;
        }
        if (name.equals("received") && wordBefore(text, begin).equals("bytes")) {
            return false; // the JDK, of a body that ended early
        }
        if (isQuery(text, begin) || separators == at - 1 && text.charAt(separators) == ':' && isHost(text, begin)) {
            return false;
        }
        return switch (name) {
            case "code" -> isOfAnswer(text, begin) && CODED.contains(wordBefore(text, begin));
            case "status" ->
                (begin == 0 || text.charAt(begin - 1) != '.')
                        && isOfAnswer(text, begin)
                        && !NOT_OF_HTTP.contains(wordBefore(text, begin));
            default -> true;
        };
    }

    private static int wordBegin(String text, int end) {
        int begin = end;
        while (begin > 0 && end - begin <= LONGEST_NAME && isWord(text.charAt(begin - 1))) {
            begin--;
        }
        return begin;
    }

    /** A parameter of an address: {@code ?status=503}. */
    private static boolean isQuery(String text, int begin) {
        return begin > 0 && (text.charAt(begin - 1) == '?' || text.charAt(begin - 1) == '&');
    }

    /** A host that is called as a status is, so that a port follows: {@code https://status:443}. */
    private static boolean isHost(String text, int begin) {
        char before = begin == 0 ? ' ' : text.charAt(begin - 1);
        String word = wordBefore(text, begin);
        return before == '/' || before == '@' || word.equals("to") || word.equals("host");
    }

    /** Tells whether a word with a hyphen is the code of an answer: {@code status-code}, and not {@code zip-code}. */
    private static boolean isOfAnswer(String text, int begin) {
        return begin == 0 || text.charAt(begin - 1) != '-' || ANSWERS.contains(wordBefore(text, begin - 1));
    }

    /** Tells whether the phrase of this very status stands before it: {@code Not Found (404)}. */
    private static boolean followsPhrase(String text, int at) {
        String phrase = PHRASES.get(statusAt(text, at));
        int end = at - 2;
        if (phrase == null || end < 0 || !text.startsWith(" (", end) || !text.startsWith(")", at + 3)) {
            return false;
        }
        int begin = end - phrase.length() + 1;
        return begin >= 0
                && text.regionMatches(true, begin, phrase, 1, phrase.length() - 1)
                && (begin == 0 || !isWord(text.charAt(begin - 1)));
    }

    /**
     * Tells whether the phrase of this very status follows, and the number is not the name of a thing that was not
     * found.
     */
    private static boolean hasPhrase(String text, int at) {
        String phrase = PHRASES.get(statusAt(text, at));
        int after = at + 3;
        if (phrase == null || !text.regionMatches(true, after, phrase, 0, phrase.length())) {
            return false;
        }
        int stop = after + phrase.length();
        String before = wordBefore(text, at);
        boolean named = before.isEmpty() || NAMES.contains(before);
        boolean asWritten = Character.isUpperCase(text.charAt(after + 1));
        boolean goesOn =
                stop + 1 < text.length() && text.charAt(stop) == ' ' && Character.isUpperCase(text.charAt(stop + 1));
        return named || asWritten && !goesOn;
    }

    /** Tells whether a noun follows, so that the number counts things: {@code 429 orders}. */
    private static boolean isCount(String text, int after) {
        if (text.startsWith(" of ", after) && after + 4 < text.length() && isDigit(text.charAt(after + 4))) {
            return true; // 404 of 500
        }
        if (after + 1 >= text.length() || text.charAt(after) != ' ' || !Character.isLowerCase(text.charAt(after + 1))) {
            return false;
        }
        int stop = after + 1;
        while (stop < text.length() && isWord(text.charAt(stop))) {
            stop++;
        }
        String phrase = PHRASES.get(statusAt(text, after - 3));
        boolean said = phrase != null && text.regionMatches(true, after, phrase, 0, phrase.length());
        return !said && !FUNCTION_WORDS.contains(text.substring(after + 1, stop));
    }

    /** The word before an index, empty where something else than a space stands there. */
    private static String wordBefore(String text, int at) {
        int end = skipSpaces(text, at);
        int begin = end;
        while (begin > 0 && isWord(text.charAt(begin - 1))) {
            begin--;
        }
        return text.substring(begin, end).toLowerCase(Locale.ROOT);
    }

    private static int skipSpaces(String text, int at) {
        int end = at;
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return end;
    }

    private static int skipSeparators(String text, int from) {
        int i = from;
        while (i > 0 && from - i < 4 && " :=([\"'#".indexOf(text.charAt(i - 1)) >= 0) {
            i--;
        }
        return i;
    }

    /** Steps back over {@code /1.1} or {@code /2}. */
    private static int skipVersion(String text, int from) {
        int i = from;
        while (i > 0 && from - i < 4 && (isDigit(text.charAt(i - 1)) || text.charAt(i - 1) == '.')) {
            i--;
        }
        return i > 0 && i < from && text.charAt(i - 1) == '/' ? i - 1 : from;
    }

    /** Tells a time or a size from a status: {@code 500 ms}, {@code 500 bytes}. */
    private static boolean isUnit(String text, int after) {
        return UNITS.stream().anyMatch(unit -> text.regionMatches(true, after, unit, 0, unit.length()));
    }

    private static boolean continues(char before) {
        return isWord(before) || before == '.' || before == '-' || before == '+';
    }

    private static boolean isPartOfWord(String text, int at) {
        char c = text.charAt(at);
        return isWord(c) || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1));
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
