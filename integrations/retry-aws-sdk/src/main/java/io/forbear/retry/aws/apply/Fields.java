package io.forbear.retry.aws.apply;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a setting by their names, such as {@code Retry[0].MaxAttempts}. Immutable. */
final class Fields {

    private static final String NOTHING = "nothing";

    private final Map<String, Object> byName;

    private Fields(Map<String, Object> byName) {
        this.byName = byName;
    }

    /**
     * Takes maps and lists apart.
     *
     * @param name what the names begin with; may be empty
     */
    static Fields of(String name, @Nullable Object value) {
        Map<String, Object> byName = new LinkedHashMap<>();
        flatten(name, value, byName);
        return new Fields(byName);
    }

    private static void flatten(String name, @Nullable Object value, Map<String, Object> into) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> flatten(name.isEmpty() ? "" + key : name + "." + key, each, into));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                flatten(name + "[" + i + "]", list.get(i), into);
            }
        } else if (value != null) {
            into.put(name, value);
        }
    }

    /** Returns which of these fields another one has otherwise. Fields that only the other one has are its own. */
    List<SettingDifference> missingIn(Fields held) {
        List<SettingDifference> differences = new ArrayList<>();
        byName.forEach((field, wanted) -> {
            Object there = held.byName.get(field);
            if (there == null || !isSame(wanted, there)) {
                differences.add(new SettingDifference(field, text(wanted), there == null ? NOTHING : text(there)));
            }
        });
        return differences;
    }

    /** Returns in which fields another one is different, those that it alone has included. */
    List<SettingDifference> differencesFrom(Fields held) {
        List<SettingDifference> differences = new ArrayList<>(missingIn(held));
        held.byName.forEach((field, there) -> {
            if (!byName.containsKey(field)) {
                differences.add(new SettingDifference(field, NOTHING, text(there)));
            }
        });
        return differences;
    }

    /** A number is the same however it is written: attributes of SQS are text. */
    private static boolean isSame(Object wanted, Object held) {
        if (wanted instanceof Number) {
            try {
                return new BigDecimal(wanted.toString()).compareTo(new BigDecimal(held.toString())) == 0;
            } catch (NumberFormatException noNumber) {
                return false;
            }
        }
        return wanted.equals(held);
    }

    private static String text(Object value) {
        String text = value.toString();
        return text.isEmpty() ? "\"\"" : text;
    }
}
