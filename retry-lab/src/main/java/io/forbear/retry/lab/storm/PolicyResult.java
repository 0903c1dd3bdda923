package io.forbear.retry.lab.storm;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was measured under one policy. Where several runs were made, each figure is the median of all of them;
 * transitions and series are those of the first.
 *
 * @param name the name of the policy, as the option takes it
 * @param title the name for a reader
 * @param description what the policy does
 * @param settings the figures that the policy goes by
 * @param runs how many runs the figures are of
 * @param partial whether the run was stopped before its end
 * @param calls calls that the fleet was asked for
 * @param succeeded calls that ended well
 * @param refused calls that ended without one attempt: the policy did not let them through
 * @param successPercent of the calls that were due from the beginning of the outage to the end of the run, those that
 *     ended well; {@code null} where there were none
 * @param transientSuccessPercent the same of the calls that were due while errors came by chance, until {@link
 *     Scenario#transientUntilMillis()}
 * @param attempts requests that the clients sent
 * @param amplification {@code attempts / calls} over the run
 * @param outageAmplification the same over the outage alone
 * @param attemptsPerCallMade attempts for each call that was not refused, over the run
 * @param outageAttemptsPerCallMade the same over the outage alone
 * @param peakLoad the most requests per second at the service, over half a second
 * @param loadAfterOutage requests per second at the service, over the two seconds after it is well again
 * @param recoverySeconds from when the service is well again until goodput is back to 95 %; {@code null} for never
 * @param p50Millis median latency of calls, failed ones included, from when they were due
 * @param p99Millis 99th percentile of the same
 * @param budgetDenied calls that a budget stopped
 * @param breakerTransitions changes of state of all circuit breakers of the fleet
 * @param transitions these changes one by one
 * @param series the run over time
 * @param ranges the least and the most of each figure over all runs; empty for a single run
 * @param judged what {@code simulate} says of the same scenario file; {@code null} in the storm of the lab's own outage
 */
public record PolicyResult(
        String name,
        String title,
        String description,
        Map<String, String> settings,
        int runs,
        boolean partial,
        long calls,
        long succeeded,
        long refused,
        @Nullable Double successPercent,
        @Nullable Double transientSuccessPercent,
        long attempts,
        double amplification,
        double outageAmplification,
        double attemptsPerCallMade,
        double outageAttemptsPerCallMade,
        double peakLoad,
        double loadAfterOutage,
        @Nullable Double recoverySeconds,
        double p50Millis,
        double p99Millis,
        long budgetDenied,
        long breakerTransitions,
        List<Transition> transitions,
        Series series,
        Map<String, Range> ranges,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Judged judged) {

    /**
     * The figures of {@code simulate}, by its names and rules: of the calls that are due in the judged time.
     *
     * @param success percent of them that succeeded
     * @param refused percent of them that were refused before their first attempt
     * @param amplification attempts in that time for each of them
     * @param backSeconds from the end of the judged time until, for a second, as many calls succeed as in good times;
     *     {@code null} for never
     * @param successAfter percent of the calls due after the judged time that succeeded
     * @param amplificationAfter attempts for each of those
     * @param latePercent percent of all calls that began more than 50 ms after they were due, because this machine was
     *     busy: with more than a few the other figures are not those of the policy
     */
    public record Judged(
            double success,
            double refused,
            double amplification,
            @Nullable Double backSeconds,
            double successAfter,
            double amplificationAfter,
            double latePercent) {}

    /**
     * How far a figure varied over the runs.
     *
     * @param least the lowest; of {@code recoverySeconds} the earliest, {@code null} where no run saw goodput back
     * @param most the highest; of {@code recoverySeconds} {@code null} where a run did not see goodput back
     */
    public record Range(@Nullable Double least, @Nullable Double most) {}

    /**
     * One change of state of one circuit breaker.
     *
     * @param seconds since the run began
     * @param client the client of the breaker
     * @param from the state before
     * @param to the state after
     */
    public record Transition(double seconds, String client, String from, String to) {}

    /**
     * A run over time: one value in each list for each step.
     *
     * @param stepMillis length of a step
     * @param seconds the end of each step, since the run began
     * @param offered calls per second
     * @param goodput calls per second that ended well, by when they were due
     * @param failed calls per second that ended otherwise, by when they were due
     * @param load requests per second at the service
     * @param amplification requests sent / calls, over the second before
     * @param p99Millis latency of the calls that ended in the second before; {@code null} where none did
     * @param queued requests that waited in the service
     * @param openBreakers circuit breakers of the fleet that were open; {@code null} where the policy has none
     * @param budgetTokens retries that the budgets of the fleet would still grant; {@code null} where it has none
     * @param goodputLeast the least of {@code goodput} over all runs; {@code null} for a single run
     * @param goodputMost the most of {@code goodput} over all runs; {@code null} for a single run
     */
    public record Series(
            int stepMillis,
            List<Double> seconds,
            List<Double> offered,
            List<Double> goodput,
            List<Double> failed,
            List<Double> load,
            List<Double> amplification,
            List<@Nullable Double> p99Millis,
            List<Double> queued,
            @Nullable List<Double> openBreakers,
            @Nullable List<Double> budgetTokens,
            @Nullable List<Double> goodputLeast,
            @Nullable List<Double> goodputMost) {}
}
