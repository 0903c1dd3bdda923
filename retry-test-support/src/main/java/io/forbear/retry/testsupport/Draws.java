package io.forbear.retry.testsupport;

import java.util.random.RandomGenerator;

/** Random sources that a test controls. */
public final class Draws {

    private Draws() {}

    /** Returns a source of which every draw gives the value. */
    public static RandomGenerator always(double value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException("only doubles are drawn");
            }

            @Override
            public double nextDouble() {
                return value;
            }
        };
    }
}
