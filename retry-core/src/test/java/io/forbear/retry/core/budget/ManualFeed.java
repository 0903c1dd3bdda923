package io.forbear.retry.core.budget;

import io.forbear.retry.core.internal.CallFeed;
import java.util.concurrent.atomic.AtomicLong;

/** Counters of a service, moved by hand. */
final class ManualFeed implements CallFeed {

    private final AtomicLong firstTries = new AtomicLong();
    private final AtomicLong troubled = new AtomicLong();

    void succeedAtOnce(long calls) {
        firstTries.addAndGet(calls);
    }

    void failFirst(long calls) {
        troubled.addAndGet(calls);
    }

    @Override
    public long firstTrySuccesses() {
        return firstTries.get();
    }

    @Override
    public long successes() {
        return firstTries.get();
    }

    @Override
    public long calls() {
        return firstTries.get() + troubled.get();
    }
}
