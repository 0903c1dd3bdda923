package io.forbear.retry.lab.simulate;

import java.util.ArrayList;
import java.util.List;

/**
 * What happens in a simulation, the same for every policy.
 *
 * @param name as an option takes it
 * @param title what happens, for a reader
 * @param clients processes that call, each with retry control of its own
 * @param callsPerSecond calls of all clients together; they do not depend on how the calls go (an open load)
 * @param timeoutNanos how long a client waits for the answer to one attempt
 * @param service what is called
 * @param layers services that lie between: each client calls the first, which calls the next; 0 for none
 * @param faults what goes wrong, and when
 * @param startNanos when the clients start
 * @param badFromNanos the beginning of the time that is judged
 * @param badToNanos its end, from which on the recovery is measured
 * @param endNanos the end of the run
 */
public record Scenario(
        String name,
        String title,
        int clients,
        double callsPerSecond,
        long timeoutNanos,
        ServiceShape service,
        int layers,
        List<Fault> faults,
        long startNanos,
        long badFromNanos,
        long badToNanos,
        long endNanos) {

    /**
     * A service.
     *
     * @param replicas how many there are; a request goes to any of them
     * @param perSecond requests that all replicas can answer in a second
     * @param workNanos how long the work on a request takes, on average
     * @param spread how the work is spread: 0 for always the same, 1 for exponential
     * @param tail the share of requests that take a second
     * @param queueSeconds how long the last of a full queue waits
     * @param overload how many times as long the work takes when the queue is full
     */
    public record ServiceShape(
            int replicas,
            double perSecond,
            long workNanos,
            double spread,
            double tail,
            double queueSeconds,
            double overload) {}

    static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    /**
     * A fleet of clients, and how much of the service it uses.
     *
     * @param clients processes that call
     * @param callsPerClient calls of each in a second
     * @param utilisation the share of what the service can do that the calls without retries take
     */
    public record FleetShape(int clients, double callsPerClient, double utilisation) {

        /**
         * Returns the load.
         *
         * @return calls of all clients in a second
         */
        public double callsPerSecond() {
            return clients * callsPerClient;
        }
    }

    static Builder of(String name, String title, FleetShape fleet) {
        return new Builder(name, title, fleet);
    }

    /** Collects the parts of a scenario. */
    static final class Builder {
        private final String name;
        private final String title;
        private final FleetShape fleet;
        private final List<Fault> faults = new ArrayList<>();
        private int replicas = 1;
        private double spread;
        private double tail;
        private double queueSeconds = 2;
        private int layers;
        private double start;
        private double badFrom;
        private double badTo;
        private double end;

        private Builder(String name, String title, FleetShape fleet) {
            this.name = name;
            this.title = title;
            this.fleet = fleet;
        }

        Builder fault(Fault fault) {
            faults.add(fault);
            return this;
        }

        Builder fault(Fault.Kind kind, double from, double to, double value) {
            return fault(Fault.of(kind, from, to, value));
        }

        Builder replicas(int count) {
            replicas = count;
            return this;
        }

        Builder spread(double value) {
            spread = value;
            return this;
        }

        Builder tail(double share) {
            tail = share;
            return this;
        }

        Builder queue(double seconds) {
            queueSeconds = seconds;
            return this;
        }

        Builder layers(int count) {
            layers = count;
            return this;
        }

        Builder start(double seconds) {
            start = seconds;
            return this;
        }

        Builder judge(double from, double to, double until) {
            badFrom = from;
            badTo = to;
            end = until;
            return this;
        }

        Scenario build() {
            double perSecond = fleet.callsPerSecond() / fleet.utilisation();
            return new Scenario(
                    name,
                    title,
                    fleet.clients(),
                    fleet.callsPerSecond(),
                    nanos(0.5),
                    new ServiceShape(replicas, perSecond, nanos(0.025), spread, tail, queueSeconds, 1.3),
                    layers,
                    List.copyOf(faults),
                    nanos(start),
                    nanos(badFrom),
                    nanos(badTo),
                    nanos(end));
        }
    }
}
