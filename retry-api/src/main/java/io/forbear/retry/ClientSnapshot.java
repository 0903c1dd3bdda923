package io.forbear.retry;

import java.util.Objects;

/**
 * The figures of one client of a service. A service keeps less of a client than of itself: its calls and the balance of
 * its budget. Breaker, failures by category and stops by reason are those of the service, see {@link RetrySnapshot}.
 *
 * <p>The counters begin when the service first meets the client, and again after the client was evicted to make room
 * for others. A client that the service does not know has counted nothing and has a full budget. Calls that share an
 * overflow entry count for no client.
 *
 * <p>Every figure is read once, when the snapshot is taken. At any time {@code recovered <= successes <= calls}.
 * Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class ClientSnapshot {

    private final String service;
    private final String client;
    private final long calls;
    private final long successes;
    private final long recovered;
    private final long attempts;
    private final double budgetRemaining;
    private final double budgetCapacity;

    private ClientSnapshot(Builder builder) {
        this.service = builder.service;
        this.client = builder.client;
        this.calls = builder.calls;
        this.successes = builder.successes;
        this.recovered = builder.recovered;
        this.attempts = builder.attempts;
        this.budgetRemaining = builder.budgetRemaining;
        this.budgetCapacity = builder.budgetCapacity;
    }

    /**
     * Returns a builder, for an implementation of {@link Retry} and for the tests of code that reads snapshots. Figures
     * that are not set are zero; the budget is unlimited.
     *
     * @param service the name of the service
     * @param client the key of the client
     * @return a new builder
     */
    public static Builder builder(String service, String client) {
        return new Builder(service, client);
    }

    /**
     * Returns the name of the service.
     *
     * @return the name
     */
    public String service() {
        return service;
    }

    /**
     * Returns the client.
     *
     * @return the key that {@link Retry#forClient} was given
     */
    public String client() {
        return client;
    }

    /**
     * Returns how many calls of the client have ended.
     *
     * @return calls
     */
    public long calls() {
        return calls;
    }

    /**
     * Returns how many calls of the client succeeded.
     *
     * @return calls
     */
    public long successes() {
        return successes;
    }

    /**
     * Returns how many calls of the client succeeded after at least one retry.
     *
     * @return calls, part of {@link #successes()}
     */
    public long recovered() {
        return recovered;
    }

    /**
     * Returns how many attempts were made by the client's calls that have ended.
     *
     * @return attempts, the first ones included
     */
    public long attempts() {
        return attempts;
    }

    /**
     * Returns the share of the client's calls that succeeded.
     *
     * @return from 0 to 1; 1 where there were no calls
     */
    public double successRate() {
        return RetrySnapshot.perCall(successes, calls);
    }

    /**
     * Returns the average number of attempts of the client's calls: attempts / calls.
     *
     * @return at least 1 where every call was attempted; 1 where there were no calls
     */
    public double amplification() {
        return RetrySnapshot.perCall(attempts, calls);
    }

    /**
     * Returns what is left of the client's own budget.
     *
     * @return tokens, {@link Double#POSITIVE_INFINITY} where clients have no budget
     */
    public double budgetRemaining() {
        return budgetRemaining;
    }

    /**
     * Returns the most that the client's own budget can hold.
     *
     * @return tokens, {@link Double#POSITIVE_INFINITY} where clients have no budget
     */
    public double budgetCapacity() {
        return budgetCapacity;
    }

    @Override
    public String toString() {
        return "ClientSnapshot(" + service + ", client " + client + ": calls " + calls + ", successes " + successes
                + ", attempts " + attempts + ", budget " + budgetRemaining + " of " + budgetCapacity + ")";
    }

    /**
     * Collects the figures of a snapshot. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final String service;
        private final String client;
        private long calls;
        private long successes;
        private long recovered;
        private long attempts;
        private double budgetRemaining = Double.POSITIVE_INFINITY;
        private double budgetCapacity = Double.POSITIVE_INFINITY;

        private Builder(String service, String client) {
            this.service = Objects.requireNonNull(service, "service");
            this.client = Objects.requireNonNull(client, "client");
        }

        /**
         * Sets how many calls have ended, and how many attempts they made.
         *
         * @param ended calls
         * @param made attempts, the first ones included
         * @return this
         */
        public Builder calls(long ended, long made) {
            this.calls = ended;
            this.attempts = made;
            return this;
        }

        /**
         * Sets how many calls succeeded.
         *
         * @param all calls
         * @param afterRetry those of them that succeeded after at least one retry
         * @return this
         */
        public Builder successes(long all, long afterRetry) {
            this.successes = all;
            this.recovered = afterRetry;
            return this;
        }

        /**
         * Sets the figures of the client's budget.
         *
         * @param remaining tokens that are left
         * @param capacity the most tokens that there can be
         * @return this
         */
        public Builder budget(double remaining, double capacity) {
            this.budgetRemaining = remaining;
            this.budgetCapacity = capacity;
            return this;
        }

        /**
         * Makes the snapshot.
         *
         * @return a new snapshot
         */
        public ClientSnapshot build() {
            return new ClientSnapshot(this);
        }
    }
}
