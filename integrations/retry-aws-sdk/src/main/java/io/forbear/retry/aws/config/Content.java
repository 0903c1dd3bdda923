package io.forbear.retry.aws.config;

import io.forbear.retry.core.config.ConfigEntry;
import java.util.List;

/**
 * What a store held at one reading.
 *
 * @param entries the settings with their versions
 * @param whole whether one answer told all of them; else the store may have changed between two pages
 */
record Content(List<ConfigEntry> entries, boolean whole) {

    /** Of one place in a store. */
    @FunctionalInterface
    interface Reader {
        /**
         * Reads it.
         *
         * @throws RuntimeException if it cannot be read; the message has no value of a setting
         */
        Content read();
    }

    Content {
        entries = List.copyOf(entries);
    }

    boolean isSame(Content other) {
        return entries.equals(other.entries);
    }
}
