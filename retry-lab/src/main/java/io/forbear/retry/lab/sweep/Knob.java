package io.forbear.retry.lab.sweep;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One key of the configuration by text, and the values that it is given.
 *
 * @param key as the user spelt it
 * @param values two or more, each once, in the order in which they are tried
 */
public record Knob(String key, List<String> values) {

    private static final int MOST_VALUES = 50;
    private static final int DIGITS = 3;
    private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,6})?)(%|[A-Za-z]*)";
    private static final Pattern RANGE = Pattern.compile(NUMBER + "\\.\\." + NUMBER + "/(\\d{1,3})");
    private static final String RULE = "KEY=FROM..TO/COUNT such as retry-budget=0%..50%/11, or KEY=VALUE,VALUE such as"
            + " max-attempts=1,2,3,5, with 2 to " + MOST_VALUES + " values";

    public Knob {
        values = List.copyOf(values);
    }

    /**
     * Reads a knob.
     *
     * @param text a key, an equals sign, and either values with commas between or {@code FROM..TO/COUNT}: so many
     *     values from one end to the other, both included, in equal steps and with up to three decimals
     * @return the knob
     * @throws IllegalArgumentException if the text has another form; the message begins with the text
     */
    public static Knob of(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw wrong(text);
        }
        String list = text.substring(equals + 1).trim();
        List<String> values = list.contains("..") ? range(text, list) : list(list);
        Set<String> once = new LinkedHashSet<>(values);
        if (once.size() < 2 || once.size() > MOST_VALUES || once.contains("")) {
            throw wrong(text);
        }
        return new Knob(text.substring(0, equals).trim(), List.copyOf(once));
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::trim).toList();
    }

    private static List<String> range(String text, String list) {
        Matcher range = RANGE.matcher(list);
        if (!range.matches()) {
            throw wrong(text);
        }
        String unit = range.group(4);
        boolean isOneUnit = range.group(2).isEmpty() || range.group(2).equals(unit);
        int count = Integer.parseInt(range.group(5));
        if (!isOneUnit || count < 2 || count > MOST_VALUES) {
            throw wrong(text);
        }
        BigDecimal from = new BigDecimal(range.group(1));
        BigDecimal all = new BigDecimal(range.group(3)).subtract(from);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BigDecimal value = all.multiply(BigDecimal.valueOf(i))
                    .divide(BigDecimal.valueOf(count - 1L), DIGITS, RoundingMode.HALF_UP)
                    .add(from);
            values.add(plain(value) + unit);
        }
        return values;
    }

    /** Zero is written without decimals too. */
    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(text + " (expected: " + RULE + ")");
    }
}
