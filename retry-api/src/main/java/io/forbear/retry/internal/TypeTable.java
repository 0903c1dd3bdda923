package io.forbear.retry.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rules by type, the most specific first. Immutable.
 *
 * <p>A rule for a subtype stands before the rule for its supertype, in any order of the calls. Where neither of
 * two types is a subtype of the other, as with two interfaces of one class, the rule that was given later is asked
 * first.
 *
 * @param <R> the rules
 */
public final class TypeTable<R> {

    private static final TypeTable<?> EMPTY = new TypeTable<>(List.of());

    private final List<Entry<R>> entries;

    private record Entry<R>(Class<?> type, R rule) {}

    private TypeTable(List<Entry<R>> entries) {
        this.entries = entries;
    }

    @SuppressWarnings("unchecked")
    public static <R> TypeTable<R> empty() {
        return (TypeTable<R>) EMPTY;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Returns this with a rule, which replaces the one for the same type. */
    public TypeTable<R> with(Class<?> type, R rule) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(rule, "rule");
        List<Entry<R>> next = new ArrayList<>(entries.size() + 1);
        for (Entry<R> entry : entries) {
            if (entry.type != type) {
                next.add(entry);
            }
        }
        int place = 0;
        for (int i = 0; i < next.size(); i++) {
            if (type.isAssignableFrom(next.get(i).type)) {
                place = i + 1; // behind all of its subtypes
            }
        }
        next.add(place, new Entry<>(type, rule));
        return new TypeTable<>(List.copyOf(next));
    }

    /** Asks the rules that match, in order, until one answers; {@code null} where none does. */
    public <A> @Nullable A first(@Nullable Object value, Function<? super R, ? extends @Nullable A> question) {
        if (value != null) {
            for (Entry<R> entry : entries) {
                A answer = entry.type.isInstance(value) ? question.apply(entry.rule) : null;
                if (answer != null) {
                    return answer;
                }
            }
        }
        return null;
    }
}
