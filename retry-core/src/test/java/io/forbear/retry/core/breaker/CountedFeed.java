package io.forbear.retry.core.breaker;

import io.forbear.retry.core.internal.CallFeed;
import java.util.concurrent.atomic.LongAdder;

/** A service's counters, as far as a breaker reads them. */
final class CountedFeed implements CallFeed {

    private final LongAdder successes = new LongAdder();

    void succeeded() {
        successes.increment();
    }

    void succeeded(long times) {
        successes.add(times);
    }

    @Override
    public long firstTrySuccesses() {
        return successes.sum();
    }

    @Override
    public long successes() {
        return successes.sum();
    }

    @Override
    public long calls() {
        return successes.sum();
    }
}
