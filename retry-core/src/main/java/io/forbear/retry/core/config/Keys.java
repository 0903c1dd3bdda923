package io.forbear.retry.core.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All settings, in the order of the documentation. To add one: a constant in {@link PolicyKeys}, {@link BudgetKeys},
 * {@link BreakerKeys} or {@link CommonKeys}, which says how it is read, what it does and what is documented of it; what
 * it changes, in the constant or in the reader of its part; and {@code ConfigurationPageTest}, which writes the page.
 */
final class Keys {

    static final Key<Preset> PRESET = Key.part(
            "preset",
            Types.words("word", Preset.BY_NAME),
            "what holds where no key says otherwise; the [presets](#presets) are below");

    static final List<Key<?>> ALL = all();

    private static final Map<String, Key<?>> BY_FOLDED_TEXT = new HashMap<>();

    static {
        for (Key<?> key : ALL) {
            BY_FOLDED_TEXT.put(Key.folded(key.text), key);
        }
    }

    private Keys() {}

    private static List<Key<?>> all() {
        List<Key<?>> keys = new ArrayList<>();
        keys.add(PRESET);
        keys.addAll(PolicyKeys.all());
        keys.addAll(BudgetKeys.all());
        keys.addAll(BreakerKeys.all());
        keys.addAll(CommonKeys.all());
        return Collections.unmodifiableList(keys);
    }

    /** Returns the key of a text in any of the spellings that {@link Key#folded} makes equal. */
    static @Nullable Key<?> of(String text) {
        return BY_FOLDED_TEXT.get(Key.folded(text));
    }

    /** Returns the texts of all keys, in order. */
    static List<String> texts() {
        return ALL.stream().map(key -> key.text).sorted().toList();
    }

    /** Returns the keys for an error message: those of one part, and those of one category, are shortened to one. */
    static String listed() {
        return ALL.stream()
                .map(key -> key.row
                        .replaceAll("\\..*", "")
                        .replaceAll("^(retry-budget|circuit-breaker|gate|overload)-.*", "$1-..."))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", ", "one of ", ""));
    }
}
