package io.forbear.retry.core.internal;

/**
 * Makes text from outside fit for a message: one line of bounded length, so that it cannot pretend to be a line of its
 * own.
 */
public final class OneLine {

    private static final int LONGEST = 200;

    private OneLine() {}

    /**
     * Escapes control characters and line separators, and cuts a text that is too long.
     *
     * @param text any text
     * @return the text, unchanged if it is short and has none of these characters
     */
    public static String of(String text) {
        int length = Math.min(text.length(), LONGEST);
        StringBuilder line = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : escaped(c));
            } else {
                line.append(c);
            }
        }
        return line.append(text.length() > LONGEST ? "..." : "").toString();
    }

    private static String escaped(char c) {
        String hex = Integer.toHexString(c);
        return "\\u" + "0".repeat(4 - hex.length()) + hex;
    }
}
