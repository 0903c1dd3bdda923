package io.forbear.retry.export;

import io.forbear.retry.export.FlatSettings.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds {@code @Retryable} in Java text: its attributes, and what it is on. It knows strings, comments and brackets,
 * and is no compiler: a constant has its name as its value, which a reader of numbers refuses.
 */
final class AnnotationSource {

    private static final Pattern RETRYABLE = Pattern.compile("@Retryable\\b");
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum)\\s+([A-Za-z_$][\\w$]*)");
    private static final Pattern METHOD = Pattern.compile("([A-Za-z_$][\\w$]*)\\s*\\(");
    private static final Pattern IMPORT = Pattern.compile("import\\s+([\\w.]+)\\.([A-Za-z_$][\\w$]*)\\s*;");

    private static final Pattern STRING = Pattern.compile("\"(?:\\\\.|[^\"\\\\\\n])*\"");

    private static final Set<String> OF_THE_LANGUAGE = Set.of(
            "ArithmeticException",
            "ArrayStoreException",
            "ClassCastException",
            "ClassNotFoundException",
            "CloneNotSupportedException",
            "Error",
            "Exception",
            "IllegalArgumentException",
            "IllegalMonitorStateException",
            "IllegalStateException",
            "IndexOutOfBoundsException",
            "InterruptedException",
            "NullPointerException",
            "NumberFormatException",
            "OutOfMemoryError",
            "ReflectiveOperationException",
            "RuntimeException",
            "SecurityException",
            "StackOverflowError",
            "Throwable",
            "UnsupportedOperationException");

    private final String text;
    private final Map<String, String> imports = new HashMap<>();

    private AnnotationSource(String text) {
        this.text = text;
        Matcher matcher = IMPORT.matcher(text);
        while (matcher.find()) {
            imports.put(matcher.group(2), matcher.group(1) + "." + matcher.group(2));
        }
    }

    /**
     * An annotation.
     *
     * @param place {@code Type.method}, or the type alone
     * @param attributes by folded name; those of {@code @Backoff} after {@code backoff.}
     */
    record Found(String place, Map<String, Written> attributes) {}

    static List<Found> find(String java) {
        AnnotationSource source = new AnnotationSource(withoutComments(java));
        List<Found> found = new ArrayList<>();
        Matcher matcher = RETRYABLE.matcher(withoutStrings(source.text));
        while (matcher.find()) {
            int end = source.endOfArguments(matcher.end());
            String arguments = end == matcher.end()
                    ? ""
                    : source.text.substring(source.text.indexOf('(', matcher.end()) + 1, end - 1);
            String place = source.place(matcher.start(), end);
            Map<String, Written> attributes = new LinkedHashMap<>();
            source.attributes(place, "", arguments, attributes);
            found.add(new Found(place, attributes));
        }
        return found;
    }

    /** The same length, with blanks in strings. */
    private static String withoutStrings(String java) {
        return STRING.matcher(java).replaceAll(found -> " ".repeat(found.group().length()));
    }

    /** Blanks in place of comments; strings stay. */
    private static String withoutComments(String java) {
        Matcher matcher = Pattern.compile("\"(?:\\\\.|[^\"\\\\\\n])*\"|//[^\\n]*|/\\*[\\s\\S]*?\\*/")
                .matcher(java);
        return matcher.replaceAll(
                found -> Matcher.quoteReplacement(found.group().startsWith("\"") ? found.group() : " "));
    }

    /** Returns the position behind the brackets that follow, or the same if none do. */
    private int endOfArguments(int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() && text.charAt(at) == '(' ? closing(at) + 1 : from;
    }

    /** Returns the position of the bracket that closes the one here; the last letter if none does. */
    private int closing(int from) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '"') {
                i = endOfString(text, i);
            } else if ("([{".indexOf(letter) >= 0) {
                depth++;
            } else if (")]}".indexOf(letter) >= 0 && --depth == 0) {
                return i;
            }
        }
        return text.length() - 1;
    }

    private static int endOfString(String text, int from) {
        int i = from + 1;
        while (i < text.length() && text.charAt(i) != '"') {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    private String place(int start, int end) {
        String type = "";
        Matcher before = TYPE.matcher(text);
        while (before.find() && before.start() < start) {
            type = before.group(1);
        }
        int at = end;
        for (int next = skippedAnnotation(at); next > at; next = skippedAnnotation(at)) {
            at = next;
        }
        Matcher method = METHOD.matcher(text);
        Matcher own = TYPE.matcher(text);
        boolean hasMethod = method.find(at);
        boolean hasType = own.find(at);
        if (hasType && (!hasMethod || own.start() < method.start())) {
            return own.group(1);
        }
        return hasMethod ? (type.isEmpty() ? "" : type + ".") + method.group(1) : type;
    }

    /** Skips white space and one annotation. */
    private int skippedAnnotation(int from) {
        Matcher other = Pattern.compile("\\s*@[\\w.]+").matcher(text).region(from, text.length());
        return other.lookingAt() ? endOfArguments(other.end()) : from;
    }

    private void attributes(String place, String prefix, String arguments, Map<String, Written> into) {
        for (String argument : parts(arguments)) {
            int equals = argument.indexOf('=');
            boolean named = equals > 0 && argument.substring(0, equals).trim().matches("\\w+");
            String name = named ? argument.substring(0, equals).trim() : "value";
            String value = (named ? argument.substring(equals + 1) : argument).trim();
            if (value.startsWith("@Backoff")) {
                int open = value.indexOf('(');
                String inner = open < 0 ? "" : value.substring(open + 1, value.lastIndexOf(')'));
                attributes(place, "backoff.", inner, into);
            } else {
                into.put(prefix + FlatSettings.folded(name), new Written(place + " " + prefix + name, plain(value)));
            }
        }
    }

    /** The arguments between commas that are in no bracket and no string. */
    private static List<String> parts(String arguments) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int i = 0; i < arguments.length(); i++) {
            char letter = arguments.charAt(i);
            if (letter == '"') {
                i = endOfString(arguments, i);
            } else if ("([{".indexOf(letter) >= 0) {
                depth++;
            } else if (")]}".indexOf(letter) >= 0) {
                depth--;
            } else if (letter == ',' && depth == 0) {
                parts.add(arguments.substring(begin, i));
                begin = i + 1;
            }
        }
        parts.add(arguments.substring(begin));
        parts.removeIf(String::isBlank);
        return parts;
    }

    /** Names of classes in full, separated by commas; anything else as it is. */
    private String plain(String value) {
        if (!value.contains(".class")) {
            return value;
        }
        List<String> names = new ArrayList<>();
        for (String one : value.replaceAll("[{}\\s]", "").split(",")) {
            String name = one.replaceAll("\\.class$", "");
            String full = imports.getOrDefault(name, name);
            names.add(full.contains(".") ? full : known(full));
        }
        return String.join(",", names);
    }

    /** A simple name that is not imported is of java.lang, or of the package of the file. */
    private String known(String simple) {
        if (OF_THE_LANGUAGE.contains(simple)) {
            return "java.lang." + simple;
        }
        Matcher matcher = Pattern.compile("package\\s+([\\w.]+)\\s*;").matcher(text);
        return matcher.find() ? matcher.group(1) + "." + simple : simple;
    }
}
