package io.forbear.retry.it.fleet;

import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A thousand processes, each with little traffic and a {@link Retry} of its own, which call one service through an
 * outage, on virtual time. The engine is the real one.
 */
final class Fleet {

    static final int CLIENTS = 1_000;
    static final double CALLS_PER_SECOND = 0.5 * CLIENTS;

    private static final long SECOND = 1_000_000_000L;
    private static final long TIMEOUT_NANOS = SECOND / 2;
    private static final int ERRORS_AT = 60;
    private static final int SLOW_AT = 70;
    private static final int WELL_AT = 75;
    private static final int END = 135;
    private static final int SLICES_PER_SECOND = 2;
    private static final double BACK = 0.95;

    /**
     * What a run showed.
     *
     * @param outageAmplification requests for each call while the service was not well
     * @param peakPerSecond the most requests in a second
     * @param recoverySeconds from when the service was well until 95 % of the calls of each half second succeed for a
     *     second; negative if never
     */
    record Result(String name, double outageAmplification, long peakPerSecond, double recoverySeconds) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "%-34s amplification in the outage %.2f, peak %d/s, goodput back %s",
                    name,
                    outageAmplification,
                    peakPerSecond,
                    recoverySeconds < 0 ? "never" : recoverySeconds + " s");
        }
    }

    /** A service that a fleet half uses, and which is well when the processes start. */
    static final Scenario USUAL = new Scenario(0.5, 0);

    /**
     * What a fleet meets.
     *
     * @param utilisation the share of what the service can do that the calls without retries take
     * @param startsAt the second at which all processes start; 60 to start in the outage
     */
    record Scenario(double utilisation, int startsAt) {

        double capacityPerSecond() {
            return CALLS_PER_SECOND / utilisation;
        }
    }

    private final VirtualTime time = new VirtualTime();
    private final Scenario scenario;
    private final ModelService service;
    private final SplittableRandom chance;
    private final long[] calls = new long[END * SLICES_PER_SECOND + 1];
    private final long[] succeeded = new long[calls.length];
    private final long[] requestsBefore = new long[calls.length];

    private Fleet(long seed, Scenario scenario) {
        this.chance = new SplittableRandom(seed);
        this.scenario = scenario;
        this.service = new ModelService(time, scenario.capacityPerSecond());
    }

    static Result run(String name, long seed, Scenario scenario, UnaryOperator<Retries.Builder> settings) {
        Fleet fleet = new Fleet(seed, scenario);
        fleet.start(settings);
        fleet.time.runUntil(END * SECOND);
        return fleet.result(name);
    }

    private void start(UnaryOperator<Retries.Builder> settings) {
        for (int i = 0; i < CLIENTS; i++) {
            RandomGenerator own = chance.split();
            time.in(scenario.startsAt() * SECOND, () -> {
                Retry retry = settings.apply(Retries.named("service")
                                .runtime(r -> r.clock(time).random(own)))
                        .build();
                nextCall(retry, own);
            });
        }
        time.in(ERRORS_AT * SECOND, () -> service.becomes(ModelService.Health.ERRORS));
        time.in(SLOW_AT * SECOND, () -> service.becomes(ModelService.Health.SLOW));
        time.in(WELL_AT * SECOND, () -> service.becomes(ModelService.Health.WELL));
        for (int slice = 0; slice < calls.length; slice++) {
            int number = slice;
            time.in(number * SECOND / SLICES_PER_SECOND, () -> requestsBefore[number] = service.requests());
        }
    }

    private int slice() {
        return (int) (time.nanoTime() * SLICES_PER_SECOND / SECOND);
    }

    private void nextCall(Retry retry, RandomGenerator own) {
        double wait = -Math.log(1 - own.nextDouble()) * CLIENTS / CALLS_PER_SECOND;
        time.in((long) (wait * SECOND), () -> {
            call(retry);
            nextCall(retry, own);
        });
    }

    private void call(Retry retry) {
        int slice = slice();
        calls[slice]++;
        try {
            attempt(retry.begin(), slice);
        } catch (CircuitOpenException refused) {
            // a call without an attempt: it is in calls and not in succeeded
            return;
        }
    }

    private void attempt(RetryCall call, int slice) {
        boolean[] over = new boolean[1];
        service.request(status -> {
            if (!over[0]) {
                over[0] = true;
                answered(call, slice, status < 400 ? null : Classification.ofHttpStatus(status));
            }
        });
        time.in(TIMEOUT_NANOS, () -> {
            if (!over[0]) {
                over[0] = true;
                answered(call, slice, Classification.of(ErrorCategory.TIMEOUT));
            }
        });
    }

    private void answered(RetryCall call, int slice, Classification failure) {
        if (failure == null) {
            succeeded[slice]++;
            call.succeeded();
        } else if (call.failed(failure) instanceof RetryDecision.Again retry) {
            time.in(retry.delay().toNanos(), () -> {
                if (call.resume()) {
                    attempt(call, slice);
                }
            });
        }
    }

    private Result result(String name) {
        int first = ERRORS_AT * SLICES_PER_SECOND;
        int well = WELL_AT * SLICES_PER_SECOND;
        long made = 0;
        for (int i = first; i < well; i++) {
            made += calls[i];
        }
        double amplification = (double) (requestsBefore[well] - requestsBefore[first]) / made;
        long peak = 0;
        for (int i = SLICES_PER_SECOND; i < calls.length; i++) {
            peak = Math.max(peak, requestsBefore[i] - requestsBefore[i - SLICES_PER_SECOND]);
        }
        return new Result(name, amplification, peak, recovery(well));
    }

    private double recovery(int well) {
        for (int i = well; i + SLICES_PER_SECOND < calls.length; i++) {
            if (isBack(i) && isBack(i + 1)) {
                return (double) (i - well) / SLICES_PER_SECOND;
            }
        }
        return -1;
    }

    private boolean isBack(int slice) {
        return succeeded[slice] >= BACK * calls[slice];
    }
}
