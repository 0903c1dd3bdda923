package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryListener;
import io.forbear.retry.Sleeper;
import io.forbear.retry.core.execution.Means;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a service gets from outside: time, chance, threads and who is told. Collected by builders, not thread-safe. */
final class Surroundings {

    NanoClock clock = NanoClock.system();

    @Nullable
    RandomGenerator random;

    final List<RetryListener> listeners = new ArrayList<>();

    @Nullable
    BooleanSupplier overloaded;

    AttemptGate.@Nullable Spec gate;

    private Means means = Means.DEFAULT;

    /** Returns a copy, which a builder that is used again does not change. */
    Surroundings copy() {
        Surroundings copy = new Surroundings();
        copy.clock = clock;
        copy.random = random;
        copy.listeners.addAll(listeners);
        copy.overloaded = overloaded;
        copy.gate = gate;
        copy.means = means;
        return copy;
    }

    void sleeper(Sleeper value) {
        means = means.withSleeper(value);
    }

    void executor(Executor value) {
        means = means.withExecutor(value);
    }

    void scheduler(ScheduledExecutorService value) {
        means = means.withScheduler(value);
    }

    void context(ContextCapture value) {
        means = means.withContext(value);
    }

    /** Makes a gate for one service. */
    @Nullable
    AttemptGate newGate() {
        AttemptGate.Spec spec = gate;
        return spec == null ? null : spec.create(clock);
    }

    Means means() {
        return means;
    }
}
