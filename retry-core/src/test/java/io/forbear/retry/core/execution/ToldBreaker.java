package io.forbear.retry.core.execution;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A breaker that a test opens, and that keeps how each permit was settled. */
final class ToldBreaker implements CircuitBreaker {

    final List<String> settled = new ArrayList<>();
    final List<TransitionListener> listeners = new ArrayList<>();
    boolean open;
    boolean probing;

    @Override
    public Permit tryAcquire() {
        return open ? null : new Told(probing);
    }

    @Override
    public State state() {
        return open ? State.OPEN : probing ? State.HALF_OPEN : State.CLOSED;
    }

    @Override
    public Duration untilProbe() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Subscription onTransition(TransitionListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private final class Told implements Permit {

        private final boolean probe;

        private Told(boolean probe) {
            this.probe = probe;
        }

        @Override
        public boolean isProbe() {
            return probe;
        }

        @Override
        public void success(long durationNanos) {
            settled.add("success");
        }

        @Override
        public void failure(long durationNanos, ErrorCategory category) {
            settled.add("failure " + category);
        }

        @Override
        public void ignore() {
            settled.add("ignore");
        }
    }
}
