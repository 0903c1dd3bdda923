package io.forbear.retry.core.config;

import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes sets of HTTP statuses: {@code 409, 500-504, 5xx}. */
final class Statuses {

    private static final Pattern RANGE = Pattern.compile("([45][0-9]{2})(?:\\s*-\\s*([45][0-9]{2}))?");
    private static final Pattern CLASS = Pattern.compile("([45])xx");

    private Statuses() {}

    /** Returns the statuses in order; {@code null} for text that is none. */
    static @Nullable Set<Integer> parse(String text) {
        Set<Integer> all = new TreeSet<>();
        for (String each : text.split(",", -1)) {
            if (!add(each.trim().toLowerCase(Locale.ROOT), all)) {
                return null;
            }
        }
        return all;
    }

    private static boolean add(String text, Set<Integer> all) {
        Matcher ofClass = CLASS.matcher(text);
        if (ofClass.matches()) {
            int first = Integer.parseInt(ofClass.group(1)) * 100;
            return add(first, first + 99, all);
        }
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            return false;
        }
        int first = Integer.parseInt(range.group(1));
        return add(first, range.group(2) == null ? first : Integer.parseInt(range.group(2)), all);
    }

    private static boolean add(int first, int last, Set<Integer> all) {
        for (int status = first; status <= last; status++) {
            all.add(status);
        }
        return first <= last;
    }

    /** Writes the statuses in order, each run of neighbours as a range. */
    static String write(Set<Integer> statuses) {
        StringJoiner text = new StringJoiner(", ");
        Iterator<Integer> each = new TreeSet<>(statuses).iterator();
        int first = each.hasNext() ? each.next() : 0;
        int last = first;
        while (each.hasNext()) {
            int next = each.next();
            if (next != last + 1) {
                text.add(run(first, last));
                first = next;
            }
            last = next;
        }
        return text.add(run(first, last)).toString();
    }

    private static String run(int first, int last) {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}
