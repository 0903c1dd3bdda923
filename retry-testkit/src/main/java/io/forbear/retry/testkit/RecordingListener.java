package io.forbear.retry.testkit;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.testkit.RetryEvent.AttemptFailed;
import io.forbear.retry.testkit.RetryEvent.AttemptReturned;
import io.forbear.retry.testkit.RetryEvent.AttemptStarted;
import io.forbear.retry.testkit.RetryEvent.AttemptSucceeded;
import io.forbear.retry.testkit.RetryEvent.CallStopped;
import io.forbear.retry.testkit.RetryEvent.CallSucceeded;
import io.forbear.retry.testkit.RetryEvent.Recovered;
import io.forbear.retry.testkit.RetryEvent.Retried;
import io.forbear.retry.testkit.RetryEvent.RetryScheduled;
import io.forbear.retry.testkit.RetryEvent.Stopped;
import io.forbear.retry.testkit.RetryEvent.Transitioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A listener that remembers what it was told.
 *
 * <p>Thread-safe. It keeps everything until {@link #clear()}, so it is for tests only.
 *
 * @since 0.1
 */
public final class RecordingListener implements RetryListener {

    private final boolean everyCall;
    private final AtomicInteger calls = new AtomicInteger();
    private final List<RetryEvent> events = new ArrayList<>();
    private final List<ServiceEvent> serviceEvents = new ArrayList<>();
    private final List<Retry> registered = new ArrayList<>();

    /** Makes a listener that hears of failures, recoveries and transitions, as most listeners do. */
    public RecordingListener() {
        this(false);
    }

    private RecordingListener(boolean everyCall) {
        this.everyCall = everyCall;
    }

    /**
     * Returns a listener that also observes each call from its first attempt on: it keeps {@link RetryEvent.OfCall}
     * too.
     *
     * @return a new listener
     */
    public static RecordingListener ofEveryCall() {
        return new RecordingListener(true);
    }

    /**
     * Returns all events.
     *
     * @return what was told so far, in order; a copy
     */
    public List<RetryEvent> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /**
     * Returns the events of one kind.
     *
     * @param <E> the kind
     * @param kind its class, such as {@code Stopped.class}
     * @return what was told so far, in order; a copy
     */
    public <E extends RetryEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /**
     * Returns the events for operators: why a breaker opened, a budget that denies retries, a reload, a switch.
     *
     * @return what was told so far, in order; a copy
     */
    public List<ServiceEvent> serviceEvents() {
        synchronized (events) {
            return List.copyOf(serviceEvents);
        }
    }

    /**
     * Returns the instances that this listener belongs to.
     *
     * @return those that were registered and not closed, in order; a copy
     */
    public List<Retry> registered() {
        synchronized (registered) {
            return List.copyOf(registered);
        }
    }

    /** Forgets all events so far. The numbers of calls go on. */
    public void clear() {
        synchronized (events) {
            events.clear();
            serviceEvents.clear();
        }
    }

    private void add(RetryEvent event) {
        synchronized (events) {
            events.add(event);
        }
    }

    @Override
    public void registered(Retry retry) {
        synchronized (registered) {
            registered.add(retry);
        }
    }

    @Override
    public void closed(Retry retry) {
        synchronized (registered) {
            registered.removeIf(known -> known == retry);
        }
    }

    @Override
    public void onRetry(FailedAttempt failed, Duration delay) {
        add(new Retried(failed, delay));
    }

    @Override
    public void onStop(FailedAttempt failed, StopReason reason) {
        add(new Stopped(failed, reason));
    }

    @Override
    public void onRecovered(String service, int attempts) {
        add(new Recovered(service, attempts));
    }

    @Override
    public void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
        add(new Transitioned(service, from, to));
    }

    @Override
    public void onEvent(ServiceEvent event) {
        synchronized (events) {
            serviceEvents.add(event);
        }
    }

    @Override
    public boolean observesEveryCall() {
        return everyCall;
    }

    @Override
    public @Nullable CallObserver observe(String service, @Nullable String client, CallOptions options) {
        return everyCall ? new Recorder(calls.incrementAndGet()) : null;
    }

    private final class Recorder implements CallObserver {

        private final int call;

        Recorder(int call) {
            this.call = call;
        }

        @Override
        public void attemptStarted(int attempt) {
            add(new AttemptStarted(call, attempt));
        }

        @Override
        public void attemptReturned(int attempt) {
            add(new AttemptReturned(call, attempt));
        }

        @Override
        public void attemptSucceeded(int attempt) {
            add(new AttemptSucceeded(call, attempt));
        }

        @Override
        public void attemptFailed(FailedAttempt failed) {
            add(new AttemptFailed(call, failed));
        }

        @Override
        public void retryScheduled(FailedAttempt failed, long delayNanos) {
            add(new RetryScheduled(call, failed, Duration.ofNanos(delayNanos)));
        }

        @Override
        public void succeeded(int attempts) {
            add(new CallSucceeded(call, attempts));
        }

        @Override
        public void stopped(int attempts, StopReason reason, @Nullable Throwable failure) {
            add(new CallStopped(call, attempts, reason, failure));
        }
    }
}
