package io.forbear.retry.junit;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps what services did at which virtual time, and which calls have not ended. Thread-safe. */
final class AttemptLog implements RetryListener {

    private final ManualClock clock;
    private final long start;

    // under the lock
    private final List<String> lines = new ArrayList<>();
    private final Map<Integer, OneCall> open = new TreeMap<>();
    private int calls;

    AttemptLog(ManualClock clock) {
        this.clock = clock;
        this.start = clock.nanoTime();
    }

    @Override
    public boolean observesEveryCall() {
        return true;
    }

    @Override
    public CallObserver observe(String service, @Nullable String client, CallOptions options) {
        synchronized (lines) {
            OneCall call = new OneCall(service, client, ++calls);
            open.put(call.number, call);
            return call;
        }
    }

    @Override
    public void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
        add(service + ": breaker " + from + " -> " + to);
    }

    private void add(String what) {
        String now = Duration.ofNanos(clock.nanoTime() - start).toString();
        synchronized (lines) {
            lines.add(String.format("%-9s %s", now, what));
        }
    }

    /** Returns what happened, one line each. */
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Returns the calls of a service that have not ended, and where they are. */
    List<String> open(String service) {
        synchronized (lines) {
            return open.values().stream()
                    .filter(call -> call.service.equals(service))
                    .map(call -> call.name + ": " + call.last)
                    .toList();
        }
    }

    /** One call. Its events come one at a time. */
    private final class OneCall implements CallObserver {

        private final String service;
        private final int number;
        private final String name;
        private volatile String last = "no attempt was made";

        OneCall(String service, @Nullable String client, int number) {
            this.service = service;
            this.number = number;
            this.name = service + " call " + number + (client == null ? "" : " of " + client);
        }

        private void tell(String what) {
            last = what;
            add(name + ": " + what);
        }

        private void end(String how) {
            tell(how);
            synchronized (lines) {
                open.remove(number);
            }
        }

        @Override
        public void attemptStarted(int attempt) {
            last = "attempt " + attempt + " is under way";
        }

        @Override
        public void attemptSucceeded(int attempt) {
            tell("attempt " + attempt + " succeeded");
        }

        @Override
        public void attemptFailed(FailedAttempt failed) {
            Object what = failed.failure() == null ? failed.result() : failed.failure();
            tell("attempt " + failed.attempt() + " failed: "
                    + failed.classification().category() + ", " + what);
        }

        @Override
        public void retryScheduled(FailedAttempt failed, long delayNanos) {
            tell("waits " + Duration.ofNanos(delayNanos));
        }

        @Override
        public void succeeded(int attempts) {
            end("succeeded after " + count(attempts));
        }

        @Override
        public void stopped(int attempts, StopReason reason, @Nullable Throwable failure) {
            end("stopped after " + count(attempts) + ": " + reason);
        }
    }

    private static String count(int attempts) {
        return attempts + (attempts == 1 ? " attempt" : " attempts");
    }
}
