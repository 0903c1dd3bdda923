package io.forbear.retry.lab.storm;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One policy's turn: a fresh service, a fresh fleet, and calls at instants that do not depend on how the calls go (an
 * open loop: a slow service is offered no less).
 */
final class StormRun {

    private static final long DRAIN_MILLIS = 1000;
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(Meter.SLICE_MILLIS);
    private static final int RECENT = Figures.WINDOW_MILLIS / Meter.SLICE_MILLIS;

    private final Scenario scenario;
    private final StormPolicy policy;
    private final StormListener listener;
    private final BooleanSupplier stop;
    private final Instruments instruments;
    private final SplittableRandom random;

    /** Set before any call is made; only {@link System#nanoTime()} differences count. */
    private final long startNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);

    StormRun(
            Scenario scenario,
            StormPolicy policy,
            StormListener listener,
            BooleanSupplier stop,
            Instruments instruments) {
        this.scenario = scenario;
        this.policy = policy;
        this.listener = listener;
        this.stop = stop;
        this.instruments = instruments;
        this.random = new SplittableRandom(scenario.seed());
    }

    PolicyResult run() throws IOException, InterruptedException {
        Meter meter = new Meter(startNanos, scenario.durationMillis() + DRAIN_MILLIS);
        TransitionLog log = new TransitionLog(startNanos);
        try (LoopbackService service = new LoopbackService(scenario, this::phase, meter::arrived);
                Fleet fleet = new Fleet(scenario, service.uri(), meter, policy, log, instruments)) {
            Sampler sampler = new Sampler(meter, service, fleet);
            long ranMillis = offer(meter, fleet, sampler);
            fleet.drain(DRAIN_MILLIS);
            return new Summary(scenario, meter, sampler, (int) (ranMillis / Meter.SLICE_MILLIS))
                    .of(policy, ranMillis < scenario.durationMillis(), fleet.snapshots(), log.transitions());
        }
    }

    private Phase phase() {
        return scenario.phaseAt(elapsedMillis());
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    /** Makes the calls that are due and looks at the state in between; returns how long it did so. */
    private long offer(Meter meter, Fleet fleet, Sampler sampler) {
        long total = scenario.durationMillis() * scenario.load() / 1000;
        long nextSample = startNanos;
        int number = 0;
        long due = dueNanos(0);
        while (number < total) {
            if (stop.getAsBoolean()) {
                return Math.max(0, Math.min(elapsedMillis(), scenario.durationMillis()));
            }
            long now = System.nanoTime();
            if (now >= nextSample) {
                nextSample += SLICE_NANOS;
                sampler.sample();
                progress(meter);
            }
            if (now >= due) {
                fleet.call(number, due);
                number++;
                due = dueNanos(number);
            } else {
                LockSupport.parkNanos(Math.min(due, nextSample) - now);
            }
        }
        return scenario.durationMillis();
    }

    /** Each call has a slot of its own, and an instant in it by chance: even in the large, uneven in the small. */
    private long dueNanos(int number) {
        double slot = (double) NANOS_PER_SECOND / scenario.load();
        return startNanos + (long) ((number + random.nextDouble()) * slot);
    }

    private void progress(Meter meter) {
        int slice = meter.slice(System.nanoTime());
        int from = Math.max(0, slice - RECENT);
        listener.progressed(new StormListener.Now(
                Math.max(0, elapsedMillis()),
                scenario.durationMillis(),
                phase(),
                Figures.perSecond(Meter.sum(meter.successes, from, slice), slice - from),
                Figures.perSecond(Meter.sum(meter.arrivals, from, slice), slice - from)));
    }
}
