package io.forbear.retry.core.budget;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** The generator of whatever thread asks. */
enum ThreadRandom implements RandomGenerator {
    INSTANCE;

    @Override
    public long nextLong() {
        return ThreadLocalRandom.current().nextLong();
    }
}
