package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;

/** The part of a retry loop that a quota sees: attempts, withdrawals, and what a success gives back. */
final class QuotaDriver {

    final RetryBudget budget;
    private final int maxAttempts;
    private int attempt = 1;
    private long taken;
    private long lastTaken;
    private boolean ended;

    QuotaDriver(RetryBudget budget, int maxAttempts) {
        this.budget = budget;
        this.maxAttempts = maxAttempts;
    }

    /** Returns the name that the published cases give to what happens. */
    String failed(ErrorCategory category, boolean retryable) {
        begin();
        budget.attemptFailed(category, retryable);
        if (!retryable) {
            return end("fail_request");
        }
        if (attempt >= maxAttempts) {
            return end("max_attempts_exceeded");
        }
        long got = budget.tryWithdraw(category, Criticality.NORMAL, taken);
        if (got < 0) {
            lastTaken = 0;
            return end("retry_quota_exceeded");
        }
        taken += got;
        lastTaken = got;
        attempt++;
        return "retry_request";
    }

    String succeeded() {
        begin();
        budget.callSucceeded(lastTaken);
        ended = true;
        return "success";
    }

    private String end(String outcome) {
        budget.callFailed(lastTaken);
        ended = true;
        return outcome;
    }

    private void begin() {
        if (ended) {
            ended = false;
            attempt = 1;
            taken = 0;
            lastTaken = 0;
        }
    }

    boolean isEnded() {
        return ended;
    }

    int attempts() {
        return attempt;
    }

    double lastTokens() {
        return lastTaken / 1000.0;
    }

    double tokens() {
        return budget.balance() / 1000.0;
    }
}
