package io.forbear.retry.lab.telemetry;

import io.forbear.retry.lab.storm.Phase;
import io.forbear.retry.lab.storm.PolicyResult;
import io.forbear.retry.lab.storm.StormListener;
import io.forbear.retry.lab.storm.StormPolicy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the lab itself measures, as gauges: what the service is asked for, what the callers get, and the phase of the
 * run.
 */
final class StormMeters implements StormListener {

    /** How it is with one policy; absent before its turn and after. */
    private static final class Turn {
        private volatile @Nullable Now now;

        double goodput() {
            Now seen = now;
            return seen == null ? Double.NaN : seen.goodput();
        }

        double load() {
            Now seen = now;
            return seen == null ? Double.NaN : seen.load();
        }

        double in(Phase phase) {
            Now seen = now;
            return seen != null && seen.phase() == phase ? 1 : 0;
        }
    }

    private final MeterRegistry registry;
    private final StormListener other;
    /** By the policy's name, which has its gauges once, however often it has its turn. Used by one thread. */
    private final Map<String, Turn> turns = new HashMap<>();

    private volatile Turn turn = new Turn();

    StormMeters(MeterRegistry registry, StormListener other) {
        this.registry = registry;
        this.other = other;
    }

    @Override
    public void began(StormPolicy policy, int number, int of) {
        turn = turns.computeIfAbsent(policy.name(), first -> gauged(policy));
        other.began(policy, number, of);
    }

    private Turn gauged(StormPolicy policy) {
        Turn mine = new Turn();
        gauge("forbear.lab.goodput", "Calls per second that ended well", mine, Turn::goodput, policy, null);
        gauge("forbear.lab.load", "Requests per second at the service", mine, Turn::load, policy, null);
        for (Phase phase : Phase.values()) {
            gauge("forbear.lab.phase", "1 for the phase of the run", mine, seen -> seen.in(phase), policy, phase);
        }
        return mine;
    }

    private void gauge(
            String name,
            String description,
            Turn turn,
            ToDoubleFunction<Turn> value,
            StormPolicy policy,
            @Nullable Phase phase) {
        Gauge.Builder<Turn> builder = Gauge.builder(name, turn, value)
                .description(description)
                .tag("policy", policy.name())
                .strongReference(true);
        if (phase != null) {
            builder.tag("phase", phase.name().toLowerCase(Locale.ROOT));
        }
        builder.register(registry);
    }

    @Override
    public void progressed(Now now) {
        turn.now = now;
        other.progressed(now);
    }

    @Override
    public void ended(PolicyResult result) {
        turn.now = null;
        other.ended(result);
    }
}
