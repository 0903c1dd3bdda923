package io.forbear.retry.lab.storm;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The outage of the storm itself. */
final class OutageCourse extends Course {

    private final Scenario scenario;

    OutageCourse(Scenario scenario) {
        this.scenario = scenario;
    }

    @Override
    Scenario scenario() {
        return scenario;
    }

    @Override
    Course run(int number) {
        return new OutageCourse(scenario.run(number));
    }

    @Override
    int layers() {
        return 0;
    }

    @Override
    long attemptMillis() {
        return scenario.timeoutMillis();
    }

    @Override
    Phase phaseAt(long millis) {
        return scenario.phaseAt(millis);
    }

    @Override
    Calls calls() {
        return new Slots(scenario);
    }

    @Override
    Backend open(long startNanos, Meter meter, StormPolicy policy) throws IOException {
        return new LoopbackService(
                scenario, () -> phaseAt(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos)), meter::arrived);
    }

    @Override
    PolicyResult.@Nullable Judged judged(Meter meter) {
        return null;
    }

    /** Each call has a slot of its own, and an instant in it by chance: even in the large, uneven in the small. */
    private static final class Slots implements Calls {

        private final SplittableRandom random;
        private final int clients;
        private final double slotNanos;
        private final long total;
        private long number = -1;
        private long dueNanos;

        Slots(Scenario scenario) {
            this.random = new SplittableRandom(scenario.seed());
            this.clients = scenario.clients();
            this.slotNanos = (double) TimeUnit.SECONDS.toNanos(1) / scenario.load();
            this.total = scenario.durationMillis() * scenario.load() / 1000;
        }

        @Override
        public boolean next() {
            if (++number >= total) {
                return false;
            }
            dueNanos = (long) ((number + random.nextDouble()) * slotNanos);
            return true;
        }

        @Override
        public long dueNanos() {
            return dueNanos;
        }

        @Override
        public int client() {
            return (int) (number % clients);
        }

        @Override
        public double place() {
            return ANYWHERE;
        }
    }
}
