package io.forbear.retry.micrometer;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The timers and summaries of one service, made once, so that a call looks nothing up in the registry. */
final class Durations {

    /** Attempts from this one on share a tag. */
    static final int LAST_TAG = 4;

    private static final String SUCCESS = "success";
    private static final String FAILURE = "failure";

    private final Clock clock;
    private final Timer[] calls;
    private final Timer[] attemptsOk;
    private final Timer[] attemptsFailed;
    private final DistributionSummary attemptsPerCall;
    private final Timer delays;

    private Durations(DurationOptions options, MeterRegistry registry, Naming naming, String service) {
        this.clock = registry.config().clock();
        this.calls = new Timer[] {
            call(options, registry, naming, service, SUCCESS),
            call(options, registry, naming, service, "recovered"),
            call(options, registry, naming, service, FAILURE),
            call(options, registry, naming, service, "refused")
        };
        this.attemptsOk = attempts(options, registry, naming, service, SUCCESS);
        this.attemptsFailed = attempts(options, registry, naming, service, FAILURE);
        this.attemptsPerCall = DistributionSummary.builder(naming.of("call.attempts"))
                .description("Attempts of a call")
                .tag(naming.serviceTag(), service)
                .serviceLevelObjectives(1, 2, 3, 4, 5, 10)
                .register(registry);
        this.delays = timer(options, naming, "delay.duration", "Each delay that was decided on")
                .tag(naming.serviceTag(), service)
                .register(registry);
    }

    static Durations register(DurationOptions options, MeterRegistry registry, Naming naming, String service) {
        return new Durations(options, registry, naming, service);
    }

    private static Timer call(
            DurationOptions options, MeterRegistry registry, Naming naming, String service, String outcome) {
        return timer(options, naming, "call.duration", "The whole call, waits included")
                .tags(naming.serviceTag(), service, "outcome", outcome)
                .register(registry);
    }

    private static Timer[] attempts(
            DurationOptions options, MeterRegistry registry, Naming naming, String service, String outcome) {
        Timer[] timers = new Timer[LAST_TAG];
        for (int attempt = 1; attempt <= LAST_TAG; attempt++) {
            timers[attempt - 1] = timer(options, naming, "attempt.duration", "One attempt")
                    .tags(naming.serviceTag(), service, "attempt", Words.attempt(attempt, LAST_TAG), "outcome", outcome)
                    .register(registry);
        }
        return timers;
    }

    private static Timer.Builder timer(DurationOptions options, Naming naming, String name, String description) {
        Timer.Builder builder = Timer.builder(naming.of(name)).description(description);
        if (options.percentileHistogram()) {
            builder.publishPercentileHistogram();
        }
        return options.objectives().isEmpty()
                ? builder
                : builder.serviceLevelObjectives(options.objectives().toArray(Duration[]::new));
    }

    List<Meter> meters() {
        List<Meter> all = new ArrayList<>(List.of(calls));
        all.addAll(List.of(attemptsOk));
        all.addAll(List.of(attemptsFailed));
        all.add(attemptsPerCall);
        all.add(delays);
        return all;
    }

    long now() {
        return clock.monotonicTime();
    }

    void attemptEnded(int attempt, boolean success, long nanos) {
        Timer[] timers = success ? attemptsOk : attemptsFailed;
        timers[Math.min(attempt, LAST_TAG) - 1].record(nanos, TimeUnit.NANOSECONDS);
    }

    void delayed(long nanos) {
        delays.record(nanos, TimeUnit.NANOSECONDS);
    }

    void callSucceeded(int attempts, long nanos) {
        calls[attempts == 1 ? 0 : 1].record(nanos, TimeUnit.NANOSECONDS);
        attemptsPerCall.record(attempts);
    }

    void callStopped(int attempts, long nanos) {
        calls[attempts == 0 ? 3 : 2].record(nanos, TimeUnit.NANOSECONDS);
        attemptsPerCall.record(attempts);
    }
}
