package io.forbear.retry;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How often each item was named in an answer: equal items are as many as they are. */
final class ItemCounts {

    private final Map<@Nullable Object, Integer> counts = new HashMap<>();
    private final int named;
    private int open;

    ItemCounts(Collection<?> items) {
        for (Object item : items) {
            counts.merge(item, 1, Integer::sum);
        }
        this.named = items.size();
        this.open = named;
    }

    /** Takes one of the item's equals, {@code false} where none is left. */
    boolean takeOne(Object item) {
        Integer count = counts.get(item);
        if (count == null) {
            return false;
        }
        if (count == 1) {
            counts.remove(item);
        } else {
            counts.put(item, count - 1);
        }
        open--;
        return true;
    }

    void requireNoneLeft(String name, int attempted) {
        if (open > 0) {
            throw unknown(name, named, open, attempted);
        }
    }

    static void requireAllKnown(String name, Collection<?> keys, Collection<?> items) {
        Set<Object> known = new HashSet<>(items);
        int unknown = 0;
        for (Object key : keys) {
            unknown += known.contains(key) ? 0 : 1;
        }
        if (unknown > 0) {
            throw unknown(name, keys.size(), unknown, items.size());
        }
    }

    private static IllegalStateException unknown(String name, int named, int unknown, int attempted) {
        return new IllegalStateException(name + ": " + named + " items, " + unknown
                + " of them not in the attempt (expected: only items of the attempt, which has " + attempted + ")");
    }
}
