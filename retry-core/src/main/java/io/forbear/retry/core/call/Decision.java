package io.forbear.retry.core.call;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.core.service.Rules;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * The decision: whether a call whose attempt failed is attempted again, and when. Every retry and every stop of the library
 * comes out of {@link #decide}; blocking, asynchronous and batch calls and adapters only carry it out.
 *
 * <p>The answer is a {@code long} so that it costs no object: a delay in nanoseconds, or a {@linkplain #stop reason} as a
 * negative number.
 */
final class Decision {

    static final StopReason[] REASONS = StopReason.values();

    private Decision() {}

    static long stop(StopReason reason) {
        return -1L - reason.ordinal();
    }

    static boolean isStop(long decision) {
        return decision < 0;
    }

    static StopReason reason(long decision) {
        return REASONS[(int) (-1L - decision)];
    }

    /**
     * Decides. The order is that of the reasons: the first that holds is the one reported, and nothing is spent before the
     * last. The failure has been counted, and the breaker told of it, before.
     */
    static long decide(CallState call, Classification failure, long nowNanos) {
        StopReason own = refusal(call, failure);
        if (own != null) {
            return stop(own);
        }
        long delay = delay(call, failure.category(), failure.pushbackNanos());
        return admit(call, failure.category(), delay, call.plan.rules.asked(delay, failure.pushbackNanos()), nowNanos);
    }

    /** The first part: what the failure itself, or the number of attempts, says. {@code null} where nothing speaks against it. */
    static @Nullable StopReason refusal(CallState call, Classification failure) {
        Rules rules = call.plan.rules;
        ErrorCategory category = failure.category();
        if (!rules.enabled) {
            return StopReason.DISABLED;
        }
        if (!failure.retryableOr(rules.retryable(category))) {
            return StopReason.NOT_RETRYABLE;
        }
        if (!failure.isNotExecuted() && !call.options.idempotentOr(rules.idempotent)) {
            return StopReason.NOT_IDEMPOTENT;
        }
        if (call.countedAttempts() >= rules.maxAttempts(category, call.options.criticality())) {
            return StopReason.ATTEMPTS_EXHAUSTED;
        }
        if (rules.nestedRefused && call.isNested()) {
            return StopReason.NESTED;
        }
        return failure.isDoNotRetry() || rules.givesUpAt(failure.pushbackNanos()) ? StopReason.PUSHED_BACK : null;
    }

    /**
     * The second part: whether there is time, a service that can be called, and allowance for an attempt after the delay.
     *
     * @param delayNanos how long the call would wait
     * @param askedNanos how long it should wait by the word of the server, at least the delay: the deadline is compared with this
     */
    static long admit(CallState call, ErrorCategory category, long delayNanos, long askedNanos, long nowNanos) {
        Plan plan = call.plan;
        if (call.isTooLong(askedNanos, nowNanos)) {
            return stop(StopReason.DEADLINE_EXCEEDED);
        }
        if (breakerRefuses(call, plan)) {
            return stop(StopReason.CIRCUIT_OPEN);
        }
        if (overloaded(plan)) {
            return stop(StopReason.OVERLOADED);
        }
        return withdraw(call, category, nowNanos) ? delayNanos : stop(StopReason.BUDGET_EXHAUSTED);
    }

    /** The category's backoff, raised to what the server asked for, which is capped; negative where it asked for nothing. */
    static long delay(CallState call, ErrorCategory category, long pushbackNanos) {
        Rules rules = call.plan.rules;
        Backoff backoff = rules.backoff(category);
        Client client = call.client;
        double rate = client == null || !rules.adaptive ? 1 : client.successRate();
        long delay = drawn(backoff, call, rate);
        if (pushbackNanos <= delay) {
            return delay;
        }
        long over = Math.min(pushbackNanos - delay, rules.maxPushbackOverBackoffNanos);
        return Math.max(delay, Math.min(delay + over, rules.maxPushbackNanos));
    }

    /** Where a ceiling or a source of chance of the user's throws, the longest delay is taken. */
    private static long drawn(Backoff backoff, CallState call, double successRate) {
        try {
            return backoff.delayNanos(
                    Math.max(1, call.countedAttempts()),
                    call.previousDelayNanos,
                    successRate,
                    call.plan.service.random());
        } catch (Throwable fault) {
            Faults.log("backoff", fault);
            return backoff.max().toNanos();
        }
    }

    private static boolean breakerRefuses(CallState call, Plan plan) {
        CircuitBreaker breaker = plan.breaker;
        return breaker != null && (call.wasProbe() || breaker.state().refuses());
    }

    private static boolean overloaded(Plan plan) {
        try {
            return plan.isOverloaded();
        } catch (Throwable fault) {
            Faults.log("overload signal", fault);
            return false;
        }
    }

    /** The client's budget, then the service's: both or none. */
    private static boolean withdraw(CallState call, ErrorCategory category, long nowNanos) {
        Plan plan = call.plan;
        Client payer = plan.payer(call.client);
        Client purse = payer == null ? null : payer.purse();
        Criticality criticality = call.options.criticality();
        long fromClient =
                purse == null ? 0 : purse.tryWithdraw(category, criticality, call.takenFromClient(), nowNanos);
        if (fromClient < 0) {
            return false;
        }
        call.paidByClient(purse, fromClient);
        long fromService = fromService(call, category, nowNanos);
        if (fromService < 0) {
            call.refund();
            return false;
        }
        call.paidByService(fromService, nowNanos);
        return true;
    }

    /** A budget whose source of chance throws refuses. */
    private static long fromService(CallState call, ErrorCategory category, long nowNanos) {
        try {
            return call.plan.withdraw(category, call.options.criticality(), call.takenFromService(), nowNanos);
        } catch (Throwable fault) {
            Faults.log("budget", fault);
            return RetryBudget.REFUSED;
        }
    }
}
