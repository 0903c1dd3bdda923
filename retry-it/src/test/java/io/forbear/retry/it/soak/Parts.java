package io.forbear.retry.it.soak;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Criticality;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Parts of a user's own that count what they give and take, book it, and then throw where they are told to. */
final class Parts {

    private Parts() {}

    /** The failure of an attempt. */
    static final class Down extends IOException {
        private static final long serialVersionUID = 1;
        private final transient Faults faults;

        Down(Faults faults) {
            super("down");
            this.faults = faults;
        }

        @Override
        public String getMessage() {
            faults.at(Point.EXCEPTION_MESSAGE);
            return super.getMessage();
        }

        @Override
        public synchronized Throwable getCause() {
            faults.at(Point.EXCEPTION_CAUSE);
            return super.getCause();
        }

        @Override
        public String toString() {
            faults.at(Point.EXCEPTION_TO_STRING);
            return super.toString();
        }
    }

    static final class Budget implements RetryBudget {
        static final long CAPACITY = Long.MAX_VALUE / 4;
        private final Faults faults;
        /** Milli-tokens out; what is refunded twice makes it fall below what retries cost. */
        final AtomicLong out = new AtomicLong();

        Budget(Faults faults) {
            this.faults = faults;
        }

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            faults.at(Point.BUDGET_WITHDRAW);
            out.addAndGet(TOKEN);
            return TOKEN;
        }

        @Override
        public void refund(long milliTokens) {
            out.addAndGet(-milliTokens);
            faults.at(Point.BUDGET_REFUND);
        }

        @Override
        public void callStarted() {
            faults.at(Point.BUDGET_STARTED);
        }

        @Override
        public void callSucceeded(long lastTaken) {
            faults.at(Point.BUDGET_SUCCEEDED);
        }

        @Override
        public void callFailed(long lastTaken) {
            faults.at(Point.BUDGET_FAILED);
        }

        @Override
        public void attemptFailed(ErrorCategory category, boolean retryable) {
            faults.at(Point.BUDGET_ATTEMPT_FAILED);
        }

        @Override
        public long balance() {
            return CAPACITY - out.get();
        }

