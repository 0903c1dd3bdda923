package io.forbear.retry.core.config;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Jitter;
import io.forbear.retry.core.breaker.CircuitBreakerSpec;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.config.BreakerKeys.Chosen;
import io.forbear.retry.core.gate.AdaptiveGateSpec;
import io.forbear.retry.core.gate.AttemptGates;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads the circuit breaker and the gate of a service. */
final class BreakerReader {

    private final Effective settings;

    BreakerReader(Effective settings) {
        this.settings = settings;
    }

    /** Returns the description of the breaker, {@code null} for none. The other keys are checked all the same. */
    CircuitBreaker.@Nullable Spec breaker() {
        Chosen chosen = settings.getOr(BreakerKeys.BREAKER, new Chosen(false, 0));
        CircuitBreakerSpec spec =
                chosen.rate() > 0 ? CircuitBreakers.failureRate(chosen.rate()) : CircuitBreakers.standard();
        spec = with(spec, BreakerKeys.WINDOW, BreakerReader::window);
        spec = with(spec, BreakerKeys.MINIMUM_CALLS, CircuitBreakerSpec::minimumCalls);
        spec = with(spec, BreakerKeys.ERROR_RATE, CircuitBreakerSpec::errorRate);
        spec = with(spec, BreakerKeys.IN_A_ROW, CircuitBreakerSpec::failuresInARow);
        spec = with(spec, BreakerKeys.SLOW_CALLS, (s, slow) -> s.slowCallRate(slow.first(), slow.second()));
        spec = with(spec, BreakerKeys.OPEN_FOR, CircuitBreakerSpec::openFor);
        spec = with(spec, BreakerKeys.OPEN_FOR_MAX, this::growing);
        spec = with(spec, BreakerKeys.OPEN_FOR_ERRORS, CircuitBreakerSpec::openForErrors);
        spec = with(spec, BreakerKeys.PROBES, (s, probes) -> s.probes(probes.count(), probes.required()));
        spec = with(spec, BreakerKeys.PROBE_TIMEOUT, CircuitBreakerSpec::probeTimeout);
        spec = with(spec, BreakerKeys.SLOW_START, CircuitBreakerSpec::slowStart);
        spec = with(spec, BreakerKeys.COUNTS, (s, counted) -> s.counts(counted.toArray(ErrorCategory[]::new)));
        if (!chosen.isOn()) {
            return null;
        }
        try {
            spec.create("checked", () -> 0);
        } catch (IllegalArgumentException misfit) {
            settings.wrong(BreakerKeys.BREAKER, "settings that fit together: " + misfit.getMessage());
            return null;
        }
        return spec;
    }

    private <S, V> S with(S spec, Key<V> key, BiFunction<S, V, S> change) {
        V value = settings.get(key);
        return value == null ? spec : change.apply(spec, value);
    }

    private static CircuitBreakerSpec window(CircuitBreakerSpec spec, Types.Window window) {
        Duration time = window.time();
        return time == null ? spec.window(window.calls()) : spec.window(time);
    }

    private CircuitBreakerSpec growing(CircuitBreakerSpec spec, Duration max) {
        Duration first = settings.getOr(BreakerKeys.OPEN_FOR, Duration.ofSeconds(1));
        if (max.compareTo(first) < 0) {
            settings.wrong(BreakerKeys.OPEN_FOR_MAX, ">= " + BreakerKeys.OPEN_FOR.text + ", " + Values.text(first));
            return spec;
        }
        return spec.openFor(Backoff.exponential(first, max).jitter(Jitter.equal()));
    }

    /** Returns the gate that the text describes; the other where it says nothing of one. */
    ServiceConfig.Gate gate() {
        AdaptiveGateSpec spec = with(AttemptGates.adaptive(), BreakerKeys.GATE_MIN, AdaptiveGateSpec::minPerSecond);
        AttemptGate.Spec whole = with(spec, BreakerKeys.GATE_MAX_WAIT, AdaptiveGateSpec::maxWait);
        BreakerKeys.Gate word = settings.get(BreakerKeys.GATE);
        return new ServiceConfig.Gate(word != null, word == BreakerKeys.Gate.ADAPTIVE ? whole : null);
    }
}
