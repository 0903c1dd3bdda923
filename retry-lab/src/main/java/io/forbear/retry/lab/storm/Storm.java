package io.forbear.retry.lab.storm;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Runs a scenario under several policies in turn.
 *
 * <p>{@link #run} blocks until all are run or {@code stop} says so; what was measured until then is in the result.
 */
public final class Storm {

    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private final Scenario scenario;
    private final List<StormPolicy> policies;
    private final StormListener listener;
    private final BooleanSupplier stop;
    private final Instruments instruments;

    /**
     * Prepares a storm.
     *
     * @param scenario what happens
     * @param policies under which policies, in this order
     * @param listener is told how it goes
     * @param stop asked often; {@code true} ends the run early
     */
    public Storm(Scenario scenario, List<StormPolicy> policies, StormListener listener, BooleanSupplier stop) {
        this(scenario, policies, listener, stop, Instruments.NONE);
    }

    /**
     * Prepares a storm that others look at while it goes on.
     *
     * @param scenario what happens
     * @param policies under which policies, in this order
     * @param listener is told how it goes
     * @param stop asked often; {@code true} ends the run early
     * @param instruments what looks at every retry and every request
     */
    public Storm(
            Scenario scenario,
            List<StormPolicy> policies,
            StormListener listener,
            BooleanSupplier stop,
            Instruments instruments) {
        this.scenario = scenario;
        this.policies = List.copyOf(policies);
        this.listener = listener;
        this.stop = stop;
        this.instruments = instruments;
    }

    /**
     * So that the first policy does not pay for what a young process does once: its first second would look like
     * trouble.
     */
    private void warmUp() throws IOException, InterruptedException {
        Scenario calm = Scenario.calm(WARM_UP, scenario.load(), scenario.seed());
        new StormRun(calm, Policies.standard().get(0), StormListener.NOBODY, stop, Instruments.NONE).run();
    }

    /**
     * Runs the storm.
     *
     * @param version of the lab, for the result
     * @return what was measured
     * @throws IOException if the service cannot be started
     * @throws InterruptedException if this thread is interrupted
     */
    public StormResult run(String version) throws IOException, InterruptedException {
        String startedAt = Instant.now().toString();
        List<PolicyResult> results = new ArrayList<>();
        warmUp();
        for (StormPolicy policy : policies) {
            if (stop.getAsBoolean()) {
                break;
            }
            listener.began(policy, results.size() + 1, policies.size());
            PolicyResult result = new StormRun(scenario, policy, listener, stop, instruments).run();
            results.add(result);
            listener.ended(result);
        }
        boolean partial = results.size() < policies.size() || results.stream().anyMatch(PolicyResult::partial);
        return new StormResult(
                "storm", version, startedAt, StormResult.Machine.here(), partial, scenario, List.copyOf(results));
    }
}
