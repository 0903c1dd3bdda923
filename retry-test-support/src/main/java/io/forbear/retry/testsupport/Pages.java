package io.forbear.retry.testsupport;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Pages of the documents that have tables from the code, each between two marks. */
public final class Pages {

    private Pages() {}

    /** Returns the page with another table between the marks of this name; fails where they are not there. */
    public static String with(String page, String name, String table) {
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- /" + name + " -->";
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        assertTrue(from >= 0, begin);
        assertTrue(to > from, end);
        return page.substring(0, from + begin.length()) + table + page.substring(to);
    }
}
