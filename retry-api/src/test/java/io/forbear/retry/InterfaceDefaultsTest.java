package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What implementers get without writing it. */
class InterfaceDefaultsTest {

    /**
     * An implementation whose abstract methods answer from a table and are noted, and whose defaults are the real ones.
     */
    private static <T> T implemented(Class<T> type, Map<String, Object> answers, List<String> called) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            called.add(method.getName());
            Object first = arguments == null ? null : arguments[0];
            return method.getName().equals("call") && first != null
                    ? ((Operation<?, ?>) first).call()
                    : answer(method, answers);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object answer(Method method, Map<String, Object> answers) {
        Object zero = method.getReturnType() == long.class ? (Object) 0L : null;
        return answers.getOrDefault(method.getName(), zero);
    }

    @Test
    void listenersAndObserversMayIgnoreEverything() {
        FailedAttempt failed =
                new FailedAttempt("s", null, 1, Classification.of(ErrorCategory.TIMEOUT), new IOException());
        RetryListener listener = new RetryListener() {};
        CallObserver observer = new CallObserver() {};
        Retry retry = implemented(Retry.class, Map.of(), new ArrayList<>());

        assertThatCode(() -> {
                    listener.registered(retry);
                    listener.onRetry(failed, Duration.ZERO);
                    listener.onStop(failed, StopReason.NESTED);
                    listener.onRecovered("s", 2);
                    listener.onTransition("s", CircuitBreaker.State.CLOSED, CircuitBreaker.State.OPEN);
                    listener.closed(retry);
                    observer.attemptStarted(1);
                    observer.attemptReturned(1);
                    observer.attemptFailed(failed);
                    observer.retryScheduled(failed, 1);
                    observer.attemptSucceeded(2);
                    observer.succeeded(2);
                    observer.stopped(1, StopReason.NESTED, null);
                })
                .doesNotThrowAnyException();
        assertThat(listener.observesEveryCall()).isFalse();
        assertThat(listener.observe("s", null, CallOptions.defaults())).isNull();
    }

    @Test
    void runIsACallWithoutAResult() {
        List<String> called = new ArrayList<>();
        Retry retry = implemented(Retry.class, Map.of(), called);
        IOException failure = new IOException();

        retry.run(() -> called.add("action"));

        assertThat(called).containsExactly("call", "action");
        assertThatThrownBy(() -> retry.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void closingACallAbandonsIt() {
        List<String> called = new ArrayList<>();

        implemented(RetryCall.class, Map.of(), called).close();

        assertThat(called).containsExactly("abandoned");
    }

    @Test
    void budgetsObserveCallsUnlessTheySayOtherwise() {
        RetryBudget budget = implemented(RetryBudget.class, Map.of(), new ArrayList<>());

        assertThat(budget.observesCalls()).isTrue();
        assertThatCode(() -> {
                    budget.callStarted();
                    budget.callSucceeded(0);
                    budget.callFailed(0);
                    budget.attemptFailed(ErrorCategory.TIMEOUT, true);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aBreakerThatCannotBeControlledSaysSo() {
        CircuitBreaker breaker = implemented(CircuitBreaker.class, Map.of("toString", "theirs"), new ArrayList<>());
        Map<String, ThrowingCallable> controls = Map.of(
                "open", breaker::open,
                "forceOpen", breaker::forceOpen,
                "disable", breaker::disable,
                "metricsOnly", breaker::metricsOnly,
                "reset", breaker::reset);

        controls.forEach((name, control) -> assertThatThrownBy(control)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("theirs: " + name));
    }
}
