package io.forbear.retry.core.call;

import io.forbear.retry.Backoff;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.service.Rules;
import io.forbear.retry.error.ErrorCategory;

/** How long a call waits before its next attempt: backoff, and what the server asked for. */
final class Delays {

    private Delays() {}

    /**
     * The category's backoff, raised to what the server asked for, which is capped; negative where it asked for
     * nothing.
     */
    static long draw(CallState call, int attempts, ErrorCategory category, long pushbackNanos) {
        Rules rules = call.plan.rules;
        Client client = call.client;
        double rate = client == null || !rules.adaptive ? 1 : client.successRate();
        long delay = backoff(rules.backoff(category), call, attempts, rate);
        if (pushbackNanos <= delay) {
            return delay;
        }
        long over = Math.min(pushbackNanos - delay, rules.maxPushbackOverBackoffNanos);
        return Math.max(delay, Math.min(delay + over, rules.maxPushbackNanos));
    }

    /** Where a ceiling or a random source of the user throws, the longest delay is taken. */
    private static long backoff(Backoff backoff, CallState call, int attempts, double successRate) {
        try {
            return backoff.delayNanos(
                    Math.max(1, attempts), call.previousDelayNanos, successRate, call.plan.service.random());
        } catch (Throwable fault) {
            Faults.log("backoff", fault);
            return backoff.max().toNanos();
        }
    }
}
