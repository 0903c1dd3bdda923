package io.forbear.retry.core.service;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.core.internal.Watch;
import io.forbear.retry.error.ErrorCategory;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the calls of a service follow at one time. Immutable: a change of configuration swaps the whole, and
 * calls under way keep the one that they began with.
 */
public final class Plan {

    /** The admission of a service without a breaker. */
    private static final Object ADMITTED = new Object();

    /** The client that calls without one share. */
    static final String UNNAMED = "";

    public final Service service;
    final Epoch epoch;
    public final Counters counters;
    private final LongAdder firstTry;
    private final Watch watch;
    public final Rules rules;
    public final @Nullable RetryBudget budget;
    final @Nullable FedBudget fedBudget;
    public final @Nullable CircuitBreaker breaker;
    public final @Nullable FedBreaker fedBreaker;
    final ClientTable clients;
    public final Listeners listeners;
    final @Nullable BooleanSupplier overloaded;
    public final @Nullable AttemptGate gate;
    final boolean clientBudgets;
    final boolean adaptive;
    public final boolean timed;
    public final boolean countsFailedCalls;
    /** Whether the budget hears of every call. Decided once, so that a call that was told to start is told to end. */
    public final boolean tellsBudget;

    private final boolean fastPath;

    Plan(
            Service service,
            Epoch epoch,
            Rules rules,
            @Nullable RetryBudget budget,
            @Nullable CircuitBreaker breaker,
            ClientTable clients,
            Listeners listeners,
            @Nullable BooleanSupplier overloaded,
            @Nullable AttemptGate gate) {
        this.service = service;
        this.epoch = epoch;
        this.counters = epoch.counters;
        this.firstTry = counters.firstTry;
        this.watch = epoch.watch;
        this.rules = rules;
        this.budget = budget;
        this.fedBudget = budget instanceof FedBudget fed ? fed : null;
        this.breaker = breaker;
        this.fedBreaker = breaker instanceof FedBreaker fed ? fed : null;
        this.clients = clients;
        this.listeners = listeners;
        this.overloaded = overloaded;
        this.gate = gate;
        this.clientBudgets = clients.hasBudget();
        this.adaptive = rules.adaptive;
        this.timed = budget != null || breaker != null || clientBudgets;
        this.countsFailedCalls = fedBudget != null && fedBudget.readsCalls();
        this.tellsBudget = fedBudget != null ? fedBudget.needsTelling() : budget != null && budget.observesCalls();
        this.fastPath = rules.enabled
                && rules.resultClassifier == null
                && !rules.interruptedOnTimeout
                && !listeners.observeEveryCall()
                && !tellsBudget
                && (breaker == null || fedBreaker != null);
    }

    /**
     * Asks leave for a first attempt that needs neither permit nor state: it counts if it succeeds, and only a failure
     * makes a state.
     *
     * @return the admission, or {@code null} where the call must be begun with a state
     */
    public @Nullable Object fastAdmission() {
        AttemptGate before = gate;
        if (!fastPath || before != null && before.isEngaged()) {
            return null;
        }
        FedBreaker fed = fedBreaker;
        return fed == null ? ADMITTED : fed.admission();
    }

    /** A call has succeeded at its first attempt and made no state: the one place where that is written. */
    public void succeededAtOnce(@Nullable Client client, CallOptions options) {
        try {
            firstTry.increment();
            watch.grown();
        } finally {
            Reference.reachabilityFence(this); // until here the counters are not over
        }
        if (client != null) {
            client.succeeded(1);
        }
        begun(options);
    }

    /** Counts a call that an outer layer has made as a retry of its own; any other call costs a comparison. */
    public void begun(CallOptions options) {
        if (options.upstreamAttempt() > 1) {
            counters.repeated(options.upstreamAttempt());
        }
    }

    /** Returns leave for an attempt that needs no permit; {@code null} where the breaker must be asked for one. */
    @Nullable
    public Object admission() {
        FedBreaker fed = fedBreaker;
        return fed != null ? fed.admission() : breaker == null ? ADMITTED : null;
    }

