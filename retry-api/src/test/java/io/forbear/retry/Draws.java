package io.forbear.retry;

import java.util.random.RandomGenerator;

/** Sources of chance that a test holds in its hand. */
public final class Draws {

    private Draws() {}

    /** Every draw gives the value. */
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
