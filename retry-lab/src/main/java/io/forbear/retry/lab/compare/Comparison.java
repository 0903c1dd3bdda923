package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Simulation;
import io.forbear.retry.lab.storm.DaemonThreads;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/** Runs every scenario of every fleet under every policy and with every seed. */
public final class Comparison {
    /*
     * Each run is one thread and shares nothing with others, so the number of threads changes no figure. Runs are
     * taken in the order of the table, so that a comparison which is stopped has whole rows at its beginning.
     */

    private final List<FleetScenarios> fleets;
    private final List<SimulatedPolicy> policies;
    private final List<Long> seeds;
    private final int threads;

    /**
     * Plans a comparison.
     *
     * @param fleets what happens to whom
     * @param policies under which policies
     * @param firstSeed the seed of the first run
     * @param seeds how many seeds, each the one before and 1
     * @param threads how many runs at a time
     */
    public Comparison(
            List<FleetScenarios> fleets, List<SimulatedPolicy> policies, long firstSeed, int seeds, int threads) {
        this.fleets = List.copyOf(fleets);
        this.policies = List.copyOf(policies);
        this.seeds = LongStream.range(0, seeds).mapToObj(i -> firstSeed + i).toList();
        this.threads = threads;
    }

    /**
     * Runs it.
     *
     * @param version of the lab
     * @param listener is told of each run
     * @param stopped asked now and then whether to stop; runs that are not over then do not count
     * @return what was found
     * @throws InterruptedException if the calling thread is interrupted
     */
    public ComparisonResult run(String version, ComparisonListener listener, BooleanSupplier stopped)
            throws InterruptedException {
        long began = System.nanoTime();
        List<Run> runs = runs();
        Board board = new Board(runs.size(), listener);
        Room room = new Room(Runtime.getRuntime().maxMemory());
        ExecutorService pool = Executors.newFixedThreadPool(threads, DaemonThreads.named("simulation"));
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (Run run : runs) {
                ends.add(pool.submit(() -> {
                    room.use(run.scenario(), () -> {
                        if (!stopped.getAsBoolean()) {
                            run.run(board, stopped);
                        }
                    });
                }));
            }
            for (Future<?> end : ends) {
                await(end);
            }
        } finally {
            pool.shutdownNow();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new ComparisonResult(
                version,
                board.done() < runs.size(),
                seeds,
                policies,
                fleets.stream().map(board::of).toList(),
                board.cost(seconds));
    }

    private static void await(Future<?> end) throws InterruptedException {
        try {
            end.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private List<Run> runs() {
        List<Run> runs = new ArrayList<>();
        for (FleetScenarios fleet : fleets) {
            for (Scenario scenario : fleet.scenarios()) {
                for (SimulatedPolicy policy : policies) {
                    for (long seed : seeds) {
                        runs.add(new Run(fleet, scenario, policy, seed));
                    }
                }
            }
        }
        return runs;
    }

    private record Run(FleetScenarios fleet, Scenario scenario, SimulatedPolicy policy, long seed) {

        void run(Board board, BooleanSupplier stopped) {
            CoreTime time = CoreTime.ofThisThread();
            Simulation.run(scenario, policy.maker(), seed, stopped)
                    .ifPresent(figures -> board.put(this, figures, time.nanos()));
        }

        Cell cell() {
            return new Cell(fleet.fleet(), scenario.name(), policy.name());
        }

        String what() {
            return FleetText.shortly(fleet.fleet()) + " " + scenario.name() + ", " + policy.name();
        }
    }

    private record Cell(Scenario.FleetShape fleet, String scenario, String policy) {}

    /** What is known so far. Guarded by its monitor. */
    private final class Board {
        private final Map<Cell, Map<Long, Figures>> figures = new LinkedHashMap<>();
        private final int of;
        private final ComparisonListener listener;
        private int done;
        private long attempts;
        private long coreNanos;

        Board(int of, ComparisonListener listener) {
            this.of = of;
            this.listener = listener;
        }

        synchronized void put(Run run, Figures found, long nanos) {
            figures.computeIfAbsent(run.cell(), cell -> new LinkedHashMap<>()).put(run.seed(), found);
            done++;
            attempts += found.attempts();
            coreNanos += nanos;
            listener.ran(new ComparisonListener.Now(done, of, attempts, run.what()));
        }

        synchronized int done() {
            return done;
        }

        synchronized Cost cost(double seconds) {
            return new Cost(attempts, seconds, coreNanos / 1e9);
        }

        synchronized ComparisonResult.OfFleet of(FleetScenarios fleet) {
            return new ComparisonResult.OfFleet(
                    fleet.fleet(),
                    fleet.scenarios().stream()
                            .map(scenario -> of(fleet, scenario))
                            .toList());
        }

        private ComparisonResult.OfScenario of(FleetScenarios fleet, Scenario scenario) {
            Map<String, PolicyFigures> known = new LinkedHashMap<>();
            for (SimulatedPolicy policy : policies) {
                Map<Long, Figures> bySeed =
                        figures.getOrDefault(new Cell(fleet.fleet(), scenario.name(), policy.name()), Map.of());
                // in the order of the seeds, for a sum of doubles depends on the order
                List<Figures> runs = seeds.stream()
                        .filter(bySeed::containsKey)
                        .map(bySeed::get)
                        .toList();
                if (!runs.isEmpty()) {
                    known.put(policy.name(), PolicyFigures.of(runs));
                }
            }
            return new ComparisonResult.OfScenario(scenario, known);
        }
    }
}
