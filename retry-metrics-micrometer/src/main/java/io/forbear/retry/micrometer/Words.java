package io.forbear.retry.micrometer;

import java.util.Locale;

/** The values of tags. */
final class Words {

    /** The service that stands for all beyond the limit. */
    static final String OTHER = "other";

    /** The reason of a call that was not stopped. */
    static final String NONE = "none";

    private Words() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
