package io.forbear.retry.core.config;

import org.jspecify.annotations.Nullable;

/**
 * The text that is written for one key.
 *
 * @param label the key as it was written, for error messages
 * @param value the value as it was written, {@code null} if none was
 * @param rank the stronger of two settings has the higher rank: a setting of one service is above one for all, then an
 *     upper layer is above a lower one; below 0 if nobody wrote it
 * @param place where it is written
 */
record Setting(String label, @Nullable String value, int rank, Place place) {

    private static final int OWN = 1 << 20;
    private static final int OF_PRESET = -1;
    private static final int NOTHING = -2;

    static Setting nothing(Key<?> key) {
        return new Setting(key.text, null, NOTHING, Place.OF_PROGRAM);
    }

    static Setting ofPreset(Key<?> key, String value) {
        return new Setting(key.text, value, OF_PRESET, Place.OF_PROGRAM);
    }

    static Setting written(String label, String value, boolean own, Place place) {
        return new Setting(label, value, own ? OWN : 0, place);
    }

    /** Returns the same setting with the rank that it has above this number of layers. */
    Setting raised(int layers) {
        return new Setting(label, value, rank + layers, place);
    }

    int layer() {
        return rank & (OWN - 1);
    }

    /** Whether somebody wrote it, and not a preset. */
    boolean isWritten() {
        return rank >= 0;
    }

    /** Returns the value as people may see it. */
    String shown() {
        return place.shown(String.valueOf(value));
    }

    /** Whether there is a value. */
    boolean isSet() {
        return value != null;
    }
}
