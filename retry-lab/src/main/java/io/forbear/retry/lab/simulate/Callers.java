package io.forbear.retry.lab.simulate;

import java.util.SplittableRandom;

/** Decides when the clients call, by the load of the scenario. */
final class Callers {

    /** Makes a call. */
    @FunctionalInterface
    interface Calling {

        /**
         * Makes a call.
         *
         * @param client who calls
         * @param end is told when the call is over
         */
        void call(int client, End end);
    }

    /** Is told when a call is over. */
    @FunctionalInterface
    interface End {

        /** Nothing depends on it. */
        End NONE = success -> {};

        void ended(boolean success);
    }

    private final VirtualTime time;
    private final Scenario scenario;
    private final SplittableRandom random;
    private final Calling calling;
    private final Faults demand;

    Callers(VirtualTime time, Scenario scenario, SplittableRandom random, Calling calling) {
        this.time = time;
        this.scenario = scenario;
        this.random = random;
        this.calling = calling;
        this.demand = new Faults(time::nanoTime, scenario.faults());
    }

    void begin() {
        switch (scenario.load()) {
            case OPEN, EVEN -> {
                if (scenario.isCallAtStart()) {
                    callOfEach();
                }
                next();
            }
            case SERIAL -> {
                for (int client = 0; client < scenario.clients(); client++) {
                    new Serial(client).next(0);
                }
            }
            case ONCE -> callOfEach();
        }
    }

    private void callOfEach() {
        for (int client = 0; client < scenario.clients(); client++) {
            calling.call(client, End.NONE);
        }
    }

    /** Of all clients together, which one calls being left to chance. */
    private void next() {
        double perSecond = perSecond();
        if (perSecond <= 0) {
            time.in(Tally.SLICE_NANOS, this::next);
            return;
        }
        time.in(gap(perSecond), () -> {
            calling.call(random.nextInt(scenario.clients()), End.NONE);
            next();
        });
    }

    private double perSecond() {
        return scenario.callsPerSecond() * demand.value(Fault.Kind.DEMAND, 0, 0, 1);
    }

    private long gap(double perSecond) {
        double share = scenario.load() == Scenario.Load.EVEN ? 1 : -Math.log(1 - random.nextDouble());
        return (long) Math.min(1e18, share / perSecond * 1e9);
    }

    /** A client that makes one call at a time. */
    private final class Serial implements End {
        private final int client;
        private long lastNanos;
        private long pauseNanos = scenario.afterFailureNanos();

        Serial(int client) {
            this.client = client;
            this.lastNanos = time.nanoTime();
        }

        /** The next call comes by the rate of the client, or at once if the last one took longer than that. */
        void next(long pause) {
            double perSecond = perSecond() / scenario.clients();
            if (perSecond <= 0) {
                time.in(Tally.SLICE_NANOS, () -> next(pause));
                return;
            }
            long due = lastNanos + gap(perSecond);
            time.in(Math.max(due - time.nanoTime(), 0) + pause, () -> {
                lastNanos = time.nanoTime();
                calling.call(client, this);
            });
        }

        @Override
        public void ended(boolean success) {
            long pause = 0;
            if (success) {
                pauseNanos = scenario.afterFailureNanos();
            } else {
                pause = pauseNanos;
                pauseNanos = Math.min(2 * pauseNanos, Long.MAX_VALUE / 4);
            }
            next(pause);
        }
    }
}
