package io.forbear.retry.core.decision;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.core.internal.FedGate;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One downstream service: its counters, and the plan that its calls follow now. Thread-safe. */
public final class Service {
    /*
     * State      plan, swapped whole; counters; whether it is closed; its place among the listeners of the plan's breaker; who
     *            lets go of it.
     * Invariant  a plan's budget and breaker, where they can be fed, are fed by the counters of this service and no longer
     *            once the plan has gone; the same holds for the listener at the breaker, which may outlive the service.
     * Writers    configuration (plan, transitions), under the lock of this object, outside of which listeners are told; every call
     *            (counters).
     * Ordering   plan is volatile: a call sees a plan whole, built before it was stored.
     * Progress   calls are wait-free here; two reloads exclude each other.
     * Stress     SnapshotStress.CallRacesReload (retry-jcstress)
     */

    private final String name;
    private final NanoClock clock;
    private final @Nullable RandomGenerator random;
    private final Counters counters = new Counters();
    private volatile boolean closed;
    private volatile Plan plan;
    private CircuitBreaker.@Nullable Subscription transitions;
    private Runnable letGo = () -> {};
    private boolean opened;

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
        this.plan =
                new Plan(this, new Rules(policy), budget, breaker, clients, new Listeners(listeners), overloaded, gate);
        if (gate instanceof FedGate fed) {
            fed.feed(counters);
        }
        feed(budget);
        transitions = feed(breaker);
    }

    private void feed(@Nullable RetryBudget budget) {
        if (budget instanceof FedBudget fed) {
            fed.feed(counters, this);
        }
    }

    private CircuitBreaker.@Nullable Subscription feed(@Nullable CircuitBreaker breaker) {
        if (breaker == null) {
            return null;
        }
        if (breaker instanceof FedBreaker fed) {
            fed.feed(counters);
        }
        return breaker.onTransition((from, to) -> {
            Plan now = plan;
            if (now.breaker == breaker && !closed) {
                counters.transitioned(to);
                now.listeners.transitioned(name, from, to);
            }
        });
    }

    private static void end(CircuitBreaker.@Nullable Subscription subscription) {
        if (subscription != null) {
            subscription.close();
        }
    }

    private void unfeed(@Nullable CircuitBreaker breaker) {
        if (breaker instanceof FedBreaker fed) {
            fed.unfeed(counters);
        }
    }

    /**
     * Swaps the rules, and what is given in place of the budget and the breaker; the same object keeps its state. Calls under
     * way go on by the plan they began with.
     */
    public void update(
            RetryPolicy policy, @Nullable RetryBudget budget, @Nullable CircuitBreaker breaker, ClientTable clients) {
        end(swap(policy, budget, breaker, clients));
    }

    /** Swaps the plan. Returns the place at a breaker that has gone. */
    private synchronized CircuitBreaker.@Nullable Subscription swap(
            RetryPolicy policy, @Nullable RetryBudget budget, @Nullable CircuitBreaker breaker, ClientTable clients) {
        Plan old = plan;
        boolean sameBudget = old.budget == budget;
        boolean sameBreaker = old.breaker == breaker;
        CircuitBreaker.Subscription gone = sameBreaker ? null : transitions;
        if (!closed) {
            feed(sameBudget ? null : budget);
            transitions = sameBreaker ? transitions : feed(breaker);
        }
        plan = new Plan(this, new Rules(policy), budget, breaker, clients, old.listeners, old.overloaded, old.gate);
        unfeed(sameBreaker ? null : old.breaker);
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
     * Lets go of the budget and the breaker, which may outlive the service, and tells the listeners that it is gone: once, and after they
     * were told that it is there.
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
            unfeed(plan.breaker);
            gone = transitions;
            transitions = null;
            keeper = letGo;
            known = opened;
        }
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

    /** Counts a call that succeeded at its first attempt and made no {@link CallState}. */
    public void succeededAtOnce() {
        counters.firstTry.increment();
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

    Counters counters() {
        return counters;
    }

    RandomGenerator random() {
        RandomGenerator given = random;
        return given == null ? ThreadLocalRandom.current() : given;
    }

    /** Returns the figures of the service. */
    public RetrySnapshot snapshot() {
        return ServiceSnapshot.of(name, plan, counters);
    }

    /** Returns the figures of a client, those of a new one where it is not known. */
    public RetrySnapshot snapshot(String id) {
        return ClientSnapshot.of(name, id, plan, clock.nanoTime());
    }
}
