package io.forbear.retry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
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
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecordingListenerTest {

    private static final FailedAttempt FAILED =
            new FailedAttempt("users", null, 1, Classification.of(ErrorCategory.TRANSIENT), new IOException("refused"));

    @Test
    void keepsWhatItIsTold() {
        RecordingListener listener = new RecordingListener();

        listener.onRetry(FAILED, Duration.ofMillis(5));
        listener.onStop(FAILED, StopReason.BUDGET_EXHAUSTED);
        listener.onRecovered("users", 2);
        listener.onTransition("users", State.CLOSED, State.OPEN);

        assertThat(listener.events())
                .containsExactly(
                        new Retried(FAILED, Duration.ofMillis(5)),
                        new Stopped(FAILED, StopReason.BUDGET_EXHAUSTED),
                        new Recovered("users", 2),
                        new Transitioned("users", State.CLOSED, State.OPEN));
        assertThat(listener.events(Stopped.class)).containsExactly(new Stopped(FAILED, StopReason.BUDGET_EXHAUSTED));
        assertThat(listener.observesEveryCall()).isFalse();
        assertThat(listener.observe("users", null, CallOptions.defaults())).isNull();
        listener.clear();
        assertThat(listener.events()).isEmpty();
    }

    @Test
    void tellsCallsApartWhereItObservesThem() {
        RecordingListener listener = RecordingListener.ofEveryCall();
        IOException failure = new IOException("refused");

        CallObserver first = listener.observe("users", null, CallOptions.defaults());
        CallObserver second = listener.observe("users", "tenant", CallOptions.defaults());
        first.attemptStarted(1);
        second.attemptStarted(1);
        second.attemptReturned(1);
        second.attemptSucceeded(1);
        second.succeeded(1);
        first.attemptReturned(1);
        first.attemptFailed(FAILED);
        first.retryScheduled(FAILED, 7);
        first.stopped(1, StopReason.CANCELLED, failure);

        assertThat(listener.observesEveryCall()).isTrue();
        assertThat(listener.events())
                .containsExactly(
                        new AttemptStarted(1, 1),
                        new AttemptStarted(2, 1),
                        new AttemptReturned(2, 1),
                        new AttemptSucceeded(2, 1),
                        new CallSucceeded(2, 1),
                        new AttemptReturned(1, 1),
                        new AttemptFailed(1, FAILED),
                        new RetryScheduled(1, FAILED, Duration.ofNanos(7)),
                        new CallStopped(1, 1, StopReason.CANCELLED, failure));
        assertThat(listener.events(RetryEvent.OfCall.class))
                .filteredOn(event -> event.call() == 2)
                .hasSize(4);
    }

    @Test
    void knowsWhatItBelongsTo() {
        RecordingListener listener = new RecordingListener();
        Retry one = retry();
        Retry other = retry();

        listener.registered(one);
        listener.registered(other);
        listener.closed(one);

        assertThat(listener.registered()).containsExactly(other);
    }

    /** No event of the library is lost here: a method that is added to the interface must be added to the listener. */
    @Test
    void hearsEverythingThatCanBeTold() {
        assertThat(Arrays.stream(RetryListener.class.getMethods()).map(Method::getName))
                .allSatisfy(name -> assertThat(Arrays.stream(RecordingListener.class.getDeclaredMethods())
                                .map(Method::getName))
                        .contains(name));
    }

    private static Retry retry() {
        return (Retry) Proxy.newProxyInstance(
                Retry.class.getClassLoader(),
                new Class<?>[] {Retry.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> "retry";
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
