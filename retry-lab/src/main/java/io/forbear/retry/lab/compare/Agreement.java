package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Simulation;
import io.forbear.retry.lab.storm.Course;
import io.forbear.retry.lab.storm.DaemonThreads;
import io.forbear.retry.lab.storm.Policies;
import io.forbear.retry.lab.storm.PolicyResult;
import io.forbear.retry.lab.storm.Storm;
import io.forbear.retry.lab.storm.StormListener;
import io.forbear.retry.lab.storm.StormPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** Runs the same scenarios by simulation and over real HTTP, to show how far the simulator is to be believed. */
public final class Agreement {

    /** The policy of real storms that is made of the same parts as a simulated one of another name. */
    private static final String RETRIES = "retries";

    private static final String RETRIES_OF_STORMS = "jitter";

    /** How often a storm is run until the machine was not late. */
    private static final int TRIES = 3;

    private final List<Scenario> scenarios;
    private final List<SimulatedPolicy> policies;
    private final List<Long> seeds;
    private final int atATime;

    /**
     * Plans.
     *
     * @param scenarios what happens
     * @param policies under which policies, of {@link SimulatedPolicies#standard()}
     * @param firstSeed the seed of the real storm and of the first simulation
     * @param seeds how many simulations of each
     * @param atATime how many real storms go on at a time: they wait more than they work
     */
    public Agreement(List<Scenario> scenarios, List<SimulatedPolicy> policies, long firstSeed, int seeds, int atATime) {
        this.scenarios = List.copyOf(scenarios);
        this.policies = List.copyOf(policies);
        this.seeds = LongStream.range(0, seeds).mapToObj(i -> firstSeed + i).toList();
        this.atATime = atATime;
    }

    /**
     * One scenario under one policy.
     *
     * @param scenario the scenario
     * @param policy the name of the policy, as simulations know it
     * @param simulated over all seeds
     * @param recovered in how many of the simulations the service came back
     * @param real the same figures over real HTTP, of one run
     */
    public record Row(
            Scenario scenario, String policy, PolicyFigures simulated, int recovered, PolicyResult.Judged real) {

        /** With more calls that begin late, in percent, a storm shows the machine. */
        static final double MOST_LATE = 1;

        /** How far amplification may differ. */
        public static final double TOLERANCE = 0.15;

        /**
         * Tells whether the machine was too busy for the storm.
         *
         * @return {@code true} if it has to be run again
         */
        public boolean isMachineLate() {
            return real.latePercent() > MOST_LATE;
        }

        /**
         * Returns how the amplifications compare.
         *
         * @return that over real HTTP for each of the simulated
         */
        public double ratio() {
            return real.amplification() / simulated.amplification().mean();
        }

        /**
         * Tells whether both agree on amplification.
         *
         * @return {@code true} if they differ by {@link #TOLERANCE} at most, or as simulations differ from each other
         */
        public boolean isLoadAlike() {
            Range range = simulated.amplification();
            double found = real.amplification();
            return Math.abs(ratio() - 1) <= TOLERANCE || found >= range.min() && found <= range.max();
        }

        /**
         * Tells whether both agree on recovery.
         *
         * @return {@code true} also where simulations differ from each other, or where it is not measured
         */
        public boolean isRecoveryAlike() {
            boolean isBack = real.backSeconds() != null;
            return !scenario.isRecoveryMeasured() || recovered > 0 && isBack || recovered < simulated.runs() && !isBack;
        }
    }

    /**
     * Runs all of it.
     *
     * @param version of the lab
     * @param stopped asked often; {@code true} ends it early, with the rows that are there
     * @param listener is told of each row, in the order of the scenarios and on the calling thread
     * @return all rows
     * @throws InterruptedException if the calling thread is interrupted
     */
    public List<Row> run(String version, BooleanSupplier stopped, Consumer<Row> listener) throws InterruptedException {
        // simulations first: they would take the processor from the storms
        List<Simulated> all = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            for (SimulatedPolicy policy : policies) {
                if (!stopped.getAsBoolean()) {
                    all.add(simulated(scenario, policy));
                }
            }
        }
        ExecutorService pool = Executors.newFixedThreadPool(atATime, DaemonThreads.named("agreement"));
        List<Row> rows = new ArrayList<>();
        try {
            List<Future<Optional<Row>>> ends = new ArrayList<>();
            for (Simulated simulated : all) {
                ends.add(pool.submit(() -> row(version, simulated, stopped)));
            }
            for (Future<Optional<Row>> end : ends) {
                await(end).ifPresent(row -> {
                    listener.accept(row);
                    rows.add(row);
                });
            }
        } finally {
            pool.shutdownNow();
        }
        return rows;
    }

    /** What is known before the storm. */
    private record Simulated(Scenario scenario, SimulatedPolicy policy, List<Figures> runs) {

        Row with(PolicyResult.Judged real) {
            int recovered = (int) runs.stream()
                    .filter(run -> Double.isFinite(run.backSeconds()))
                    .count();
            return new Row(scenario, policy.name(), PolicyFigures.of(runs), recovered, real);
        }
    }

    private Simulated simulated(Scenario scenario, SimulatedPolicy policy) {
        return new Simulated(
                scenario,
                policy,
                seeds.stream()
                        .map(seed -> Simulation.run(scenario, policy.maker(), seed))
                        .toList());
    }

    /** A storm that fails, for want of ports perhaps, leaves the others as they are. */
    private static Optional<Row> await(Future<Optional<Row>> end) throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            System.getLogger(Agreement.class.getName()).log(System.Logger.Level.ERROR, "a storm failed", e.getCause());
            return Optional.empty();
        }
    }

    /** One row; none where it was stopped. */
    private Optional<Row> row(String version, Simulated simulated, BooleanSupplier stopped)
            throws IOException, InterruptedException {
        Optional<Row> row = Optional.empty();
        for (int tries = 0; tries < TRIES && row.map(Row::isMachineLate).orElse(true); tries++) {
            Storm storm = new Storm(
                    Course.of(simulated.scenario(), seeds.get(0)),
                    List.of(real(simulated.policy())),
                    StormListener.NOBODY,
                    stopped);
            Optional<Row> next = storm.run(version).policies().stream()
                    .map(PolicyResult::judged)
                    .filter(Objects::nonNull)
                    .map(simulated::with)
                    .findFirst();
            if (next.isEmpty()) {
                return row;
            }
            row = next;
        }
        return row;
    }

    /** Returns the policy of a real storm that is the same. */
    private static StormPolicy real(SimulatedPolicy policy) {
        String name = policy.name().equals(RETRIES) ? RETRIES_OF_STORMS : policy.name();
        return Policies.standard().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("policy: " + name + " (expected: one of storm's)"));
    }
}
