package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.core.internal.Switches;
import io.forbear.retry.operations.BreakerWindow;
import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.RetryPause;
import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.operations.ServiceOperations;
import io.forbear.retry.operations.TopClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What those who operate a service see of it; equal where the service is the same. */
public final class LiveOperations implements ServiceOperations {

    private final Service service;

    /** Makes the operations of a service. */
    public LiveOperations(Service service) {
        this.service = service;
    }

    @Override
    public String service() {
        return service.name();
    }

    @Override
    public RetrySnapshot snapshot() {
        return service.snapshot();
    }

    @Override
    public List<ConfiguredValue> configuration() {
        return service.operators.configuration();
    }

    @Override
    public List<ServiceEvent> events() {
        return service.operators.events();
    }

    @Override
    public List<TopClient> topClientsByFailures() {
        return service.operators.topClients(false);
    }

    @Override
    public List<TopClient> topClientsByBudget() {
        return service.operators.topClients(true);
    }

    @Override
    public Optional<BreakerWindow> breakerWindow() {
        return service.breaker() instanceof FedBreaker fed ? Optional.of(fed.window()) : Optional.empty();
    }

    @Override
    public Optional<RetryPause> pause() {
        Pause pause = service.operators.pause();
        if (pause == null) {
            return Optional.empty();
        }
        long nanos = Math.max(0, pause.remainingNanos(service.clock().nanoTime()));
        return Optional.of(new RetryPause(Duration.ofNanos(nanos), pause.who(), pause.why()));
    }

    @Override
    public void forceBreakerOpen(String who, String why) {
        control("circuit breaker forced open", CircuitBreaker::forceOpen, who, why);
    }

    @Override
    public void forceBreakerClosed(String who, String why) {
        control("circuit breaker forced closed", CircuitBreaker::metricsOnly, who, why);
    }

    @Override
    public void resetBreaker(String who, String why) {
        control("circuit breaker reset", CircuitBreaker::reset, who, why);
    }

    /** An event is of what was done: where the breaker cannot be controlled, there is none. */
    private void control(String action, Consumer<CircuitBreaker> change, String who, String why) {
        Happening used = new Happening.Switched(action, Switches.who(who), Switches.why(why));
        CircuitBreaker breaker = service.breaker();
        if (breaker == null) {
            throw new IllegalStateException(
                    "circuit breaker of " + OneLine.of(service.name()) + ": none (expected: a service with one)");
        }
        change.accept(breaker);
        service.operators.record(used);
    }

    /** A tuner has changed settings, or would have in a dry run. */
    public void tuned(Map<String, String> changes, String reason, boolean applied) {
        service.operators.record(new Happening.Tuned(changes, reason, applied));
    }

    /** Somebody has taken back what a tuner changed. */
    public void tuningUndone(String who, String why) {
        String by = Switches.who(who);
        service.operators.record(new Happening.Switched("tuning undone", by, Switches.why(why)));
    }

    @Override
    public void pauseRetries(Duration timeToLive, String who, String why) {
        service.operators.pause(Pause.of(timeToLive, who, why, service.clock().nanoTime()));
    }

    @Override
    public void resumeRetries(String who, String why) {
        service.operators.resume(Switches.who(who), Switches.why(why));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LiveOperations that && service == that.service;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(service);
    }

    @Override
    public String toString() {
        return "ServiceOperations(" + OneLine.of(service.name()) + ")";
    }
}