        @Override
        public long capacity() {
            return CAPACITY;
        }
    }

    static final class Breaker implements CircuitBreaker {
        private final Faults faults;
        final AtomicLong given = new AtomicLong();
        final AtomicLong settled = new AtomicLong();
        final AtomicLong settledAgain = new AtomicLong();

        Breaker(Faults faults) {
            this.faults = faults;
        }

        private final class OnePermit implements Permit {
            private final AtomicBoolean over = new AtomicBoolean();

            private void settles(Point point) {
                (over.getAndSet(true) ? settledAgain : settled).incrementAndGet();
                faults.at(point);
            }

            @Override
            public boolean isProbe() {
                faults.at(Point.PERMIT_PROBE);
                return false;
            }

            @Override
            public void success(long durationNanos) {
                settles(Point.PERMIT_SUCCESS);
            }

            @Override
            public void failure(long durationNanos, ErrorCategory category) {
                settles(Point.PERMIT_FAILURE);
            }

            @Override
            public void ignore() {
                settles(Point.PERMIT_IGNORE);
            }
        }

        @Override
        public Permit tryAcquire() {
            faults.at(Point.BREAKER_ACQUIRE);
            given.incrementAndGet();
            return new OnePermit();
        }

        @Override
        public State state() {
            faults.at(Point.BREAKER_STATE);
            return State.CLOSED;
        }

        @Override
        public Duration untilProbe() {
            return Duration.ZERO;
        }

        @Override
        public Subscription onTransition(TransitionListener listener) {
            return () -> {};
        }
    }

    static final class Gate implements AttemptGate {
        private final Faults faults;
        /** Places that were neither granted nor left. */
        final AtomicLong waiting = new AtomicLong();

        Gate(Faults faults) {
            this.faults = faults;
        }

        private final class OnePlace implements Place {
            private final AtomicBoolean over = new AtomicBoolean();

            private void ends() {
                if (!over.getAndSet(true)) {
                    waiting.decrementAndGet();
                }
            }

            @Override
            public long waitNanos() {
                faults.at(Point.GATE_WAIT);
                ends();
                return 0;
            }

            @Override
            public void leave() {
                ends();
                faults.at(Point.GATE_LEAVE);
            }
        }

        @Override
        public boolean isEngaged() {
            faults.at(Point.GATE_ENGAGED);
            return true;
        }

        @Override
        public Place enter() {
            faults.at(Point.GATE_ENTER);
            waiting.incrementAndGet();
            return new OnePlace();
        }

        @Override
        public void succeeded(int attempt) {
            faults.at(Point.GATE_SUCCEEDED);
        }

        @Override
        public void failed(ErrorCategory category) {
            faults.at(Point.GATE_FAILED);
        }
    }

    record Listener(Faults faults) implements RetryListener, CallObserver {
        @Override
        public void onRetry(FailedAttempt failed, Duration delay) {
            faults.at(Point.LISTENER_RETRY);
        }

        @Override
        public void onStop(FailedAttempt failed, StopReason reason) {
            faults.at(Point.LISTENER_STOP);
        }

        @Override
        public void onRecovered(String service, int attempts) {
            faults.at(Point.LISTENER_RECOVERED);
        }

        @Override
        public void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
            faults.at(Point.LISTENER_TRANSITION);
        }

        @Override
        public boolean observesEveryCall() {
            return true;
        }

        @Override
        public CallObserver observe(String service, @Nullable String client, CallOptions options) {
            faults.at(Point.LISTENER_OBSERVE);
            return this;
        }

        @Override
        public void attemptStarted(int attempt) {
            faults.at(Point.OBSERVER_STARTED);
        }

        @Override
        public void attemptReturned(int attempt) {
            faults.at(Point.OBSERVER_RETURNED);
        }

        @Override
        public void attemptSucceeded(int attempt) {
            faults.at(Point.OBSERVER_SUCCEEDED);
        }

        @Override
        public void attemptFailed(FailedAttempt failed) {
            faults.at(Point.OBSERVER_FAILED);
        }

        @Override
        public void retryScheduled(FailedAttempt failed, long delayNanos) {
            faults.at(Point.OBSERVER_SCHEDULED);
        }

        @Override
        public void succeeded(int attempts) {
            faults.at(Point.OBSERVER_CALL_SUCCEEDED);
        }

        @Override
        public void stopped(int attempts, StopReason reason, @Nullable Throwable failure) {
            faults.at(Point.OBSERVER_CALL_STOPPED);
        }
    }

    /** A stage that throws where it is asked to tell its end. */
    static final class Stage<T> extends CompletableFuture<T> {
        private final Faults faults;

        Stage(Faults faults) {
            this.faults = faults;
        }

        @Override
        public CompletableFuture<T> toCompletableFuture() {
            faults.at(Point.STAGE);
            return this;
        }

        @Override
        public CompletableFuture<T> whenComplete(java.util.function.BiConsumer<? super T, ? super Throwable> told) {
            faults.at(Point.STAGE);
            return super.whenComplete(told);
        }
    }

    static RandomGenerator random(Faults faults, RandomGenerator source) {
        return () -> {
            faults.at(Point.RANDOM);
            return source.nextLong();
        };
    }

    /** A scheduler that refuses tasks by throwing. */
    static ScheduledExecutorService scheduler(Faults faults, ScheduledExecutorService real) {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                Parts.class.getClassLoader(),
                new Class<?>[] {ScheduledExecutorService.class},
                (proxy, method, arguments) -> {
                    if (method.getName().startsWith("schedule")) {
                        faults.at(Point.SCHEDULER);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }
}
