package io.forbear.retry.core.call;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.core.service.Receipt;
import io.forbear.retry.error.Classification;
import org.jspecify.annotations.Nullable;

/**
 * The part of a call that deals with budgets: what it has taken for its retries, and what budgets and client are told of it.
 *
 * <p>One of the superclasses that make up a {@link CallState}, and not an object of its own, for a call that waits is to be small.
 */
abstract sealed class CallSpending permits CallAdmission {
    /*
     * Invariant  takenFrom... is the sum of what all retries so far took, lastFrom... what the last one took; lastReceipt says
     *            when, too. Client and service pay both or none. OVERFLOW_PAID: an overflow client paid, and is given back what it paid, though the
     *            client may have found room for a bucket of its own, or lost it. UNMADE: a retry was paid for and not made.
     *            A flag changes after what it stands for was done: whatever throws in between has done nothing.
     */

    static final int OVERFLOW_PAID = 1;
    static final int UNMADE = 1 << 1;
    static final int PROBE = 1 << 2;
    static final int BOUNDED = 1 << 3;
    static final int NESTED = 1 << 4;
    static final int TROUBLED = 1 << 5;
    static final int COUNTED = 1 << 6;

    /** The budget must hear how the call ended. */
    static final int OWES_END = 1 << 7;

    /** The attempts run on the thread of the caller, which may wait. */
    static final int BLOCKING = 1 << 8;

    final Plan plan;
    final @Nullable Client client;

    /** Flags, which are the constants here. */
    private short flags;

    private long takenFromService;
    private long takenFromClient;
    private long lastFromClient;

    /** What the last retry took from the service's budget, and when. */
    private long lastReceipt;

    CallSpending(Plan plan, @Nullable Client client) {
        this.plan = plan;
        this.client = client;
    }

    final boolean is(int flag) {
        return (flags & flag) != 0;
    }

    final void set(int flag) {
        flags |= (short) flag;
    }

    final void clear(int flag) {
        flags &= (short) ~flag;
    }

    final long now() {
        return plan.service.clock().nanoTime();
    }

    final long takenFromService() {
        return takenFromService;
    }

    final long takenFromClient() {
        return takenFromClient;
    }

    private long lastFromService() {
        return Receipt.milliTokens(lastReceipt);
    }

    /** The client has paid for a retry; the service is asked next. */
    final void paidByClient(@Nullable Client purse, long milli) {
        lastReceipt = Receipt.NONE;
        lastFromClient = milli;
        if (purse != null && purse.isOverflow()) {
            set(OVERFLOW_PAID);
        } else {
            clear(OVERFLOW_PAID);
        }
        set(UNMADE);
    }

    /** The service has paid, too. */
    final void paidByService(long milli, long nowNanos) {
        lastReceipt = Receipt.of(milli, nowNanos);
        takenFromClient += lastFromClient;
        takenFromService += milli;
    }

    /** Gives back what the last retry took, where it was not made. */
    final void refund() {
        if (!is(UNMADE)) {
            return;
        }
        if (lastFromClient > 0) {
            refundClient(lastFromClient);
            lastFromClient = 0;
        }
        RetryBudget budget = plan.budget;
        if (budget != null && lastFromService() > 0) {
            plan.refund(budget, lastReceipt);
        }
        lastReceipt = Receipt.NONE;
        clear(UNMADE);
    }

    private void refundClient(long milli) {
        boolean fromOverflow = is(OVERFLOW_PAID);
        Client payer = plan.payer(client);
        Client purse = payer != null && fromOverflow ? payer.overflowPurse() : payer;
        if (purse != null && purse.isOverflow() == fromOverflow) {
            purse.refund(milli, plan.timed ? now() : 0);
        }
    }

    final void tellOfStart() {
        RetryBudget budget = plan.budget;
        if (budget != null && plan.tellsBudget) {
            plan.callStarted(budget);
            set(OWES_END);
        }
    }

    final void tellOfFailure(Classification classification) {
        RetryBudget budget = plan.budget;
        if (budget != null) {
            set(OWES_END);
            boolean retryable = classification.retryableOr(plan.rules.retryable(classification.category()));
            budget.attemptFailed(classification.category(), retryable || classification.isDoNotRetry());
        }
    }

    final void tellOfSuccess(int attempts) {
        RetryBudget budget = plan.budget;
        if (budget != null && (attempts > 1 || plan.tellsBudget)) {
            plan.callSucceeded(budget, lastFromService(), attempts == 1);
        }
        clear(OWES_END);
        if (client != null) {
            client.succeeded(attempts);
        }
    }

    /** Tells of a call that ended without success; a batch may have been mostly done nevertheless. */
    final void tellOfEnd(int attempts, boolean mostlyDone) {
        RetryBudget budget = plan.budget;
        if (budget != null && attempts > 0) {
            if (mostlyDone) {
                plan.callSucceeded(budget, lastFromService(), false); // one that is fed has read of it in the counters
            } else {
                budget.callFailed(lastFromService());
            }
        }
        clear(OWES_END);
        if (client != null) {
            client.failed(attempts);
        }
    }

    /** Tells the budget of the end of a call that the engine could not end as usual, unless it knows. */
    final void tellOfEndIfOwed() {
        RetryBudget budget = plan.budget;
        if (budget != null && is(OWES_END)) {
            budget.callFailed(lastFromService());
            clear(OWES_END);
        }
    }
}
