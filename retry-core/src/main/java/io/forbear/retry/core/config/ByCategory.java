package io.forbear.retry.core.config;

import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The keys of one name, one for each category of failures. */
final class ByCategory<V> {

    private final List<Key<V>> keys = new ArrayList<>();

    ByCategory(Function<ErrorCategory, Key<V>> key) {
        for (ErrorCategory category : ErrorCategory.values()) {
            keys.add(key.apply(category));
        }
    }

    Key<V> of(ErrorCategory category) {
        return keys.get(category.ordinal());
    }

    /** Returns all of them, in the order of the categories. */
    List<Key<V>> all() {
        return List.copyOf(keys);
    }
}
