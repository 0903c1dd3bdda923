package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.Sleeper;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.budget.TokenBucketSpec;
import io.forbear.retry.core.client.ClientBudget;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.execution.ServiceRetry;
import io.forbear.retry.core.internal.ThreadMark;
import io.forbear.retry.core.internal.TokenBucket;
import io.forbear.retry.core.service.GuardedParts;
import io.forbear.retry.core.service.Service;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Retry} instances: one for each downstream service, kept as long as the application runs.
 *
 * <pre>{@code
 * Retry users = Retries.named("user-service").build();
 * User user = users.call(() -> client.get(id));
 * }</pre>
 *
 * <p>Safe as it is: {@link RetryPolicy#defaults()}, a {@linkplain RetryBudgets#ratio ratio} budget that lets one call in ten be
 * repeated, and a circuit breaker that opens when half of the calls fail.
 *
 * @since 0.1
 */
public final class Retries {

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

    private Retries() {}

    /**
     * Returns a builder for the calls to one service.
     *
     * @param service the name of the service, which metrics, traces and messages show; not blank
     * @return a new builder with the defaults
     * @throws IllegalArgumentException if the name is blank
     */
    public static Builder named(String service) {
        return new Builder(checkedName(service));
    }

    static String checkedName(String service) {
        Objects.requireNonNull(service, "service");
        if (service.isBlank()) {
            throw new IllegalArgumentException("service: \"" + service + "\" (expected: a name that is not blank)");
        }
        return service;
    }

    /**
     * Returns the number of the attempt that this thread is making inside a blocking or asynchronous call, to be told to the
     * next service so that it does not retry what is a retry already.
     *
     * @return 2 or more inside a retry, else 1; see {@link io.forbear.retry.CallOptions#upstreamAttempt}
     */
    public static int currentAttempt() {
        return ThreadMark.attempt();
    }

    /**
     * Returns how much time is left to the attempt that this thread makes inside a blocking or asynchronous call: until the
     * deadline of the call or the {@linkplain RetryPolicy.Builder#attemptTimeout limit} of the attempt, whichever is nearer.
     *
     * @return zero where the time is over; empty outside of an attempt, and where nothing limits it
     */
    public static Optional<Duration> remaining() {
        long nanos = ThreadMark.remainingNanos();
        return nanos == Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    /**
     * Returns the time-out for a request of the attempt that this thread makes: what {@link #remaining()} says, and no more than
     * a given time. At least a millisecond, for many clients take a time-out of zero for none.
     *
     * @param most the longest time-out, more than zero
     * @return the time-out
     */
    public static Duration remaining(Duration most) {
        Objects.requireNonNull(most, "most");
        Duration left = remaining().orElse(most);
        Duration least = left.compareTo(most) < 0 ? left : most;
        return least.compareTo(SHORTEST_TIMEOUT) < 0 ? SHORTEST_TIMEOUT : least;
    }

    /**
     * Collects what a service is given. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final String service;
        private final Surroundings surroundings = new Surroundings();
        private RetryPolicy policy = RetryPolicy.defaults();
        private RetryBudget.@Nullable Spec budget = RetryBudgets.ratio();
        private CircuitBreaker.@Nullable Spec circuitBreaker = CircuitBreakers.failureRate();
        private @Nullable TokenBucketSpec clientBudget;
        private int maxClients = 10_000;

        private Builder(String service) {
            this.service = service;
        }

        /**
         * Sets the policy; {@link RetryPolicy#defaults()} by default.
         *
         * @param value the rules that calls follow
         * @return this
         */
        public Builder policy(RetryPolicy value) {
            this.policy = Objects.requireNonNull(value, "policy");
            return this;
        }

        /**
         * Sets the budget that all calls share; {@code RetryBudgets.ratio(0.1)} by default.
         *
         * @param value what the budget is made from
         * @return this
         */
        public Builder budget(RetryBudget.Spec value) {
            this.budget = Objects.requireNonNull(value, "budget");
            return this;
        }

        /**
         * Takes the budget away: only the policy's attempts then bound the load that retries add, up to a multiple of the calls.
         *
         * @return this
         */
        public Builder withoutBudget() {
            this.budget = null;
            return this;
        }

        /**
         * Gives each client a budget of its own; none by default. Calls without a client share one more. Costs, the reserve and the
         * share of a call hold as for a service.
         *
         * @param value what the budget of a client is made from; it starts full
         * @return this
         */
        public Builder clientBudget(TokenBucketSpec value) {
            this.clientBudget = Objects.requireNonNull(value, "clientBudget");
            return this;
        }

        /**
         * Sets how many clients are kept apart; 10,000 by default. Beyond it, clients whose budget is full make room, those that
         * failed lately only where they are idle; where there are none, new ones share the state of a few.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxClients(int value) {
            this.maxClients = value;
            return this;
        }

        /**
         * Sets the circuit breaker; {@code CircuitBreakers.failureRate(0.5)} by default.
         *
         * @param value what the breaker is made from
         * @return this
         */
        public Builder circuitBreaker(CircuitBreaker.Spec value) {
            this.circuitBreaker = Objects.requireNonNull(value, "circuitBreaker");
            return this;
        }

        /**
         * Takes the circuit breaker away.
         *
         * @return this
         */
        public Builder withoutCircuitBreaker() {
            this.circuitBreaker = null;
            return this;
        }

        /**
         * Adds who is told what retries do.
         *
         * @param value the listener
         * @return this
         */
        public Builder listener(RetryListener value) {
            surroundings.listeners.add(Objects.requireNonNull(value, "listener"));
            return this;
        }

        /**
         * Sets who says whether this process has no room for extra work; by default nobody does. Asked once for each retry, on the
         * caller's thread; must not block.
         *
         * @param value {@code true} to stop retries for now
         * @return this
         */
        public Builder overloadSignal(BooleanSupplier value) {
            surroundings.overloaded = Objects.requireNonNull(value, "overloadSignal");
            return this;
        }

        /**
         * Sets what every attempt passes before it is made, such as {@link io.forbear.retry.core.gate.AttemptGates#adaptive()};
         * by default nothing.
         *
         * @param value what the gate is made from
         * @return this
         */
        public Builder gate(AttemptGate.Spec value) {
            surroundings.gate = Objects.requireNonNull(value, "gate");
            return this;
        }

        /**
         * Sets where asynchronous attempts after the first begin; the common pool by default, or a thread for each task where the
         * common pool has fewer than two threads.
         *
         * @param value the executor; never shut down by the library
         * @return this
         */
        public Builder executor(Executor value) {
            surroundings.executor(value);
            return this;
        }

        /**
         * Sets what wakes asynchronous calls; by default one daemon thread that all services share,
         * on which no code of the application runs, and which ends when nothing waits.
         *
         * @param value the scheduler, which should remove cancelled tasks; never shut down by the library
         * @return this
         */
        public Builder scheduler(ScheduledExecutorService value) {
            surroundings.scheduler(value);
            return this;
        }

        /**
         * Sets what carries the context of a call to the threads on which its later attempts run; by default nothing does.
         *
         * @param value captures the context where an asynchronous call is made
         * @return this
         */
        public Builder context(ContextCapture value) {
            surroundings.context(value);
            return this;
        }

        /**
         * Sets how blocking calls wait; by parking by default.
         *
         * @param value the sleeper
         * @return this
         */
        public Builder sleeper(Sleeper value) {
            surroundings.sleeper(value);
            return this;
        }

        /**
         * Sets the time; {@link NanoClock#system()} by default.
         *
         * @param value the clock
         * @return this
         */
        public Builder clock(NanoClock value) {
            surroundings.clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        /**
         * Sets the source of chance; that of the current thread by default.
         *
         * @param value a thread-safe generator
         * @return this
         */
        public Builder random(RandomGenerator value) {
            surroundings.random = Objects.requireNonNull(value, "random");
            return this;
        }

        /**
         * Checks all settings and makes the instance.
         *
         * @return a new instance, of which listeners have been told
         * @throws IllegalArgumentException if a setting is out of range; the message names it, its value and the rule
         */
        public Retry build() {
            if (maxClients < 1) {
                throw new IllegalArgumentException("maxClients: " + maxClients + " (expected: >= 1)");
            }
            NanoClock clock = surroundings.clock;
            ClientTable clients = clients(clientBudget, maxClients, clock);
            Service made = new Service(
                    service,
                    clock,
                    surroundings.random,
                    policy,
                    budget == null ? null : GuardedParts.guarded(budget.create(clock)),
                    circuitBreaker == null ? null : GuardedParts.guarded(circuitBreaker.create(service, clock)),
                    clients,
                    surroundings.listeners,
                    surroundings.overloaded,
                    surroundings.newGate());
            ServiceRetry retry = new ServiceRetry(made, surroundings.means());
            made.whenClosed(() -> OpenServices.closed(made));
            OpenServices.opened(made);
            made.open(retry);
            return retry;
        }
    }

    /** Makes a table whose clients have a budget of their own, or none. */
    static ClientTable clients(@Nullable TokenBucketSpec spec, int maxClients, NanoClock clock) {
        if (spec == null) {
            return new ClientTable(maxClients, null, clock);
        }
        TokenBucket bucket = (TokenBucket) spec.create(clock);
        if (bucket.initialMilli() != bucket.capacity()) {
            throw new IllegalArgumentException("clientBudget: initial " + bucket.initialMilli()
                    + " milli-tokens (expected: " + bucket.capacity() + ", for the budget of a new client is full)");
        }
        return new ClientTable(
                maxClients,
                new ClientBudget(bucket.capacity(), bucket.refillMilli(), bucket.refillPeriodNanos()),
                bucket.costs(),
                clock);
    }
}
