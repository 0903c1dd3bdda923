package io.forbear.retry.micrometer;

import java.util.Locale;

/** The values of tags. */
final class Words {

    /** The service that stands for all beyond the limit. */
    static final String OTHER = "other";

    /** The reason of a call that was not stopped. */
    static final String NONE = "none";

    private Words() {}

    /** Returns the tag of an attempt by number; from the last on they share one. */
    static String attempt(int number, int last) {
        return number < last ? Integer.toString(number) : last + "+";
    }

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
