package io.forbear.retry.lab.simulate;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One run of a scenario under one policy. */
public final class Simulation {

    private final Scenario scenario;
    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom arrivals;
    private final SplittableRandom chance;
    private final Timeouts timeouts;
    private final Tally tally;
    private final Processes clients;
    private final Processes[] layers;
    private final Service service;
    private final Faults demand;

    private Simulation(Scenario scenario, Control.Maker maker, long seed) {
        SplittableRandom source = new SplittableRandom(seed);
        this.scenario = scenario;
        this.arrivals = source.split();
        SplittableRandom work = source.split();
        this.chance = source.split();
        this.timeouts = new Timeouts(time, scenario.timeoutNanos());
        this.tally = new Tally(scenario);
        this.service = new Service(time, work, scenario);
        this.demand = new Faults(time, scenario.faults());
        World world = new World(time, source.split());
        this.clients = new Processes(scenario.clients(), scenario.startNanos(), time, world, maker);
        this.layers = new Processes[scenario.layers()];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = new Processes(scenario.processesOfALayer(), scenario.startNanos(), time, world, maker);
        }
    }

    /**
     * Runs a scenario to its end.
     *
     * @param scenario what happens
     * @param maker makes the control of each process
     * @param seed decides everything that is left to chance
     * @return what was counted; the same for the same seed
     */
    public static Figures run(Scenario scenario, Control.Maker maker, long seed) {
        return run(scenario, maker, seed, () -> false).orElseThrow();
    }

    /**
     * Runs a scenario to its end, unless it is stopped.
     *
     * @param scenario what happens
     * @param maker makes the control of each process
     * @param seed decides everything that is left to chance
     * @param stopped asked now and then, on the thread of the run
     * @return what was counted; nothing if the run was stopped
     */
    public static Optional<Figures> run(Scenario scenario, Control.Maker maker, long seed, BooleanSupplier stopped) {
        Simulation run = new Simulation(scenario, maker, seed);
        run.time.at(scenario.startNanos(), run::nextCall);
        boolean isDone = run.time.runUntil(scenario.endNanos(), stopped);
        run.clients.close();
        for (Processes layer : run.layers) {
            layer.close();
        }
        return isDone ? Optional.of(run.tally.figures()) : Optional.empty();
    }

    private void nextCall() {
        double factor = demand.value(Fault.Kind.DEMAND, 0, 0, 1);
        double wait = -Math.log(1 - arrivals.nextDouble()) / (scenario.callsPerSecond() * factor);
        time.in((long) (wait * 1e9), () -> {
            call();
            nextCall();
        });
    }

    private void call() {
        int slice = tally.called(time.nanoTime());
        Control client = clients.at(arrivals.nextInt(clients.count()));
        Control.Call call = client.begin();
        double place = arrivals.nextDouble();
        if (call == null) {
            tally.refused(slice);
        } else {
            new Running(call, 0, slice, place, null).attempt();
        }
    }

    /** A call between its attempts. */
    private final class Running implements Timeline.Event {
        private final Control.Call call;
        private final int depth;
        private final int slice;
        private final double place;
        private final @Nullable Attempt upstream;

        Running(Control.Call call, int depth, int slice, double place, @Nullable Attempt upstream) {
            this.call = call;
            this.depth = depth;
            this.slice = slice;
            this.place = place;
            this.upstream = upstream;
        }

        void attempt() {
            Sent sent = new Sent(this, place);
            if (depth == layers.length) {
                tally.attempted(time.nanoTime());
                timeouts.add(sent);
                service.request(sent);
            } else {
                time.in(scenario.timeoutNanos(depth), sent::timedOut);
                between(sent);
            }
        }

        private void between(Attempt sent) {
            Processes layer = layers[depth];
            Control.Call next = layer.at(chance.nextInt(layer.count())).begin();
            if (next == null) {
                sent.failed(Failure.ofStatus(503));
            } else {
                new Running(next, depth + 1, slice, place, sent).attempt();
            }
        }

        void succeeded() {
            call.succeeded();
            if (upstream == null) {
                tally.succeeded(slice);
            } else {
                upstream.succeeded();
            }
        }

        void failed(Failure failure) {
            long wait = call.failed(failure);
            if (wait == Control.STOP) {
                gaveUp();
            } else {
                time.in(wait, this);
            }
        }

        @Override
        public void happen() {
            if (call.resume()) {
                attempt();
            } else {
                gaveUp();
            }
        }

        private void gaveUp() {
            if (upstream != null) {
                upstream.failed(Failure.ofStatus(503));
            }
        }
    }

    private static final class Sent extends Attempt {
        private final Running running;

        Sent(Running running, double place) {
            super(place);
            this.running = running;
        }

        @Override
        protected void ended() {
            running.succeeded();
        }

        @Override
        protected void ended(Failure failure) {
            running.failed(failure);
        }
    }
}
