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
    private final Callers callers;
    private final SplittableRandom way;

    private Simulation(Scenario scenario, Control.Maker maker, long seed) {
        SplittableRandom source = new SplittableRandom(seed);
        this.scenario = scenario;
        this.arrivals = source.split();
        SplittableRandom work = source.split();
        this.chance = source.split();
        this.timeouts = new Timeouts(time, scenario.timeoutNanos());
        this.tally = new Tally(scenario);
        this.service = new Service(time, work, scenario);
        this.callers = new Callers(time, scenario, arrivals, this::call);
        World world = new World(time, source.split());
        this.way = source.split();
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
        run.time.at(scenario.startNanos(), run.callers::begin);
        boolean isDone = run.time.runUntil(scenario.endNanos(), stopped);
        run.clients.close();
        for (Processes layer : run.layers) {
            layer.close();
        }
        return isDone ? Optional.of(run.tally.figures()) : Optional.empty();
    }

    /** A client calls. */
    private void call(int index, Callers.End end) {
        int slice = tally.called(time.nanoTime());
        Control.Call call = clients.at(index).begin();
        double place = arrivals.nextDouble();
        if (call == null) {
            tally.refused(slice);
            end.ended(false);
        } else {
            new Running(call, 0, slice, place, null, end).attempt();
        }
    }

    /** A call between its attempts. */
    private final class Running implements Timeline.Event {
        private final Control.Call call;
        private final int depth;
        private final int slice;
        private final double place;
        private final @Nullable Attempt upstream;
        private final Callers.End end;

        Running(Control.Call call, int depth, int slice, double place, @Nullable Attempt upstream, Callers.End end) {
            this.call = call;
            this.depth = depth;
            this.slice = slice;
            this.place = place;
            this.upstream = upstream;
            this.end = end;
        }

        void attempt() {
            Sent sent = new Sent(this, place);
            if (depth == layers.length) {
                tally.attempted(slice, time.nanoTime());
                timeouts.add(sent);
                send(sent);
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
                new Running(next, depth + 1, slice, place, sent, Callers.End.NONE).attempt();
            }
        }

        void succeeded() {
            call.succeeded();
            if (upstream == null) {
                tally.succeeded(slice, time.nanoTime());
                end.ended(true);
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
            if (upstream == null) {
                tally.failed(time.nanoTime());
                end.ended(false);
            } else {
                upstream.failed(Failure.ofStatus(503));
            }
        }
    }

    /** Over the network, where there is one: each message takes its time. */
    private void send(Attempt attempt) {
        if (scenario.network().isNothing()) {
            service.request(attempt);
        } else {
            OnTheWay request = new OnTheWay(attempt);
            time.in(scenario.network().draw(way), () -> service.request(request));
        }
    }

    private final class OnTheWay extends Attempt {
        private final Attempt attempt;

        OnTheWay(Attempt attempt) {
            super(attempt.place);
            this.attempt = attempt;
        }

        @Override
        protected void ended() {
            time.in(scenario.network().draw(way), attempt::succeeded);
        }

        @Override
        protected void ended(Failure failure) {
            time.in(scenario.network().draw(way), () -> attempt.failed(failure));
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
