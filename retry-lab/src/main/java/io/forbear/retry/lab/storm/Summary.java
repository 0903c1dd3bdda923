package io.forbear.retry.lab.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Makes the figures of a run from its counts. */
final class Summary {

    private static final int STEP = 5;
    private static final int SECOND = 1000 / Meter.SLICE_MILLIS;
    private static final int AFTER_OUTAGE = 2 * SECOND;

    private final Meter meter;
    private final Sampler sampler;
    private final int ran;
    private final int outageAt;
    private final int wellAt;
    private final int transientUntil;

    /**
     * Prepares.
     *
     * @param ran slices that were run
     */
    Summary(Scenario scenario, Meter meter, Sampler sampler, int ran) {
        this.meter = meter;
        this.sampler = sampler;
        this.ran = Math.min(ran, meter.slices);
        this.outageAt = (int) (scenario.errorsAtMillis() / Meter.SLICE_MILLIS);
        this.transientUntil = (int) (scenario.transientUntilMillis() / Meter.SLICE_MILLIS);
        this.wellAt = (int) (scenario.wellAtMillis() / Meter.SLICE_MILLIS);
    }

    PolicyResult of(StormPolicy policy, boolean partial, ClientCounts clients, PolicyResult.@Nullable Judged judged) {
        long calls = all(meter.calls);
        long attempts = all(meter.attempts);
        long refused = all(meter.refused);
        int outageEnd = Math.min(wellAt, ran);
        long outageCalls = Meter.sum(meter.calls, outageAt, outageEnd);
        long outageAttempts = Meter.sum(meter.attempts, outageAt, outageEnd);
        long outageRefused = Meter.sum(meter.refused, outageAt, outageEnd);
        int afterEnd = Math.min(wellAt + AFTER_OUTAGE, ran);
        Histogram latencies = meter.latencies(0, meter.slices);
        return new PolicyResult(
                policy.name(),
                policy.title(),
                policy.description(),
                policy.settings(),
                1,
                partial,
                calls,
                all(meter.succeededOfDue),
                refused,
                successPercent(outageAt, meter.slices),
                successPercent(0, transientUntil),
                attempts,
                Rounded.to(3, Figures.amplification(attempts, calls)),
                Rounded.to(3, Figures.amplification(outageAttempts, outageCalls)),
                Rounded.to(3, Figures.amplification(attempts, calls - refused)),
                Rounded.to(3, Figures.amplification(outageAttempts, outageCalls - outageRefused)),
                Rounded.to(1, Figures.peakPerSecond(meter.arrivals, ran)),
                Rounded.to(1, Figures.perSecond(Meter.sum(meter.arrivals, wellAt, afterEnd), afterEnd - wellAt)),
                Figures.recoverySeconds(meter.succeededOfDue, meter.calls, wellAt, ran),
                millis(latencies, 50),
                millis(latencies, 99),
                clients.budgetDenied(),
                clients.breakerTransitions(),
                clients.transitions(),
                series(),
                Map.of(),
                judged);
    }

    /** Of the calls that were due in the slices {@code [from, to)}. */
    private @Nullable Double successPercent(int from, int to) {
        long calls = Meter.sum(meter.calls, from, to);
        return calls == 0 ? null : Rounded.to(2, 100.0 * Meter.sum(meter.succeededOfDue, from, to) / calls);
    }

    private long all(AtomicIntegerArray counts) {
        return Meter.sum(counts, 0, meter.slices);
    }

    private static double millis(Histogram micros, double percentile) {
        return micros.getTotalCount() == 0 ? 0 : Rounded.to(1, micros.getValueAtPercentile(percentile) / 1000.0);
    }

    private PolicyResult.Series series() {
        return new PolicyResult.Series(
                STEP * Meter.SLICE_MILLIS,
                steps(end -> end * Meter.SLICE_MILLIS / 1000.0),
                steps(rate(meter.calls)),
                steps(rate(meter.succeededOfDue)),
                steps(end -> Figures.perSecond(
                        Meter.sum(meter.calls, end - STEP, end) - Meter.sum(meter.succeededOfDue, end - STEP, end),
                        STEP)),
                steps(rate(meter.arrivals)),
                steps(this::amplificationBefore),
                latencySeries(),
                steps(end -> sampler.queued[end - 1]),
                sampled(sampler.breakers()),
                sampled(sampler.budgets()),
                null,
                null);
    }

    private IntToDoubleFunction rate(AtomicIntegerArray counts) {
        return end -> Figures.perSecond(Meter.sum(counts, end - STEP, end), STEP);
    }

    private double amplificationBefore(int end) {
        int from = Math.max(0, end - SECOND);
        return Figures.amplification(Meter.sum(meter.attempts, from, end), Meter.sum(meter.calls, from, end));
    }

    private List<@Nullable Double> latencySeries() {
        List<@Nullable Double> values = new ArrayList<>();
        ends().forEach(end -> {
            Histogram recent = meter.latencies(Math.max(0, end - SECOND), end);
            values.add(recent.getTotalCount() == 0 ? null : millis(recent, 99));
        });
        return values;
    }

    private @Nullable List<Double> sampled(double @Nullable [] values) {
        return values == null ? null : steps(end -> values[end - 1]);
    }

    private List<Double> steps(IntToDoubleFunction valueAtEnd) {
        return ends().mapToObj(end -> Rounded.to(2, valueAtEnd.applyAsDouble(end)))
                .toList();
    }

    private IntStream ends() {
        return IntStream.rangeClosed(1, ran / STEP).map(step -> step * STEP);
    }
}
