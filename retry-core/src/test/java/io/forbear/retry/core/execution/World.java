package io.forbear.retry.core.execution;

import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ScriptedRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A service on a clock that only its own waits move, whose jitter draws one half, and whose every event is kept. */
final class World implements RetryListener {

    final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
    final List<Duration> waits = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    Runnable duringWait = () -> {};

    Retries.Builder named(String name) {
        return Retries.named(name)
                .runtime(r -> r.clock(now::get)
                        .random(ScriptedRandom.always(0.5))
                        .sleeper(nanos -> {
                            waits.add(Duration.ofNanos(nanos));
                            now.addAndGet(nanos);
                            duringWait.run();
                            if (Thread.interrupted()) {
                                throw new InterruptedException();
                            }
                        }))
                .listener(this);
    }

    Retry service() {
        return named("users").withoutBudget().withoutCircuitBreaker().build();
    }

    void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Override
    public void onRetry(FailedAttempt failed, Duration delay) {
        events.add("retry after " + failed.attempt() + " " + failed.classification() + " in " + delay.toMillis());
    }

    @Override
    public void onStop(FailedAttempt failed, StopReason reason) {
        events.add("stop after " + failed.attempt() + " " + reason);
    }

    @Override
    public void onRecovered(String service, int attempts) {
        events.add("recovered after " + attempts);
    }
}
