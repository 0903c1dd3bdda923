package io.forbear.retry.lab.storm;

import io.forbear.retry.lab.simulate.Fault;
import io.forbear.retry.lab.simulate.Faults;
import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.Tally;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** What a scenario file says, in real time. The run begins where the clients of the scenario start. */
final class ScenarioCourse extends Course {

    private final io.forbear.retry.lab.simulate.Scenario scenario;
    private final long seed;
    private final Scenario said;

    ScenarioCourse(io.forbear.retry.lab.simulate.Scenario scenario, long seed) {
        this.scenario = scenario;
        this.seed = seed;
        this.said = Scenario.of(scenario, seed);
    }

    @Override
    Scenario scenario() {
        return said;
    }

    @Override
    Course run(int number) {
        return number == 1 ? this : new ScenarioCourse(scenario, seed + number - 1);
    }

    @Override
    int layers() {
        return scenario.layers();
    }

    @Override
    long attemptMillis() {
        return TimeUnit.NANOSECONDS.toMillis(scenario.timeoutNanos(0));
    }

    @Override
    Phase phaseAt(long millis) {
        if (millis < said.errorsAtMillis()) {
            return Phase.BEFORE;
        }
        return millis < said.wellAtMillis() ? Phase.JUDGED : Phase.AFTER;
    }

    @Override
    Calls calls() {
        return new Poisson();
    }

    @Override
    Backend open(long startNanos, Meter meter, StormPolicy policy) throws IOException {
        return ScenarioBackend.open(scenario, seed, startNanos, meter, policy);
    }

    /** By the simulator's own rules. */
    @Override
    PolicyResult.Judged judged(Meter meter) {
        Tally tally = new Tally(scenario);
        long sliceNanos = TimeUnit.MILLISECONDS.toNanos(Meter.SLICE_MILLIS);
        for (int i = 0; i < meter.slices; i++) {
            tally.add(
                    scenario.startNanos() + i * sliceNanos,
                    meter.calls.get(i),
                    meter.succeededOfDue.get(i),
                    meter.refused.get(i),
                    meter.attempts.get(i));
        }
        long calls = Math.max(1, Meter.sum(meter.calls, 0, meter.slices));
        return judged(tally.figures(), 100.0 * meter.late.get() / calls);
    }

    private static PolicyResult.Judged judged(Figures figures, double latePercent) {
        return new PolicyResult.Judged(
                Rounded.to(2, figures.success()),
                Rounded.to(2, figures.refused()),
                Rounded.to(3, figures.amplification()),
                figures.backSeconds() == Figures.NEVER ? null : figures.backSeconds(),
                Rounded.to(2, figures.successAfter()),
                Rounded.to(3, figures.amplificationAfter()),
                Rounded.to(2, latePercent));
    }

    /** The calls that the simulator makes with the same seed. */
    private final class Poisson implements Calls {

        private final SplittableRandom random = new SplittableRandom(seed).split();
        private final Faults demand = new Faults(this::nanoTime, scenario.faults());
        private final long durationNanos = scenario.endNanos() - scenario.startNanos();
        private long dueNanos;
        private int client;
        private double place;

        @Override
        public boolean next() {
            double factor = demand.value(Fault.Kind.DEMAND, 0, 0, 1);
            double wait = -Math.log(1 - random.nextDouble()) / (scenario.callsPerSecond() * factor);
            dueNanos += (long) (wait * 1e9);
            client = random.nextInt(scenario.clients());
            place = random.nextDouble();
            return dueNanos < durationNanos;
        }

        /** The instant of the last call. */
        private long nanoTime() {
            return scenario.startNanos() + dueNanos;
        }

        @Override
        public long dueNanos() {
            return dueNanos;
        }

        @Override
        public int client() {
            return client;
        }

        @Override
        public double place() {
            return place;
        }
    }
}
