package io.forbear.retry.testkit;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Chance that follows a script: each draw takes the next of the given shares, from 0 up to but without 1, and returns
 * the value that lies so far into the range that is drawn from.
 *
 * <p>With the share 0.5, {@code nextDouble()} is exactly 0.5, {@code nextInt(100)} is 50 and {@code nextBoolean()} is
 * {@code true}. A full jitter whose ceiling is 80 ms then waits 40 ms.
 *
 * <p>Thread-safe; threads that draw at the same time take their shares in an order of chance.
 *
 * @since 0.1
 */
public final class ScriptedRandom implements RandomGenerator {

    private final double[] shares;
    private final boolean endless;
    private final AtomicInteger draws = new AtomicInteger();

    private ScriptedRandom(boolean endless, double... shares) {
        for (double share : shares) {
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException("share: " + share + " (expected: >= 0 and < 1)");
            }
        }
        this.endless = endless;
        this.shares = shares;
    }

    /**
     * Returns chance of which every draw is the same.
     *
     * @param share from 0 up to but without 1
     * @return a new generator
     * @throws IllegalArgumentException if the share is out of range
     */
    public static ScriptedRandom always(double share) {
        return new ScriptedRandom(true, share);
    }

    /**
     * Returns chance that draws the given shares in turn, and throws {@link IllegalStateException} when they are used
     * up.
     *
     * @param shares each from 0 up to but without 1
     * @return a new generator
     * @throws IllegalArgumentException if a share is out of range
     */
    public static ScriptedRandom of(double... shares) {
        return new ScriptedRandom(false, shares.clone());
    }

    /**
     * Returns how often was drawn.
     *
     * @return the number of draws so far
     */
    public int draws() {
        return draws.get();
    }

    /**
     * Draws the next share itself.
     *
     * @return the share
     * @throws IllegalStateException if the script has ended
     */
    @Override
    public double nextDouble() {
        int draw = draws.getAndIncrement();
        if (endless) {
            return shares[0];
        }
        if (draw >= shares.length) {
            throw new IllegalStateException("draws: " + (draw + 1) + " (expected: <= " + shares.length + ", the shares "
                    + Arrays.toString(shares) + ")");
        }
        return shares[draw];
    }

    /**
     * Draws 64 bits of which the first 53 are the share.
     *
     * @return the bits
     * @throws IllegalStateException if the script has ended
     */
    @Override
    public long nextLong() {
        return (long) (nextDouble() * 0x1p53) << 11;
    }

    @Override
    public int nextInt(int bound) {
        return (int) nextLong(0, bound);
    }

    @Override
    public int nextInt(int origin, int bound) {
        return (int) nextLong(origin, bound);
    }

    @Override
    public long nextLong(long bound) {
        return nextLong(0, bound);
    }

    @Override
    public long nextLong(long origin, long bound) {
        if (origin >= bound) {
            throw new IllegalArgumentException("bound: " + bound + " (expected: > " + origin + ")");
        }
        double range = (double) bound - (double) origin;
        long value = (long) Math.floor(origin + nextDouble() * range);
        return Math.max(origin, Math.min(bound - 1, value));
    }
}
