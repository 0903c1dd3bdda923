package io.forbear.retry.core.config;

import io.forbear.retry.RetryPolicy;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One setting: a row of the table from which the parser, the documentation and the metadata come. {@link Keys} has all
 * of them.
 */
final class Key<V> implements Comparable<Key<?>> {

    /** The key, in lower case with hyphens; a category or a criticality follows after a dot. */
    final String text;

    /** The row of the documentation: the key, or the family that it is of, such as {@code base-delay.<category>}. */
    final String row;

    final Type<V> type;

    /** What it sets, for the documentation. */
    final String about;

    /** Whether the key is for all services together: no service has a value of its own. */
    final boolean common;

    /** What it changes of a policy; {@code null} where several keys make one part together. */
    private final @Nullable BiConsumer<RetryPolicy.Builder, V> change;

    private Key(
            String text,
            String row,
            Type<V> type,
            String about,
            boolean common,
            @Nullable BiConsumer<RetryPolicy.Builder, V> change) {
        this.text = text;
        this.row = row;
        this.type = type;
        this.about = about;
        this.common = common;
        this.change = change;
    }

    /** Makes a key that is a part of something that several keys make. */
    static <V> Key<V> part(String text, Type<V> type, String about) {
        return new Key<>(text, text, type, about, false, null);
    }

    /** Makes a key that is one setting of a policy. */
    static <V> Key<V> policy(String text, Type<V> type, String about, BiConsumer<RetryPolicy.Builder, V> change) {
        return new Key<>(text, text, type, about, false, change);
    }

    /** Makes a key for all services together. */
    static <V> Key<V> common(String text, Type<V> type, String about) {
        return new Key<>(text, text, type, about, true, null);
    }

    /** Makes the key of this name for one category or criticality. */
    static <V> Key<V> member(
            String text,
            Enum<?> of,
            String family,
            Type<V> type,
            String about,
            @Nullable BiConsumer<RetryPolicy.Builder, V> change) {
        return new Key<>(text + "." + Types.word(of), text + ".<" + family + ">", type, about, false, change);
    }

    /** Changes a policy, if the key is one setting of it and has a value. */
    void change(RetryPolicy.Builder policy, Effective settings) {
        BiConsumer<RetryPolicy.Builder, V> what = change;
        V value = what == null ? null : settings.get(this);
        if (what != null && value != null) {
            what.accept(policy, value);
        }
    }

    /**
     * Removes hyphens, underscores and dots, and turns ASCII letters into lower case: {@code maxAttempts} is then equal
     * to {@code max-attempts}.
     */
    static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '-' && c != '_' && c != '.') {
                folded.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
            }
        }
        return folded.toString();
    }

    @Override
    public int compareTo(Key<?> other) {
        return text.compareTo(other.text);
    }

    /** There is one key of each text. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
