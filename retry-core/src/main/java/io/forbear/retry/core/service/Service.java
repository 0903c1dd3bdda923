package io.forbear.retry.core.service;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.ClientSnapshot;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.Fading;
import io.forbear.retry.core.internal.FedGate;
import io.forbear.retry.core.internal.InformedListener;
import io.forbear.retry.core.internal.Opening;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One downstream service: its counters, and the plan that its calls follow now. Thread-safe. */
public final class Service {
    /*
     * State      plan, swapped whole; totals, the counters of all epochs; whether it is closed; its place among the
     *            listeners of the plan's breaker; who lets go of it. What operators see and
     *            change is in operators.
     * Invariant  a call counts in the counters of its plan's epoch, and these feed that plan's budget and breaker as
     *            long as anybody can make or end a call by it. Closing changes nothing of that: it ends what others are
     *            told of the service.
     * Writers    configuration (plan, totals, transitions), under the lock of this object, outside of which listeners
     *            are told.
     * Ordering   plan and totals are volatile: a call sees a plan whole, built before it was stored.
     * Progress   calls are wait-free here; two reloads exclude each other.
     * Stress     SnapshotStress.CallRacesReload (retry-jcstress)
     */

    private final String name;
    private final NanoClock clock;
    private final @Nullable RandomGenerator random;
    private volatile Totals totals;
    private volatile boolean closed;
    private volatile Plan plan;
    private CircuitBreaker.@Nullable Subscription transitions;
    private Runnable letGo = () -> {};
    private boolean opened;

    /** What operators see of the service, and change. */
    public final OperatorSide operators;

    /** Creates a service. */
    public Service(
            String name,
            NanoClock clock,
            @Nullable RandomGenerator random,
            RetryPolicy policy,
            @Nullable RetryBudget budget,
            @Nullable CircuitBreaker breaker,
            ClientTable clients,
            List<RetryListener> listeners,
            @Nullable BooleanSupplier overloaded,
            @Nullable AttemptGate gate) {
        this.name = name;
        this.clock = clock;
        this.random = random;
        this.operators = new OperatorSide(this);
        Epoch first = Epoch.begin(budget, breaker, clock);
        this.totals = Totals.of(first.counters);
        this.plan = new Plan(
                this, first, new Rules(policy), budget, breaker, clients, new Listeners(listeners), overloaded, gate);
        if (gate instanceof FedGate fed) {
            fed.feed(new AllEpochs(this));
        }
        transitions = listenTo(breaker);
    }

    /** What all epochs have counted, as the gate reads it. */
    private record AllEpochs(Service service) implements CallFeed {

        @Override
        public long firstTrySuccesses() {
            return service.totals.sum(Counters::firstTrySuccesses);
        }

        @Override
        public long successes() {
            return service.totals.sum(Counters::successes);
        }

        @Override
        public long calls() {
            return service.totals.sum(Counters::calls);
        }
    }

    private CircuitBreaker.@Nullable Subscription listenTo(@Nullable CircuitBreaker breaker) {
        return breaker == null ? null : breaker.onTransition(new Told(this, breaker));
    }

    /** Tells the service of its breaker's transitions; a breaker that outlives the service does not hold it. */
    private static final class Told extends WeakReference<Service> implements InformedListener, Fading {

        private final WeakReference<CircuitBreaker> breaker;

        Told(Service service, CircuitBreaker breaker) {
            super(service);
            this.breaker = new WeakReference<>(breaker);
        }

        @Override
        public void transitioned(CircuitBreaker.State from, CircuitBreaker.State to, @Nullable Opening why) {
            Service service = get();
            if (service != null) {
                service.transitioned(breaker.get(), from, to, why);
            }
        }

        @Override
        public boolean hasGone() {
            return get() == null;
        }
    }

