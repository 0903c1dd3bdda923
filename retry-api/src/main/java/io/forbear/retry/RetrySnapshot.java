package io.forbear.retry;

import io.forbear.retry.error.ErrorCategory;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one service: counters since the {@link Retry} was built, and the state of its budget and breaker.
 * {@link Retry#snapshot()} returns one; the figures of a client are a {@link ClientSnapshot}.
 *
 * <p>Every figure is read once, when the snapshot is taken, and later calls do not change it. Figures are read one
 * after the other while calls go on: each is exact when no call is under way, and at any time {@code recovered <=
 * successes}, and {@link #calls()} is the sum of {@link #successes()} and of {@link #stopped} over all reasons. A call
 * counts when it ends. Calls made while retrying is disabled by the policy are not counted; those made while it is
 * paused are.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class RetrySnapshot {
    /*
     * Size       over 400 lines, of which half document one figure each: the accessors and setters are what users read,
     *            and there is no concept among them to move out.
     */

    /** From this number on, attempts of an outer layer are counted together: {@value}. */
    public static final int LAST_UPSTREAM_ATTEMPT = 4;

    private final String service;
    private final long calls;
    private final long successes;
    private final long recovered;
    private final long attempts;
    private final long nested;
    private final long delayNanos;
    private final long[] repeatedCalls;
    private final Map<ErrorCategory, Long> failedAttempts;
    private final Map<StopReason, Long> stopped;
    private final Map<StopReason, Long> refused;
    private final Map<CircuitBreaker.State, Long> transitions;
    private final double budgetRemaining;
    private final double budgetCapacity;
    private final CircuitBreaker.@Nullable State breakerState;
    private final long clientsTracked;
    private final long clientsEvicted;

    private RetrySnapshot(Builder builder) {
        this.service = builder.service;
        this.successes = builder.successes;
        this.recovered = builder.recovered;
        this.attempts = builder.attempts;
        this.nested = builder.nested;
        this.delayNanos = builder.delayNanos;
        this.repeatedCalls = builder.repeatedCalls.clone();
        this.failedAttempts = new EnumMap<>(builder.failedAttempts);
        this.stopped = new EnumMap<>(builder.stopped);
        this.refused = new EnumMap<>(builder.refused);
        this.transitions = new EnumMap<>(builder.transitions);
        this.calls = successes + sum(stopped);
        this.budgetRemaining = builder.budgetRemaining;
        this.budgetCapacity = builder.budgetCapacity;
        this.breakerState = builder.breakerState;
        this.clientsTracked = builder.clientsTracked;
        this.clientsEvicted = builder.clientsEvicted;
    }

    /** Returns a figure for one call; 1 where there were no calls. */
    static double perCall(long figure, long calls) {
        return calls == 0 ? 1 : (double) figure / calls;
    }

    private static long sum(Map<?, Long> figures) {
        return figures.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Returns a builder, for an implementation of {@link Retry} and for the tests of code that reads snapshots. Figures
     * that are not set are zero; the budget is unlimited and there is no breaker.
     *
     * @param service the name of the service
     * @return a new builder
     */
    public static Builder builder(String service) {
        return new Builder(service);
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
     * Returns how many calls have ended.
     *
     * @return calls: {@link #successes()} and all that were {@link #stopped}
     */
    public long calls() {
        return calls;
    }

    /**
     * Returns how many calls succeeded.
     *
     * @return calls
     */
    public long successes() {
        return successes;
    }

    /**
     * Returns how many calls succeeded after at least one retry.
     *
     * @return calls, part of {@link #successes()}
     */
    public long recovered() {
        return recovered;
    }

    /**
     * Returns how many attempts were made by the calls that have ended.
     *
     * @return attempts, the first ones included
     */
    public long attempts() {
        return attempts;
    }

    /**
     * Returns how many attempts failed with a category.
     *
     * @param category the kind of failure
     * @return attempts
     */
    public long failedAttempts(ErrorCategory category) {
        return failedAttempts.getOrDefault(Objects.requireNonNull(category, "category"), 0L);
    }

    /**
     * Returns how many calls ended without success for a reason.
     *
     * @param reason the reason
     * @return calls
     */
    public long stopped(StopReason reason) {
        return stopped.getOrDefault(Objects.requireNonNull(reason, "reason"), 0L);
    }

    /**
     * Returns how many calls were refused for a reason: they ended before their first attempt, and the service heard
     * nothing of them.
     *
     * @param reason the reason
     * @return calls, part of those that were {@linkplain #stopped stopped} for it
     */
    public long refused(StopReason reason) {
        return refused.getOrDefault(Objects.requireNonNull(reason, "reason"), 0L);
    }

    /**
     * Returns how many calls were refused, for any reason.
     *
     * @return calls
     */
    public long refused() {
        return sum(refused);
    }

    /**
     * Returns how many retries were granted inside a retry of an outer layer.
     *
     * @return retries
     */
    public long nested() {
        return nested;
    }

    /**
     * Returns how many calls began as a retry of an outer layer: {@link CallOptions#upstreamAttempt()} was 2 or more.
     * {@code attempts() / (calls() - repeatedCalls())} is what all layers down to this one make of one call.
     *
     * @return calls
     */
    public long repeatedCalls() {
        long sum = 0;
        for (long repeated : repeatedCalls) {
            sum += repeated;
        }
        return sum;
    }

    /**
     * Returns how many calls began as the attempt of an outer layer that has a number.
     *
     * @param upstreamAttempt from 2 to {@value #LAST_UPSTREAM_ATTEMPT}; the last stands for all higher numbers too
     * @return calls, part of {@link #repeatedCalls()}
     * @throws IllegalArgumentException if the number is out of range
     */
    public long repeatedCalls(int upstreamAttempt) {
        return repeatedCalls[indexOf(upstreamAttempt)];
    }

    private static int indexOf(int upstreamAttempt) {
        if (upstreamAttempt < 2 || upstreamAttempt > LAST_UPSTREAM_ATTEMPT) {
            throw new IllegalArgumentException(
                    "upstreamAttempt: " + upstreamAttempt + " (expected: from 2 to " + LAST_UPSTREAM_ATTEMPT + ")");
        }
        return upstreamAttempt - 2;
    }

    /**
     * Returns the sum of the delays of all retries that were granted.
     *
     * @return nanoseconds
     */
    public long delayNanos() {
        return delayNanos;
    }

    /**
     * Returns the share of calls that succeeded.
     *
     * @return from 0 to 1; 1 where there were no calls
     */
    public double successRate() {
        return perCall(successes, calls);
    }

    /**
     * Returns the load on the service over that without retries: attempts / calls, the average number of attempts of a
     * call.
     *
     * @return at least 1 where every call was attempted; 1 where there were no calls
     */
    public double amplification() {
        return perCall(attempts, calls);
    }

    /**
     * Returns what is left of the budget of the service. Where clients have budgets, calls without a client share one.
     * This is the balance of that one where the service has no budget of its own, or where such calls have drawn on it
     * and less is left of it.
     *
     * @return tokens, {@link Double#POSITIVE_INFINITY} where there is no budget
     */
    public double budgetRemaining() {
        return budgetRemaining;
    }

    /**
     * Returns the most that the budget can hold.
     *
     * @return tokens, {@link Double#POSITIVE_INFINITY} where there is no budget
     */
    public double budgetCapacity() {
        return budgetCapacity;
    }

    /**
     * Returns how many calls a budget stopped.
     *
     * @return calls
     */
    public long budgetDenied() {
        return stopped(StopReason.BUDGET_EXHAUSTED);
    }

    /**
     * Returns the state of the circuit breaker of the service.
     *
     * @return empty where there is none
     */
    public Optional<CircuitBreaker.State> breakerState() {
        return Optional.ofNullable(breakerState);
    }

    /**
     * Returns how often the circuit breaker entered a state.
     *
     * @param entered the state
     * @return transitions
     */
    public long breakerTransitions(CircuitBreaker.State entered) {
        return transitions.getOrDefault(Objects.requireNonNull(entered, "entered"), 0L);
    }

    /**
     * Returns how often the circuit breaker changed its state.
     *
     * @return transitions
     */
    public long breakerTransitions() {
        return sum(transitions);
    }

    /**
     * Returns how many clients have state of their own.
     *
     * @return clients
     */
    public long clientsTracked() {
        return clientsTracked;
    }

    /**
     * Returns how many clients were evicted to make room for others.
     *
     * @return clients
     */
    public long clientsEvicted() {
        return clientsEvicted;
    }

    @Override
    public String toString() {
        return "RetrySnapshot(" + service + ": calls " + calls + ", successes " + successes + ", attempts " + attempts
                + ", budget " + budgetRemaining + " of " + budgetCapacity + ", breaker " + breakerState + ")";
    }

    /**
     * Collects the figures of a snapshot. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final String service;
        private long successes;
        private long recovered;
        private long attempts;
        private long nested;
        private long delayNanos;
        private final long[] repeatedCalls = new long[LAST_UPSTREAM_ATTEMPT - 1];
        private final Map<ErrorCategory, Long> failedAttempts = new EnumMap<>(ErrorCategory.class);
        private final Map<StopReason, Long> stopped = new EnumMap<>(StopReason.class);
        private final Map<StopReason, Long> refused = new EnumMap<>(StopReason.class);
        private final Map<CircuitBreaker.State, Long> transitions = new EnumMap<>(CircuitBreaker.State.class);
        private double budgetRemaining = Double.POSITIVE_INFINITY;
        private double budgetCapacity = Double.POSITIVE_INFINITY;
        private CircuitBreaker.@Nullable State breakerState;
        private long clientsTracked;
        private long clientsEvicted;

        private Builder(String service) {
            this.service = Objects.requireNonNull(service, "service");
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
         * Sets how many calls ended without success for a reason.
         *
         * @param reason the reason
         * @param calls calls
         * @return this
         */
        public Builder stopped(StopReason reason, long calls) {
            stopped.put(Objects.requireNonNull(reason, "reason"), calls);
            return this;
        }

        /**
         * Sets how many calls were refused before their first attempt for a reason.
         *
         * @param reason the reason
         * @param calls calls, part of those that were stopped for it
         * @return this
         */
        public Builder refused(StopReason reason, long calls) {
            refused.put(Objects.requireNonNull(reason, "reason"), calls);
            return this;
        }

        /**
         * Sets how many attempts were made.
         *
         * @param value attempts, the first ones included
         * @return this
         */
        public Builder attempts(long value) {
            this.attempts = value;
            return this;
        }

        /**
         * Sets how many attempts failed with a category.
         *
         * @param category the kind of failure
         * @param value attempts
         * @return this
         */
        public Builder failedAttempts(ErrorCategory category, long value) {
            failedAttempts.put(Objects.requireNonNull(category, "category"), value);
            return this;
        }

        /**
         * Sets how many retries were granted inside a retry of an outer layer.
         *
         * @param value retries
         * @return this
         */
        public Builder nested(long value) {
            this.nested = value;
            return this;
        }

        /**
         * Sets how many calls began as a retry of an outer layer.
         *
         * @param upstreamAttempt the number of the attempt, from 2 to {@value RetrySnapshot#LAST_UPSTREAM_ATTEMPT}; the
         *     last stands for all higher numbers too
         * @param value calls
         * @return this
         * @throws IllegalArgumentException if the number is out of range
         */
        public Builder repeatedCalls(int upstreamAttempt, long value) {
            repeatedCalls[indexOf(upstreamAttempt)] = value;
            return this;
        }

        /**
         * Sets the sum of all delays.
         *
         * @param value nanoseconds
         * @return this
         */
        public Builder delayNanos(long value) {
            this.delayNanos = value;
            return this;
        }

        /**
         * Sets the figures of the budget.
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
         * Sets the state of the circuit breaker.
         *
         * @param value {@code null} where there is none
         * @return this
         */
        public Builder breakerState(CircuitBreaker.@Nullable State value) {
            this.breakerState = value;
            return this;
        }

        /**
         * Sets how often the circuit breaker entered a state.
         *
         * @param entered the state
         * @param value transitions
         * @return this
         */
        public Builder breakerTransitions(CircuitBreaker.State entered, long value) {
            transitions.put(Objects.requireNonNull(entered, "entered"), value);
            return this;
        }

        /**
         * Sets the figures of the table of clients.
         *
         * @param tracked clients with state of their own
         * @param evicted clients that were evicted
         * @return this
         */
        public Builder clients(long tracked, long evicted) {
            this.clientsTracked = tracked;
            this.clientsEvicted = evicted;
            return this;
        }

        /**
         * Makes the snapshot.
         *
         * @return a new snapshot
         */
        public RetrySnapshot build() {
            return new RetrySnapshot(this);
        }
    }
}
