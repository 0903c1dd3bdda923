package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.core.internal.Ticked;
import io.forbear.retry.core.internal.Watch;
import org.jspecify.annotations.Nullable;

/**
 * The time of a service in which it has one budget and one breaker: its plans of that time count in counters of their
 * own, which feed these two and nobody else. So a call is counted where it is told, success and failure alike, however
 * the service is reloaded or closed while it runs.
 *
 * <p>Plans hold their epoch, budget and breaker hold its counters: once no call and no service knows a plan of it, what
 * it counted is added to what is kept, and it goes.
 */
final class Epoch implements Ticked {

    final Counters counters;
    final Watch watch;
    private final @Nullable FedBudget budget;
    private final @Nullable FedBreaker breaker;

    private Epoch(@Nullable FedBudget budget, @Nullable FedBreaker breaker, NanoClock clock) {
        this.budget = budget;
        this.breaker = breaker;
        this.watch = Watch.of(
                this,
                clock,
                sooner(budget == null ? 0 : budget.tickNanos(), breaker == null ? 0 : breaker.tickNanos()));
        this.counters = new Counters(watch);
    }

    /** Begins an epoch: from here on its counters feed the budget and the breaker, where these can be fed. */
    static Epoch begin(@Nullable RetryBudget budget, @Nullable CircuitBreaker breaker, NanoClock clock) {
        FedBudget fedBudget = budget instanceof FedBudget fed ? fed : null;
        FedBreaker fedBreaker = breaker instanceof FedBreaker fed ? fed : null;
        Epoch epoch = new Epoch(fedBudget, fedBreaker, clock);
        if (fedBudget != null) {
            fedBudget.feed(epoch.counters, epoch);
            fedBudget.ticked();
        }
        if (fedBreaker != null) {
            fedBreaker.feed(epoch.counters, epoch);
        }
        return epoch;
    }

    private static long sooner(long aNanos, long bNanos) {
        return aNanos == 0 || bNanos == 0 ? Math.max(aNanos, bNanos) : Math.min(aNanos, bNanos);
    }

    @Override
    public void look(long nowNanos) {
        FedBreaker fedBreaker = breaker;
        if (fedBreaker != null) {
            fedBreaker.look(nowNanos);
        }
        FedBudget fedBudget = budget;
        if (fedBudget != null) {
            fedBudget.look(nowNanos);
        }
    }

    /** Failures that are not yet stops are told at once, where they need be. */
    @Override
    public long progress() {
        return counters.successes() + counters.failedCalls.sum();
    }
}
