package io.forbear.retry.core.internal;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** The source of random numbers where a user has set none. */
public final class RandomSource implements RandomGenerator {

    private static final RandomSource OF_THREAD = new RandomSource();

    private RandomSource() {}

    /** Returns a generator that threads may share: each call draws from the generator of the thread that makes it. */
    public static RandomGenerator ofThread() {
        return OF_THREAD;
    }

    @Override
    public long nextLong() {
        return ThreadLocalRandom.current().nextLong();
    }
}
