package io.forbear.retry.core.decision;

import io.forbear.retry.Classification;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.client.Client;
import org.jspecify.annotations.Nullable;

/**
 * The part of a call that deals with budgets: what it has taken for its retries, and what budgets and client are told of it.
 *
 * <p>One of the superclasses that make up a {@link CallState}, and not an object of its own, for a call that waits is to be small.
 */
abstract sealed class CallSpending permits CallAdmission {
    /*
     * Invariant  takenFrom... is the sum of what all retries so far took, lastFrom... what the last one took; lastReceipt says
     *            when, too. Client and service pay both or none. fromOverflow: an overflow client paid, and is given back what it
     *            paid, though the client may have found room for a bucket of its own, or lost it.
     */

    final Plan plan;
    final @Nullable Client client;

    private long takenFromService;
    private long takenFromClient;
    private long lastFromClient;
    private long lastReceipt;
    private boolean fromOverflow;

    CallSpending(Plan plan, @Nullable Client client) {
        this.plan = plan;
        this.client = client;
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

    /** A retry has been paid for. */
    final void paid(@Nullable Client purse, long milliFromClient, long milliFromService, long nowNanos) {
        fromOverflow = purse != null && purse.isOverflow();
        lastFromClient = milliFromClient;
        lastReceipt = Receipt.of(milliFromService, nowNanos);
        takenFromClient += milliFromClient;
        takenFromService += milliFromService;
    }

    /** Gives back what the last retry took: it was not made. */
    final void refund() {
        Client payer = lastFromClient > 0 ? plan.payer(client) : null;
        Client purse = payer != null && fromOverflow ? payer.overflowPurse() : payer;
        if (purse != null && purse.isOverflow() == fromOverflow) {
            purse.refund(lastFromClient, plan.timed ? now() : 0);
        }
        RetryBudget budget = plan.budget;
        if (budget != null && lastFromService() > 0) {
            plan.refund(budget, lastReceipt);
        }
        lastFromClient = 0;
        lastReceipt = Receipt.NONE;
    }

    final void tellOfStart() {
        RetryBudget budget = plan.budget;
        if (budget != null && plan.tellsBudget) {
            plan.callStarted(budget);
        }
    }

    final void tellOfFailure(Classification classification) {
        RetryBudget budget = plan.budget;
        if (budget != null) {
            boolean retryable = classification.isRetryable(plan.rules.retryable(classification.category()));
            budget.attemptFailed(classification.category(), retryable || classification.isDoNotRetry());
        }
    }

    final void tellOfSuccess(int attempts) {
        RetryBudget budget = plan.budget;
        if (budget != null && (attempts > 1 || plan.tellsBudget)) {
            plan.callSucceeded(budget, lastFromService(), attempts == 1);
        }
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
        if (client != null) {
            client.failed(attempts);
        }
    }
}
