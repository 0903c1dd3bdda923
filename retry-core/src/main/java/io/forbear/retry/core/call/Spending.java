package io.forbear.retry.core.call;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.core.service.Receipt;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * What a call takes from budgets for its retries and gives back, and what budgets and client are told of it: functions
 * over {@link CallState}, whose block says which of its fields they keep.
 */
final class Spending {

    private Spending() {}

    /** Takes the cost of a retry from the client's budget, then from the service's: from both, or from none. */
    static boolean tryWithdraw(CallState call, ErrorCategory category, long nowNanos) {
        Plan plan = call.plan;
        Client payer = plan.payer(call.client);
        Client purse = payer == null ? null : payer.purse();
        Criticality criticality = call.options.criticality();
        long fromClient = purse == null ? 0 : purse.tryWithdraw(category, criticality, call.takenFromClient, nowNanos);
        if (fromClient < 0) {
            plan.service.operators.budgetDenied(plan, purse, nowNanos);
            return false;
        }
        recordClientPaid(call, purse, fromClient);
        long fromService = withdrawFromService(call, category, nowNanos);
        if (fromService < 0) {
            refund(call);
            plan.service.operators.budgetDenied(plan, null, nowNanos);
            return false;
        }
        plan.service.operators.budgetGranted(nowNanos);
        call.lastReceipt = Receipt.of(fromService, nowNanos);
        call.takenFromClient += call.lastFromClient;
        call.takenFromService += fromService;
        return true;
    }

    private static void recordClientPaid(CallState call, @Nullable Client purse, long milliTokens) {
        call.lastReceipt = Receipt.NONE;
        call.lastFromClient = milliTokens;
        if (purse != null && purse.isOverflow()) {
            call.set(CallState.OVERFLOW_PAID);
        } else {
            call.clear(CallState.OVERFLOW_PAID);
        }
        call.set(CallState.UNMADE);
    }

    /** A retry that was paid for is made: what it took counts for its client. */
    static void tellSpent(CallState call) {
        Client client = call.client;
        String id = call.clientId;
        if (client != null && id != null) {
            long taken = Math.max(call.lastFromClient, lastFromService(call));
            if (taken > 0) {
                call.plan.service.operators.clientSpent(client, id, taken);
            }
        }
    }

    /** A budget whose random source throws refuses. */
    private static long withdrawFromService(CallState call, ErrorCategory category, long nowNanos) {
        try {
            return call.plan.withdraw(category, call.options.criticality(), call.takenFromService, nowNanos);
        } catch (Throwable fault) {
            Faults.log("budget", fault);
            return RetryBudget.REFUSED;
        }
    }

    /** Gives back what the last retry took, where it was not made. */
    static void refund(CallState call) {
        if (!call.is(CallState.UNMADE)) {
            return;
        }
        if (call.lastFromClient > 0) {
            refundClient(call, call.lastFromClient);
            call.lastFromClient = 0;
        }
        RetryBudget budget = call.plan.budget;
        if (budget != null && lastFromService(call) > 0) {
            call.plan.refund(budget, call.lastReceipt);
        }
        call.lastReceipt = Receipt.NONE;
        call.clear(CallState.UNMADE);
    }

    private static void refundClient(CallState call, long milliTokens) {
        boolean fromOverflow = call.is(CallState.OVERFLOW_PAID);
        Client payer = call.plan.payer(call.client);
        Client purse = payer != null && fromOverflow ? payer.overflowPurse() : payer;
        if (purse != null && purse.isOverflow() == fromOverflow) {
            purse.refund(milliTokens, call.plan.timed ? call.now() : 0);
        }
    }

    private static long lastFromService(CallState call) {
        return Receipt.milliTokens(call.lastReceipt);
    }

    // ---- what budgets and client are told

    static void tellStarted(CallState call) {
        RetryBudget budget = call.plan.budget;
        if (budget != null && call.plan.tellsBudget) {
            call.plan.callStarted(budget);
            call.set(CallState.OWES_END);
        }
    }

    static void tellFailed(CallState call, Classification classification) {
        RetryBudget budget = call.plan.budget;
        if (budget != null) {
            call.set(CallState.OWES_END);
            if (!classification.isLocal()) { // what failed in this process says nothing about the service
                boolean retryable = call.plan.rules.isRetryable(classification);
                budget.attemptFailed(classification.category(), retryable || classification.isDoNotRetry());
            }
        }
    }

    static void tellSucceeded(CallState call) {
        RetryBudget budget = call.plan.budget;
        int attempts = call.attempt;
        if (budget != null && (attempts > 1 || call.plan.tellsBudget)) {
            call.plan.callSucceeded(budget, lastFromService(call), attempts == 1);
        }
        call.clear(CallState.OWES_END);
        Client client = call.client;
        if (client != null) {
            client.succeeded(attempts);
        }
    }

    /** Tells of a call that ended without success; a batch may have mostly succeeded nevertheless. */
    static void tellEnded(CallState call, boolean mostlySucceeded) {
        RetryBudget budget = call.plan.budget;
        int attempts = call.attempt;
        if (budget != null && attempts > 0) {
            if (mostlySucceeded) {
                call.plan.callSucceeded(
                        budget, lastFromService(call), false); // one that is fed has read of it in the counters
            } else {
                budget.callFailed(lastFromService(call));
            }
        }
        call.clear(CallState.OWES_END);
        Client client = call.client;
        if (client != null) {
            client.failed(attempts);
        }
    }

    /** Tells the budget of the end of a call that the engine could not end as usual, unless it knows. */
    static void tellEndedIfOwed(CallState call) {
        RetryBudget budget = call.plan.budget;
        if (budget != null && call.is(CallState.OWES_END)) {
            budget.callFailed(lastFromService(call));
            call.clear(CallState.OWES_END);
        }
    }
}