    /** Tells whether retrying is on; where it is not, calls are made once and leave no trace. */
    public boolean enabled() {
        return rules.enabled;
    }

    /** Returns the most that a call may take: by its own word or the policy's, the shorter. */
    public long deadlineNanos(CallOptions options) {
        return Math.min(options.deadlineNanos(), rules.deadlineNanos);
    }

    /** Returns how long an attempt that begins with the call may take, given the call's deadline. */
    public long attemptLimitNanos(long deadlineNanos) {
        return Math.min(deadlineNanos, rules.attemptTimeoutNanos);
    }

    /** Returns when a call begins, which only a deadline asks for: without one the clock is not read. */
    public long startNanos(long deadlineNanos) {
        return deadlineNanos == Long.MAX_VALUE ? 0 : service.clock().nanoTime();
    }

    /** Returns the state of the client, {@code null} for a call without one of which nobody needs the outcome. */
    public @Nullable Client client(@Nullable String id) {
        if (id != null) {
            return clients.get(id);
        }
        return adaptive ? clients.get(UNNAMED) : null;
    }

    /** Returns the state of the client: the one that a view has kept, where that is still the one of its id. */
    public @Nullable Client client(@Nullable String id, @Nullable Client kept) {
        return keeps(kept) ? kept : client(id);
    }

    /** Returns the state of a client that has some of its own; makes none. */
    public @Nullable Client known(String id) {
        return clients.peek(id);
    }

    /** Tells whether a client found before may be used without a look-up. */
    public boolean keeps(@Nullable Client client) {
        return client != null && clients.isCurrent(client);
    }

    /** Returns whose budget pays for a call's retries: its client's, else the one that unnamed clients share. */
    @Nullable
    public Client payer(@Nullable Client client) {
        return clientBudgets && client == null ? clients.get(UNNAMED) : client;
    }

    public long withdraw(ErrorCategory category, Criticality criticality, long taken, long nowNanos) {
        FedBudget fed = fedBudget;
        if (fed != null) {
            return fed.tryWithdraw(category, criticality, taken, nowNanos);
        }
        RetryBudget other = budget;
        return other == null ? 0 : other.tryWithdraw(category, criticality, taken);
    }

    /** Gives back what the budget granted for a retry. */
    public void refund(RetryBudget payer, long receipt) {
        FedBudget fed = fedBudget;
        if (fed != null && Receipt.hasTime(receipt)) {
            long nowNanos = service.clock().nanoTime();
            fed.refund(
                    Receipt.milliTokens(receipt), Receipt.nanos(receipt, nowNanos), Receipt.PRECISION_NANOS, nowNanos);
        } else {
            payer.refund(Receipt.milliTokens(receipt));
        }
    }

    public void callStarted(RetryBudget told) {
        FedBudget fed = fedBudget;
        if (fed != null) {
            fed.startedFed();
        } else {
            told.callStarted();
        }
    }

    /** Tells the budget of a call that succeeded, or nearly; one that is fed has read of it in the counters. */
    public void callSucceeded(RetryBudget told, long lastTaken, boolean atOnce) {
        FedBudget fed = fedBudget;
        if (fed == null) {
            told.callSucceeded(lastTaken);
        } else if (atOnce) {
            fed.succeededFed();
        } else {
            fed.recovered(lastTaken);
        }
    }

    /** Discards a result that no caller gets. Returns whether anything was done with it. */
    public boolean discards(Object result, boolean mayWait) {
        try {
            Consumer<Object> rule = rules.policy.discardRule(result);
            if (rule != null) {
                rule.accept(result);
                return true;
            }
            return Discards.closes(result, mayWait);
        } catch (Throwable fault) {
            Faults.log("discard rule", fault);
            return true; // it may be half closed
        }
    }

    public boolean isOverloaded() {
        BooleanSupplier signal = overloaded;
        return signal != null && signal.getAsBoolean();
    }
}
