package io.forbear.retry.core.config;

import org.jspecify.annotations.Nullable;

/**
 * The text that is written for one key.
 *
 * @param label the key as it was written, for error messages
 * @param value the value as it was written, {@code null} if none was
 * @param rank the stronger of two settings has the higher rank: a setting of one service is above one for all, then an
 *     upper layer is above a lower one; -1 if nothing is written
 */
record Setting(String label, @Nullable String value, int rank) {

    private static final int OWN = 1 << 20;

    static Setting nothing(Key key) {
        return new Setting(key.text(), null, -1);
    }

    static Setting written(String label, String value, boolean own) {
        return new Setting(label, value, own ? OWN : 0);
    }

    /** Returns the same setting with the rank that it has above this number of layers. */
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
