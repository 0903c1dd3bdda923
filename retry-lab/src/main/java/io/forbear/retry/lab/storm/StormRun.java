package io.forbear.retry.lab.storm;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** One policy's turn: a fresh service, and a fresh fleet in this process or in others. */
final class StormRun {

    private static final long DRAIN_MILLIS = 1000;
    private static final long LEAD_MILLIS = 200;
    private static final int RECENT = Figures.WINDOW_MILLIS / Meter.SLICE_MILLIS;

    private final Course course;
    private final StormPolicy policy;
    private final StormListener listener;
    private final BooleanSupplier stop;
    private final Instruments instruments;

    StormRun(Course course, StormPolicy policy, StormListener listener, BooleanSupplier stop, Instruments instruments) {
        this.course = course;
        this.policy = policy;
        this.listener = listener;
        this.stop = stop;
        this.instruments = instruments;
    }

    /** An instant by which all is ready. */
    private static long startNanos() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAD_MILLIS);
    }

    static Meter meter(Course course, long startNanos) {
        return new Meter(startNanos, course.scenario().durationMillis() + DRAIN_MILLIS);
    }

    /** Waits for the calls of a fleet that are under way at the end. */
    static void drain(Fleet fleet) throws InterruptedException {
        fleet.drain(DRAIN_MILLIS);
    }

    /** Runs it with clients in this process. */
    PolicyResult run() throws IOException, InterruptedException {
        TransitionLog log = new TransitionLog();
        try (Fleet fleet = new Fleet(course, client -> true, policy, log, instruments)) {
            long startNanos = startNanos();
            Meter meter = meter(course, startNanos);
            try (Backend backend = course.open(startNanos, meter, policy)) {
                fleet.begin(startNanos, backend.uris(), meter);
                Sampler sampler = new Sampler(meter, backend::queued, fleet::snapshots);
                long ranMillis = new Offering(course, startNanos, stop, () -> {
                            sampler.sample();
                            progress(startNanos, meter, () -> recent(meter));
                        })
                        .run(fleet);
                drain(fleet);
                return result(meter, sampler, ranMillis, ClientCounts.of(fleet.snapshots(), log.transitions()));
            }
        }
    }

    /**
     * Runs it with clients in processes of their own.
     *
     * @param run the number of the run
     */
    PolicyResult run(ClientLauncher launcher, int run) throws IOException, InterruptedException {
        try (ClientProcesses clients = ClientProcesses.start(launcher, policy, run)) {
            long startNanos = startNanos();
            Meter meter = meter(course, startNanos);
            try (Backend backend = course.open(startNanos, meter, policy)) {
                clients.go(startNanos, backend.uris());
                Sampler sampler = new Sampler(meter, backend::queued, List::of);
                long ranMillis = new Offering(course, startNanos, stop, () -> {
                            sampler.sample();
                            progress(startNanos, meter, clients::goodput);
                        })
                        .await();
                if (ranMillis < course.scenario().durationMillis()) {
                    clients.stop();
                }
                ClientCounts counts = new ClientCounts(0, 0, List.of());
                for (ClientReport report : clients.reports()) {
                    report.addTo(meter);
                    sampler.add(report.openBreakers(), report.budgetTokens());
                    counts = counts.and(report.counts());
                }
                return result(meter, sampler, ranMillis, counts);
            }
        }
    }

    private PolicyResult result(Meter meter, Sampler sampler, long ranMillis, ClientCounts clients) {
        Scenario scenario = course.scenario();
        boolean partial = ranMillis < scenario.durationMillis();
        PolicyResult.@Nullable Judged judged = partial ? null : course.judged(meter);
        return new Summary(scenario, meter, sampler, (int) (ranMillis / Meter.SLICE_MILLIS))
                .of(policy, partial, clients, judged);
    }

    private void progress(long startNanos, Meter meter, DoubleSupplier goodput) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        int slice = meter.slice(System.nanoTime());
        int from = Math.max(0, slice - RECENT);
        listener.progressed(new StormListener.Now(
                Math.max(0, millis),
                course.scenario().durationMillis(),
                course.phaseAt(millis),
                goodput.getAsDouble(),
                Figures.perSecond(Meter.sum(meter.arrivals, from, slice), slice - from)));
    }

    /** Calls per second that ended well, over the last half second. */
    static double recent(Meter meter) {
        int slice = meter.slice(System.nanoTime());
        int from = Math.max(0, slice - RECENT);
        return Figures.perSecond(Meter.sum(meter.successes, from, slice), slice - from);
    }
}
