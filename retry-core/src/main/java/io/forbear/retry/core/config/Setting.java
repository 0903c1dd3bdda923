package io.forbear.retry.core.config;

import org.jspecify.annotations.Nullable;

/**
 * What is written for one key.
 *
 * @param label the key as it was written, for errors to name
 * @param value what was written, {@code null} where nothing was
 * @param rank which of two settings is stronger: a service's own before one for all, then the upper layer before the
 *     lower; -1 for nothing written
 */
record Setting(String label, @Nullable String value, int rank) {

    private static final int OWN = 1 << 20;

    static Setting nothing(Key key) {
        return new Setting(key.text(), null, -1);
    }

    static Setting written(String label, String value, boolean own) {
        return new Setting(label, value, own ? OWN : 0);
    }

    /** Returns the same setting, as it ranks in a layer above so many others. */
    Setting raised(int layers) {
        return new Setting(label, value, rank + layers);
    }

    int layer() {
        return rank & (OWN - 1);
    }

    boolean isWritten() {
        return value != null;
    }
}
