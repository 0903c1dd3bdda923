package io.forbear.retry.core.config;

import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;

/**
 * Reads text in the format of {@link Properties}, entry by entry, so that each has its line. {@link Properties} itself
 * reads what an entry means; only where one begins and ends is found here.
 */
final class PropertiesText {

    private PropertiesText() {}

    /** Takes one entry. */
    interface Taker {
        void take(String key, String value, Place place);
    }

    /** Takes all entries in order, also those of a key that comes again. Those that cannot be read are errors. */
    static void read(String file, String text, Taker into, Values values) {
        String[] lines = text.replaceFirst("^\uFEFF", "")
                .replaceFirst("(\r\n|\r|\n)$", "")
                .split("\r\n|\r|\n", -1);
        int next = 0;
        while (next < lines.length) {
            Place place = Place.line(file, next + 1);
            StringBuilder entry = new StringBuilder(stripped(lines[next++]));
            if (entry.length() == 0 || entry.charAt(0) == '#' || entry.charAt(0) == '!') {
                continue;
            }
            boolean isWhole = true;
            while (goesOn(entry)) {
                entry.setLength(entry.length() - 1);
                isWhole = entry.length() > 0 || next == lines.length; // as the JDK: nothing yet is not continued
                if (!isWhole || next == lines.length) {
                    break;
                }
                entry.append(stripped(lines[next++]));
            }
            if (isWhole) {
                take(entry.toString(), place, into, values);
            }
        }
    }

    private static String stripped(String line) {
        int begin = 0;
        while (begin < line.length() && " \t\f".indexOf(line.charAt(begin)) >= 0) {
            begin++;
        }
        return line.substring(begin);
    }

    /** An odd number of backslashes at the end of a line continues it. */
    private static boolean goesOn(StringBuilder line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    private static void take(String entry, Place place, Taker into, Values values) {
        if (entry.isEmpty()) { // a backslash at the end, and nothing before it
            into.take("", "", place);
            return;
        }
        Properties one = new Properties();
        try {
            one.load(new StringReader(entry));
        } catch (IOException | IllegalArgumentException malformed) {
            values.wrong(place, entry, null, "an entry of properties: " + malformed.getMessage());
            return;
        }
        for (String key : one.stringPropertyNames()) {
            into.take(key, one.getProperty(key), place);
        }
    }
}
