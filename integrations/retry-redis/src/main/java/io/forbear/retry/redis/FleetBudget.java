package io.forbear.retry.redis;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One budget of retries for all processes that call a service, kept in Redis or Valkey.
 *
 * <pre>{@code
 * FleetBudget fleet = FleetBudget.of(LettuceStore.of(connection.async()), "users");
 * Retry users = Retries.named("users").budget(fleet).build();
 * }</pre>
 *
 * <p>A retry never waits for the network. This process leases blocks of tokens in the background and spends them
 * locally; a retry takes one token, of whatever category. The pot in the store is refilled by time and by the
 * successful calls of all processes. All processes of a service must have the same settings.
 *
 * <p><b>When the store does not lease</b>, for any reason, the process has a floor: its share of what the pot last
 * held, its share of the refill, and the ratio of its own successes. Over all processes that is no more than the pot
 * would have given, if there are not more than were known or {@linkplain Builder#expectedProcesses expected}. The
 * store is asked each second or so, and what was spent meanwhile is taken from the pot once it answers.
 *
 * <p><b>Life.</b> The first service that uses this description starts the lease; all others share the same tokens, and
 * the clock of the first. One daemon thread leases for all fleet budgets of the process. {@link #close()} gives back
 * what is left; closing the service does not, because another one may use it. A budget that was not closed and that no
 * service can reach is forgotten, and its tokens are lost until time refills them. The connection is the caller's.
 *
 * <p>Thread-safe. Two fleet budgets are equal only if they are the same, so a reload that passes the same one keeps its
 * state.
 *
 * <p>Amounts are counted in thousandths of a token. The algorithm is a token bucket (ITU-T I.371) that is leased in
 * blocks, with cumulative counters as in credit-based flow control, so that a message may be lost or sent again.
 *
 * @since 0.1
 */
public final class FleetBudget implements RetryBudget.Spec, AutoCloseable {

    static final long TOKEN = RetryBudget.TOKEN;

    private final FleetSettings settings;
    private final StoreConnection store;
    private @Nullable Pot pot;
    private volatile @Nullable Lease lease;
    private boolean closed;

    private FleetBudget(FleetSettings settings, StoreConnection store) {
        this.settings = settings;
        this.store = store;
    }

    /**
     * Makes a budget with the defaults of {@link Builder}.
     *
     * @param store the connection
     * @param service the name under which processes share a budget, not empty, at most 200 characters
     * @return a budget that leases from its first use on
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static FleetBudget of(StoreConnection store, String service) {
        return builder(store, service).build();
    }

    /**
     * Starts a budget with settings of its own.
     *
     * @param store the connection
     * @param service the name under which processes share a budget, not empty, at most 200 characters
     * @return a builder
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static Builder builder(StoreConnection store, String service) {
        return new Builder(store, service);
    }

    /**
     * Returns the tokens of this process; the first call starts the lease.
     *
     * @param clock the clock of the service; only that of the first one counts
     * @throws IllegalStateException if this budget was closed
     */
    @Override
    public synchronized RetryBudget create(NanoClock clock) {
        Objects.requireNonNull(clock, "clock");
        if (closed) {
            throw new IllegalStateException("fleet budget " + settings.service() + ": closed (expected: open)");
        }
        Pot made = pot;
        if (made == null) {
            // one token at most before the store was asked: a process that starts cannot know of the others
            long first = Math.min(TOKEN, settings.initial() / settings.expectedProcesses());
            made = new Pot(Math.max(TOKEN, settings.capacity() / 10), settings.ratio() > 0, first);
            Lease started = new Lease(settings, store, made, first, clock);
            made.keepAlive(started);
            pot = made;
            lease = started;
            LeaseThread.start(started);
        }
        return made;
    }

    /**
     * Returns the figures of this process, without asking the store.
     *
     * @return the figures as they are now; of a budget that no service uses yet, those before the first lease
     */
    public FleetSnapshot snapshot() {
        Lease running = lease;
        if (running != null) {
            return running.snapshot();
        }
        return new FleetSnapshot(
                settings.service(),
                FleetState.STARTING,
                null,
                0,
                0,
                0,
                0,
                settings.initial(),
                settings.capacity(),
                0,
                Duration.ZERO,
                0,
                0,
                0,
                Duration.ZERO);
    }

    /**
     * Gives back what is left and ends the lease: retries of services that still use this budget are refused. Sends one
     * message and does not wait for its answer. Does nothing the second time.
     */
    @Override
    public synchronized void close() {
        closed = true;
        Lease running = lease;
        if (running != null) {
            running.close();
        }
    }

    /** Names the service. */
    @Override
    public String toString() {
        return "FleetBudget[" + settings.service() + "]";
    }

    /**
     * The settings of a fleet budget, the same in all processes.
     *
     * @since 0.1
     */
    public static final class Builder {

        private static final int MOST_TOKENS = 1_000_000;

        private final StoreConnection store;
        private final String service;
        private int capacity = 1000;
        private double refillPerSecond = 5;
        private double ratio = 0.1;
        private int initial = -1;
        private double reserve;
        private int expectedProcesses = 10;
        private Duration leaseTimeout = Duration.ofMillis(50);
        private Duration holderLife = Duration.ofSeconds(30);

        private Builder(StoreConnection store, String service) {
            this.store = Objects.requireNonNull(store, "store");
            Objects.requireNonNull(service, "service");
            check(!service.isBlank() && service.length() <= 200, "service", service, "1 to 200 characters, not blank");
            this.service = service;
        }

        /**
         * Sets the most tokens that the pot in the store holds. A tenth of it is the most that one process holds.
         *
         * @param tokens from 1 to 1,000,000; 1000 unless it is set
         * @return this
         * @throws IllegalArgumentException if the value is out of range
         */
        public Builder capacity(int tokens) {
            check(tokens >= 1 && tokens <= MOST_TOKENS, "capacity", tokens, "from 1 to " + MOST_TOKENS);
            capacity = tokens;
            return this;
        }

        /**
         * Sets how many tokens the pot regains in a second, whatever the traffic: the fleet's floor.
         *
         * @param tokensPerSecond from 0 to 1,000,000, in steps of 0.001; 5 unless it is set
         * @return this
         * @throws IllegalArgumentException if the value is out of range
         */
        public Builder refillPerSecond(double tokensPerSecond) {
            check(
                    tokensPerSecond >= 0 && tokensPerSecond <= MOST_TOKENS,
                    "refillPerSecond",
                    tokensPerSecond,
                    "from 0 to " + MOST_TOKENS);
            refillPerSecond = tokensPerSecond;
            return this;
        }

        /**
         * Sets how many tokens each successful call of the fleet earns. With 0, calls that succeed cost nothing: the
         * budget need not hear of them.
         *
         * @param tokensPerSuccess from 0 to 1, in steps of 0.001; 0.1 unless it is set
         * @return this
         * @throws IllegalArgumentException if the value is out of range
         */
        public Builder ratio(double tokensPerSuccess) {
            check(tokensPerSuccess >= 0 && tokensPerSuccess <= 1, "ratio", tokensPerSuccess, "from 0 to 1");
            ratio = tokensPerSuccess;
            return this;
        }

        /**
         * Sets what the pot starts with, also after the store has lost its data: so it is the most that one loss can
         * add.
         *
         * @param tokens from 0 to the capacity; half of the capacity unless it is set
         * @return this
         * @throws IllegalArgumentException if the value is negative
         */
        public Builder initial(int tokens) {
            check(tokens >= 0, "initial", tokens, ">= 0");
            initial = tokens;
            return this;
        }

        /**
         * Keeps a part of the pot for calls that are {@linkplain io.forbear.retry.Criticality#CRITICAL critical}.
         *
         * @param share of the capacity, from 0 to 1; 0 unless it is set
         * @return this
         * @throws IllegalArgumentException if the value is out of range
         */
        public Builder reserveForCritical(double share) {
            check(share >= 0 && share <= 1, "reserveForCritical", share, "from 0 to 1");
            reserve = share;
            return this;
        }

        /**
         * Sets among how many processes the floor is shared at least. A process that has never reached the store knows
         * of no others.
         *
         * @param processes at least 1; 10 unless it is set
         * @return this
         * @throws IllegalArgumentException if the value is below 1
         */
        public Builder expectedProcesses(int processes) {
            check(processes >= 1, "expectedProcesses", processes, ">= 1");
            expectedProcesses = processes;
            return this;
        }

        /**
         * Sets after how long without an answer the store is taken to be down. The first answer may take ten times as
         * long: a process that starts loads classes and connects.
         *
         * @param timeout from 1 ms to 10 s; 50 ms unless it is set
         * @return this
         * @throws IllegalArgumentException if the value is out of range
         */
        public Builder leaseTimeout(Duration timeout) {
            checkBetween(Duration.ofMillis(1), Duration.ofSeconds(10), timeout, "leaseTimeout");
            leaseTimeout = timeout;
            return this;
        }

        /**
         * Sets after how long without a message a process is no longer counted. The keys in the store live four times
         * as long after the last message.
         *
         * @param life from 1 s to 1 h; 30 s unless it is set
         * @return this
         * @throws IllegalArgumentException if the value is out of range
         */
        public Builder holderLife(Duration life) {
            checkBetween(Duration.ofSeconds(1), Duration.ofHours(1), life, "holderLife");
            holderLife = life;
            return this;
        }

        /**
         * Makes the budget. It sends nothing before a service uses it.
         *
         * @return a budget
         * @throws IllegalArgumentException if {@code initial} is above {@code capacity}
         */
        public FleetBudget build() {
            int first = initial < 0 ? capacity / 2 : initial;
            check(first <= capacity, "initial", first, "at most capacity, " + capacity);
            return new FleetBudget(
                    new FleetSettings(
                            service,
                            capacity * TOKEN,
                            Math.round(refillPerSecond * TOKEN),
                            Math.round(ratio * TOKEN),
                            first * TOKEN,
                            Math.round(reserve * capacity * TOKEN),
                            expectedProcesses,
                            leaseTimeout.toNanos(),
                            holderLife.toMillis()),
                    store);
        }

        private static void checkBetween(Duration least, Duration most, Duration value, String name) {
            Objects.requireNonNull(value, name);
            check(
                    value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
                    name,
                    value,
                    "from " + least + " to " + most);
        }

        private static void check(boolean holds, String name, Object value, String expected) {
            if (!holds) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
            }
        }
    }
}