    private void transitioned(
            @Nullable CircuitBreaker breaker,
            CircuitBreaker.State from,
            CircuitBreaker.State to,
            @Nullable Opening why) {
        Plan now = plan;
        if (now.breaker == breaker && !closed) {
            now.counters.transitioned(to);
            now.listeners.transitioned(name, from, to);
            operators.transitioned(from, to, why);
        }
    }

    private static void end(CircuitBreaker.@Nullable Subscription subscription) {
        if (subscription != null) {
            subscription.close();
        }
    }

    /**
     * Swaps the rules, and what is given in place of the budget and the breaker; the same object keeps its state. Calls
     * under way go on by the plan they began with.
     */
    public void update(
            RetryPolicy policy, @Nullable RetryBudget budget, @Nullable CircuitBreaker breaker, ClientTable clients) {
        end(swap(policy, budget, breaker, clients));
    }

    /** Swaps the plan. Returns the place at a breaker that has gone. */
    private synchronized CircuitBreaker.@Nullable Subscription swap(
            RetryPolicy policy, @Nullable RetryBudget budget, @Nullable CircuitBreaker breaker, ClientTable clients) {
        Plan old = plan;
        boolean sameBreaker = old.breaker == breaker;
        Epoch epoch = old.epoch;
        if (!sameBreaker || old.budget != budget) {
            epoch = Epoch.begin(budget, breaker, clock);
            totals = totals.and(epoch.counters);
        }
        CircuitBreaker.Subscription gone = sameBreaker ? null : transitions;
        if (!sameBreaker) {
            transitions = closed ? null : listenTo(breaker);
        }
        plan = new Plan(
                this, epoch, new Rules(policy), budget, breaker, clients, old.listeners, old.overloaded, old.gate);
        return gone;
    }

    /** Tells the listeners that the service is there, unless it has been closed before. */
    public void open(Retry retry) {
        if (closed) {
            return;
        }
        plan.listeners.registered(retry);
        boolean closedMeanwhile;
        synchronized (this) {
            opened = true;
            closedMeanwhile = closed;
        }
        if (closedMeanwhile) {
            plan.listeners.closed(retry);
        }
    }

    /** Sets what happens when the service is closed, before its listeners are told. */
    public synchronized void whenClosed(Runnable value) {
        letGo = value;
    }

    /**
     * Tells the listeners that the service is gone: once, and after they were told that it is there. Whoever still
     * holds it can call through it as before: by the same rules, and its budget and breaker go on counting both what
     * succeeds and what fails.
     */
    public void close(Retry retry) {
        CircuitBreaker.Subscription gone;
        Runnable keeper;
        boolean known;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            gone = transitions;
            transitions = null;
            keeper = letGo;
            known = opened;
        }
        plan.epoch.watch.rest();
        keeper.run();
        end(gone);
        if (known) {
            plan.listeners.closed(retry);
        }
    }

    /** Returns the plan for a call that begins: one volatile read. */
    public Plan plan() {
        return plan;
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the clock that the service lives by. */
    public NanoClock clock() {
        return clock;
    }

    /** Returns the policy that calls follow now. */
    public RetryPolicy policy() {
        return plan.rules.policy;
    }

    Totals totals() {
        return totals;
    }

    Listeners listeners() {
        return plan.listeners;
    }

    public RandomGenerator random() {
        RandomGenerator given = random;
        return given == null ? ThreadLocalRandom.current() : given;
    }

    /** Returns the figures of the service. */
    public RetrySnapshot snapshot() {
        return Snapshots.ofService(name, plan, totals);
    }

    /** Returns the figures of a client, those of a new one where it is not known. */
    public ClientSnapshot clientSnapshot(String id) {
        return Snapshots.ofClient(name, id, plan);
    }

    /** Returns the budget that calls draw on now, as its spec made it. */
    public @Nullable RetryBudget budget() {
        return GuardedParts.original(plan.budget);
    }

    /** Returns the breaker that calls ask now, as its spec made it. */
    public @Nullable CircuitBreaker breaker() {
        return GuardedParts.original(plan.breaker);
    }
}
