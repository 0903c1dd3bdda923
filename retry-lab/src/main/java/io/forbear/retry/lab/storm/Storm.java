package io.forbear.retry.lab.storm;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a course under several policies in turn, once or several times.
 *
 * <p>{@link #run} blocks until all are run or {@code stop} says so; what was measured until then is in the result.
 */
public final class Storm {

    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private final Course course;
    private final List<StormPolicy> policies;
    private final StormListener listener;
    private final BooleanSupplier stop;
    private final Instruments instruments;
    private final int runs;
    private final @Nullable ClientLauncher launcher;

    /**
     * Prepares a storm of one run.
     *
     * @param course what happens
     * @param policies under which policies, in this order
     * @param listener is told how it goes
     * @param stop asked often; {@code true} ends the run early
     */
    public Storm(Course course, List<StormPolicy> policies, StormListener listener, BooleanSupplier stop) {
        this(course, policies, listener, stop, Instruments.NONE, 1, null);
    }

    /**
     * Prepares a storm that others look at while it goes on.
     *
     * @param course what happens
     * @param policies under which policies, in this order
     * @param listener is told how it goes
     * @param stop asked often; {@code true} ends the run early
     * @param instruments what looks at every retry and every request
     * @param runs how often all policies are run
     * @param launcher starts the processes that the clients are in; {@code null} for clients in this process
     */
    public Storm(
            Course course,
            List<StormPolicy> policies,
            StormListener listener,
            BooleanSupplier stop,
            Instruments instruments,
            int runs,
            @Nullable ClientLauncher launcher) {
        this.course = course;
        this.policies = List.copyOf(policies);
        this.listener = listener;
        this.stop = stop;
        this.instruments = instruments;
        this.runs = runs;
        this.launcher = launcher;
    }

    /**
     * So that the first policy does not pay for what a young process does once: its first second would look like
     * trouble.
     */
    private void warmUp() throws IOException, InterruptedException {
        Scenario calm = Scenario.calm(
                WARM_UP, course.scenario().load(), course.scenario().seed());
        new StormRun(Course.of(calm), Policies.standard().get(0), StormListener.NOBODY, stop, Instruments.NONE).run();
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
        int turns = runs * policies.size();
        int turn = 0;
        Map<StormPolicy, List<PolicyResult>> results = new LinkedHashMap<>();
        warmUp();
        for (int run = 1; run <= runs; run++) {
            for (StormPolicy policy : policies) {
                if (stop.getAsBoolean()) {
                    break;
                }
                listener.began(policy, ++turn, turns);
                PolicyResult result = turn(policy, run);
                results.computeIfAbsent(policy, first -> new ArrayList<>()).add(result);
                listener.ended(result);
            }
        }
        List<PolicyResult> joined = results.values().stream().map(Runs::joined).toList();
        boolean partial =
                turn < turns || results.values().stream().flatMap(List::stream).anyMatch(PolicyResult::partial);
        return new StormResult(
                "storm", version, startedAt, StormResult.Machine.here(), partial, runs, course.scenario(), joined);
    }

    private PolicyResult turn(StormPolicy policy, int run) throws IOException, InterruptedException {
        StormRun turn = new StormRun(course.run(run), policy, listener, stop, instruments);
        return launcher == null ? turn.run() : turn.run(launcher, run);
    }
}
