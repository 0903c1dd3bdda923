package io.forbear.retry.core.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Finds the known names that a mistyped name may stand for: those within two edits. An edit inserts, deletes or
 * replaces a character, or swaps two neighbours.
 *
 * <p>The measure is the restricted Damerau-Levenshtein distance. F. J. Damerau, A technique for computer detection and
 * correction of spelling errors, 1964.
 */
public final class Nearest {

    private static final int LONGEST = 100;

    private Nearest() {}

    /**
     * Returns the nearest known names.
     *
     * @param word the name that is not known
     * @param known the known names
     * @return all known names at the smallest distance, in the order given; empty if none is within two edits, or
     *     within one edit of a word of up to four characters
     */
    public static List<String> to(String word, Collection<String> known) {
        List<String> nearest = new ArrayList<>();
        if (word.length() > LONGEST) {
            return nearest;
        }
        int least = word.length() <= 4 ? 1 : 2;
        for (String name : known) {
            if (Math.abs(name.length() - word.length()) > least) {
                continue;
            }
            int distance = distance(word, name);
            if (distance < least) {
                nearest.clear();
                least = distance;
            }
            if (distance == least) {
                nearest.add(name);
            }
        }
        return nearest;
    }

    /** Returns the number of edits between two words. Keeps three rows of the table, as a swap looks back two. */
    static int distance(String a, String b) {
        int[] twoBack = new int[b.length() + 1];
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], twoBack[j - 2] + 1);
                }
            }
            twoBack = before;
            before = row;
        }
        return before[b.length()];
    }
}
