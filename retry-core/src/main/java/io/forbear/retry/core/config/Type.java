package io.forbear.retry.core.config;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kind of value: how text of it is read, how a value is written, and what an error says where the text is not one.
 *
 * @param name the kind in a word or two, for the documentation
 * @param rule what is expected, for errors
 * @param parser reads text without blanks around it
 * @param writer writes a value as text from which the parser reads an equal one
 */
record Type<V>(String name, String rule, Parser<V> parser, Function<V, String> writer) {

    /** Returns the value of a text that is right, in the one form that {@link #writer} gives it. */
    String canonical(String text) {
        V value = parse(text);
        return value == null ? text : writer.apply(value);
    }

    /** Returns the value; {@code null} if the text is none. */
    @Nullable
    V parse(String text) {
        try {
            return parser.parse(text.trim());
        } catch (IllegalArgumentException | java.time.DateTimeException | ArithmeticException unreadable) {
            return null;
        }
    }

    /** Reads one value out of text. */
    interface Parser<V> {

        /**
         * Returns the value. If the text is not one, returns {@code null} or throws {@code IllegalArgumentException},
         * {@code DateTimeException} or {@code ArithmeticException}.
         */
        @Nullable
        V parse(String text);
    }
}
