package io.forbear.retry;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds HTTP status codes in text: {@code HTTP 503}, {@code HTTP/1.1 503}, {@code status code: 503}, {@code code=503}. */
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
            " item",
            " row",
            " record",
            " entr",
            " times",
            " user",
            " message",
            "%");

    /** What follows a status where nothing goes before it. */
    private static final List<String> PHRASES = List.of(
            " bad request",
            " unauthorized",
            " forbidden",
            " not found",
            " conflict",
            " gone",
            " too many requests",
            " request timeout",
            " internal server error",
            " server error",
            " bad gateway",
            " service unavailable",
            " service temporarily",
            " gateway time",
            " unprocessable",
            " method not allowed",
            " not implemented",
            " payload too large",
            " client error");

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

    static int statusAt(String text, int at) {
        return (text.charAt(at) - '0') * 100 + (text.charAt(at + 1) - '0') * 10 + (text.charAt(at + 2) - '0');
    }

    /** Tells whether the text calls the number at this index a status: it comes first, or after a word that says so. */
    static boolean isCalledStatus(String text, int at) {
        if (at == 0 || hasPhrase(text, at + 3)) {
            return true;
        }
        int end = skipVersion(text, skipSeparators(text, at));
        int begin = end;
        while (begin > 0 && end - begin <= LONGEST_NAME && isWord(text.charAt(begin - 1))) {
            begin--;
        }
        String name = text.substring(begin, end).toLowerCase(Locale.ROOT);
        return NAMES.contains(name) && (!name.equals("code") || CODED.contains(wordBefore(text, begin)));
    }

    private static boolean hasPhrase(String text, int after) {
        return PHRASES.stream().anyMatch(phrase -> text.regionMatches(true, after, phrase, 0, phrase.length()));
    }

    /** The word before an index, empty where something else than a space stands there. */
    private static String wordBefore(String text, int at) {
        int end = at;
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        int begin = end;
        while (begin > 0 && isWord(text.charAt(begin - 1))) {
            begin--;
        }
        return text.substring(begin, end).toLowerCase(Locale.ROOT);
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
