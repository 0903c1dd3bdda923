package io.forbear.retry.lab.simulate;

import java.util.ArrayList;
import java.util.List;

/**
 * What happens in a simulation, the same for every policy.
 *
 * @param name as an option takes it
 * @param title what happens, for a reader
 * @param clients processes that call, each with retry control of its own
 * @param callsPerSecond calls of all clients together, in good times
 * @param load how clients decide when to call
 * @param isCallAtStart whether each client makes a call at the start too, besides those of the load
 * @param afterFailureNanos how long a client of {@link Load#SERIAL} waits after a call that failed, twice as long after
 *     each further one; 0 for not at all
 * @param timeoutNanos how long a client waits for the answer to one attempt
 * @param network how long each message is on its way
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
        Load load,
        boolean isCallAtStart,
        long afterFailureNanos,
        long timeoutNanos,
        Distribution network,
        ServiceShape service,
        int layers,
        List<Fault> faults,
        long startNanos,
        long badFromNanos,
        long badToNanos,
        long endNanos) {

    /** How clients decide when to call. */
    public enum Load {
        /** At random instants, which do not depend on how the calls go. */
        OPEN,
        /** At even intervals, which do not depend on how the calls go. */
        EVEN,
        /** Each client makes one call at a time: a call that takes long delays the next one of its client. */
        SERIAL,
        /** Each client makes one call, all at the same instant. */
        ONCE
    }

    /** Kinds of service. */
    public enum ServiceKind {
        /** So many workers, and a queue before them. */
        WORKERS,
        /** Works on all requests at once. */
        UNLIMITED,
        /**
         * One row of a table: an attempt reads its version and then writes, which is refused if the row has been
         * written meanwhile.
         */
        ROW
    }

    /**
     * A service.
     *
     * @param kind what it does with a request
     * @param replicas how many there are; a request goes to any of them
     * @param perSecond requests that all replicas can answer in a second, of {@link ServiceKind#WORKERS}
     * @param work how long the work on a request takes
     * @param eachAddsNanos how much longer it takes for each request that {@link ServiceKind#UNLIMITED} works on
     * @param tail the share of requests that take a second
     * @param queueSeconds how long the last of a full queue waits
     * @param overload how many times as long the work takes when the queue is full
     */
    public record ServiceShape(
            ServiceKind kind,
            int replicas,
            double perSecond,
            Distribution work,
            long eachAddsNanos,
            double tail,
            double queueSeconds,
            double overload) {

        /**
         * A service of workers.
         *
         * @param replicas how many there are
         * @param perSecond requests that all replicas can answer in a second
         * @param workNanos how long the work on a request takes, on average
         * @param spread how the work is spread: 0 for always the same, 1 for exponential
         * @param tail the share of requests that take a second
         * @param queueSeconds how long the last of a full queue waits
         * @param overload how many times as long the work takes when the queue is full
         */
        public ServiceShape(
                int replicas,
                double perSecond,
                long workNanos,
                double spread,
                double tail,
                double queueSeconds,
                double overload) {
            this(
                    ServiceKind.WORKERS,
                    replicas,
                    perSecond,
                    new Distribution(Distribution.Kind.MIXED, workNanos, spread),
                    0,
                    tail,
                    queueSeconds,
                    overload);
        }
    }

    /** A layer between has one process for so many clients. */
    private static final int LAYER_CLIENTS = 10;

    /**
     * A scenario with an open load and without a network.
     *
     * @param name as an option takes it
     * @param title what happens, for a reader
     * @param clients processes that call
     * @param callsPerSecond calls of all clients together
     * @param timeoutNanos how long a client waits for the answer to one attempt
     * @param service what is called
     * @param layers services that lie between
     * @param faults what goes wrong, and when
     * @param startNanos when the clients start
     * @param badFromNanos the beginning of the time that is judged
     * @param badToNanos its end
     * @param endNanos the end of the run
     */
    public Scenario(
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
        this(
                name,
                title,
                clients,
                callsPerSecond,
                Load.OPEN,
                false,
                0,
                timeoutNanos,
                Distribution.fixed(0),
                service,
                layers,
                faults,
                startNanos,
                badFromNanos,
                badToNanos,
                endNanos);
    }

    /** Calls that are due at the very end have no time to end. */
    static final long NOT_JUDGED_NANOS = 3_000_000_000L;

    /**
     * Returns how many processes a layer between has.
     *
     * @return one for ten clients, at least two
     */
    public int processesOfALayer() {
        return Math.max(2, clients / LAYER_CLIENTS);
    }

    /**
     * Returns how long an attempt waits for its answer. A layer waits for as long as its own calls may take: time-outs
     * grow towards the client.
     *
     * @param depth 0 for the attempts of clients, 1 for those of the first layer
     * @return nanoseconds
     */
    public long timeoutNanos(int depth) {
        return depth >= layers ? timeoutNanos : timeoutNanos * 4 * (layers - depth);
    }

    /**
     * Returns whether the run is long enough to see a service come back.
     *
     * @return {@code false} if the run ends as soon as the calls of the bad time are over
     */
    public boolean isRecoveryMeasured() {
        return endNanos - NOT_JUDGED_NANOS - badToNanos >= Tally.WINDOW * Tally.SLICE_NANOS;
    }

    /**
     * A fleet of clients, and how much of the service it uses.
     *
     * @param clients processes that call
     * @param callsPerClient calls of each in a second
     * @param utilisation the share of what the service can do that the calls without retries take
     */
    public record FleetShape(int clients, double callsPerClient, double utilisation) {

        /** The most clients. */
        public static final int MOST_CLIENTS = 1_000_000;

        /** The most calls in a second, of one client and of all together. */
        public static final double MOST_CALLS = 1_000_000;

        /** The fewest calls of all clients in a second: with fewer the service would be one slow worker. */
        public static final double LEAST_CALLS = 20;

        /** The least share of the service that a fleet may use. */
        public static final double LEAST_UTILISATION = 0.01;

        /** What {@link #isPossible()} asks for. */
        public static final String RULE = "20 to 1000000 calls per second of 1 to 1000000 clients together";

        /**
         * Returns whether the model holds for the fleet.
         *
         * @return {@code false} for fleets that call too rarely or too often
         */
        public boolean isPossible() {
            double calls = callsPerSecond();
            return clients >= 1 && clients <= MOST_CLIENTS && calls >= LEAST_CALLS && calls <= MOST_CALLS;
        }

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

    /** Collects the parts of a scenario, and knows what holds where nothing is said. */
    static final class Builder {
        static final long TIMEOUT_NANOS = 500_000_000;
        static final long QUEUE_NANOS = 2_000_000_000;

        static final Distribution WORK = Distribution.fixed(25_000_000);

        private static final double OVERLOAD = 1.3;
        private static final double NANOS = 1e9;

        private final String name;
        private final String title;
        private final FleetShape fleet;
        private final List<Fault> faults = new ArrayList<>();
        private long timeoutNanos = TIMEOUT_NANOS;
        private Load load = Load.OPEN;
        private boolean callAtStart;
        private long afterFailureNanos;
        private Distribution network = Distribution.fixed(0);
        private ServiceKind kind = ServiceKind.WORKERS;
        private Distribution work = WORK;
        private long eachAddsNanos;
        private int replicas = 1;
        private double tail;
        private double queueSeconds = QUEUE_NANOS / NANOS;
        private int layers;
        private long startNanos;
        private long badFromNanos;
        private long badToNanos;
        private long endNanos;

        private Builder(String name, String title, FleetShape fleet) {
            this.name = name;
            this.title = title;
            this.fleet = fleet;
        }

        Builder fault(Fault fault) {
            faults.add(fault);
            return this;
        }

        Builder timeout(long nanos) {
            timeoutNanos = nanos;
            return this;
        }

        Builder replicas(int count) {
            replicas = count;
            return this;
        }

        Builder load(Load value, boolean atStart, long afterFailure) {
            load = value;
            callAtStart = atStart;
            afterFailureNanos = afterFailure;
            return this;
        }

        Builder network(Distribution value) {
            network = value;
            return this;
        }

        Builder service(ServiceKind value, Distribution workTime, long eachAdds) {
            kind = value;
            work = workTime;
            eachAddsNanos = eachAdds;
            return this;
        }

        Builder tail(double share) {
            tail = share;
            return this;
        }

        Builder queue(long nanos) {
            queueSeconds = nanos / NANOS;
            return this;
        }

        Builder layers(int count) {
            layers = count;
            return this;
        }

        Builder start(long nanos) {
            startNanos = nanos;
            return this;
        }

        Builder judge(long fromNanos, long toNanos, long untilNanos) {
            badFromNanos = fromNanos;
            badToNanos = toNanos;
            endNanos = untilNanos;
            return this;
        }

        Scenario build() {
            double perSecond = fleet.callsPerSecond() / fleet.utilisation();
            return new Scenario(
                    name,
                    title,
                    fleet.clients(),
                    fleet.callsPerSecond(),
                    load,
                    callAtStart,
                    afterFailureNanos,
                    timeoutNanos,
                    network,
                    new ServiceShape(kind, replicas, perSecond, work, eachAddsNanos, tail, queueSeconds, OVERLOAD),
                    layers,
                    List.copyOf(faults),
                    startNanos,
                    badFromNanos,
                    badToNanos,
                    endNanos);
        }
    }
}
