package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryRuntime;
import io.forbear.retry.Sleeper;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.budget.TokenBucketSpec;
import io.forbear.retry.core.client.ClientBudget;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.internal.ThreadMark;
import io.forbear.retry.core.internal.TokenBucket;
import io.forbear.retry.core.service.GuardedParts;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.internal.Checks;
import io.forbear.retry.operations.ServiceOperations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
 * <p>Safe without further settings: {@link RetryPolicy#defaults()}, a {@linkplain RetryBudgets#ratio ratio} budget that
 * lets one call in ten be repeated, and a circuit breaker that opens when half of the calls fail.
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
     * Returns the number of the attempt that this thread is making inside a blocking or asynchronous call, to be told
     * to the next service so that it does not retry what is a retry already.
     *
     * @return 2 or more inside a retry, else 1; see {@link io.forbear.retry.CallOptions#upstreamAttempt}
     */
    public static int currentAttempt() {
        return ThreadMark.attempt();
    }

    /**
     * Returns how much time is left to the attempt that this thread makes inside a blocking or asynchronous call: until
     * the deadline of the call or the {@linkplain RetryPolicy.Builder#attemptTimeout limit} of the attempt, whichever
     * is nearer.
     *
     * @return zero where the time is over; empty outside of an attempt, and where nothing limits it
     */
    public static Optional<Duration> remaining() {
        long nanos = ThreadMark.remainingNanos();
        return nanos == Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    /**
     * Returns the time-out for a request of the attempt that this thread makes: what {@link #remaining()} says, and no
     * more than a given time. At least a millisecond, for many clients take a time-out of zero for none.
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
     * Collects the settings and parts of a service. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final String service;
        private final ServiceMaker maker = new ServiceMaker();
        private RetryPolicy policy = RetryPolicy.defaults();
        private RetryBudget.@Nullable Spec budget = Settings.BUDGET;
        private CircuitBreaker.@Nullable Spec circuitBreaker = Settings.BREAKER;
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
         * Sets the budget that all calls share; {@link RetryBudgets#earned()} by default.
         *
         * @param value the description that the budget is made from
         * @return this
         */
        public Builder budget(RetryBudget.Spec value) {
            this.budget = Objects.requireNonNull(value, "budget");
            return this;
        }

        /**
         * Takes the budget away. Then only the attempts of the policy bound the load that retries add, to a multiple of
         * the calls.
         *
         * @return this
         */
        public Builder withoutBudget() {
            this.budget = null;
            return this;
        }

        /**
         * Gives each client a budget of its own; none by default. Calls without a client share one more. Costs, the
         * reserve and the share of a call hold as for a service.
         *
         * @param value the description of a client's budget, which starts full
         * @return this
         */
        public Builder clientBudget(TokenBucketSpec value) {
            this.clientBudget = Objects.requireNonNull(value, "clientBudget");
            return this;
        }

        /**
         * Sets how many clients are kept apart; 10,000 by default. Beyond it, a client with a full budget is evicted;
         * one with recent failures only if it is idle. If none can be evicted, new clients share a few overflow
         * entries.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxClients(int value) {
            this.maxClients = value;
            return this;
        }

        /**
         * Sets the circuit breaker; {@link CircuitBreakers#standard()} by default.
         *
         * @param value the description that the breaker is made from
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
         * Adds a listener, which is told of every retry, stop and recovery.
         *
         * @param value the listener
         * @return this
         */
        public Builder listener(RetryListener value) {
            maker.listener(value);
            return this;
        }

        /**
         * Sets the signal that stops retries while this process is overloaded; none by default. It is asked once for
         * each retry, on the caller's thread, and must not block.
         *
         * @param value {@code true} to stop retries for now
         * @return this
         */
        public Builder overloadSignal(BooleanSupplier value) {
            maker.overloadSignal(value);
            return this;
        }

        /**
         * Sets the gate that every attempt passes before it is made, such as {@link
         * io.forbear.retry.core.gate.AttemptGates#adaptive()}; none by default.
         *
         * @param value the description that the gate is made from
         * @return this
         */
        public Builder gate(AttemptGate.Spec value) {
            maker.gate(value);
            return this;
        }

        /**
         * Sets how many clients {@link ServiceOperations#topClientsByFailures()} and {@link
         * ServiceOperations#topClientsByBudget()} tell; 10 by default. Each takes some 1.5 KB at most, once clients
         * fail; zero keeps none.
         *
         * @param value from 0 to 1000
         * @return this
         */
        public Builder topClients(int value) {
            maker.topClients(value);
            return this;
        }

        /**
         * Sets the clock, the random generator, the sleeper, the executor, the scheduler and the context capture;
         * {@link RetryRuntime#system()} by default.
         *
         * @param value the runtime, which replaces the one before
         * @return this
         */
        public Builder runtime(RetryRuntime value) {
            maker.runtime(value);
            return this;
        }

        /**
         * Changes parts of the runtime and leaves the others as they are: {@code runtime(r -> r.executor(pool))}.
         *
         * @param change sets parts on a builder that starts from the runtime so far
         * @return this
         */
        public Builder runtime(Consumer<? super RetryRuntime.Builder> change) {
            maker.runtime(change);
            return this;
        }

        /**
         * Sets the clock; short for {@code runtime(r -> r.clock(value))}.
         *
         * @param value the clock
         * @return this
         */
        public Builder clock(NanoClock value) {
            return runtime(r -> r.clock(value));
        }

        /**
         * Sets the random generator; short for {@code runtime(r -> r.random(value))}.
         *
         * @param value the generator
         * @return this
         */
        public Builder random(RandomGenerator value) {
            return runtime(r -> r.random(value));
        }

        /**
         * Sets how blocking calls wait; short for {@code runtime(r -> r.sleeper(value))}.
         *
         * @param value the sleeper
         * @return this
         */
        public Builder sleeper(Sleeper value) {
            return runtime(r -> r.sleeper(value));
        }

        /**
         * Sets where asynchronous attempts after the first begin; short for {@code runtime(r -> r.executor(value))}.
         *
         * @param value the executor
         * @return this
         */
        public Builder executor(Executor value) {
            return runtime(r -> r.executor(value));
        }

        /**
         * Sets what wakes asynchronous calls; short for {@code runtime(r -> r.scheduler(value))}.
         *
         * @param value the scheduler
         * @return this
         */
        public Builder scheduler(ScheduledExecutorService value) {
            return runtime(r -> r.scheduler(value));
        }

        /**
         * Checks all settings and makes the instance.
         *
         * @return a new instance; the listeners have been told of it
         * @throws IllegalArgumentException if a setting is out of range; the message names it, its value and the rule
         */
        public Retry build() {
            Checks.atLeast(1, maxClients, "maxClients");
            NanoClock clock = maker.clock();
            ClientTable clients = clients(clientBudget, maxClients, clock);
            ServiceMaker.Made made = maker.make(
                    service,
                    policy,
                    budget == null ? null : GuardedParts.guarded(budget.create(clock)),
                    circuitBreaker == null ? null : GuardedParts.guarded(circuitBreaker.create(service, clock)),
                    clients,
                    List.of(),
                    maker.gate());
            Service opened = made.service();
            Settings settings = new Settings(policy, budget, circuitBreaker, clientBudget, maxClients, maker.gate());
            opened.operators.configuration(settings.ofBuilder());
            opened.whenClosed(() -> OpenServices.closed(opened));
            OpenServices.opened(opened);
            opened.open(made.retry());
            return made.retry();
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
