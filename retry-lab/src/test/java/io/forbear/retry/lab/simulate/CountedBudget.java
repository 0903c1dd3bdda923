package io.forbear.retry.lab.simulate;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;

/**
 * The two rules of the published retry experiments that the library does not have, as budgets of a user: both count
 * calls when they begin. For one thread, as a simulation is.
 */
abstract class CountedBudget implements RetryBudget {

    /** A bucket to which each call adds as it begins, and of which more than one token must be there for a retry. */
    static RetryBudget bucket(double perCall, double size) {
        return new CountedBudget() {
            private double tokens = size;

            @Override
            public void callStarted() {
                tokens = Math.min(tokens + perCall, size);
            }

            @Override
            boolean isGranted() {
                if (tokens <= 1) {
                    return false;
                }
                tokens--;
                return true;
            }
        };
    }

    /** No retry while more than this share of attempts has failed, counted from the beginning. */
    static RetryBudget failureShare(double most) {
        return new CountedBudget() {
            private double calls;
            private double failures;

            @Override
            public void callStarted() {
                calls++;
            }

            @Override
            public void attemptFailed(ErrorCategory category, boolean retryable) {
                failures++;
            }

            @Override
            boolean isGranted() {
                return failures / calls <= most;
            }
        };
    }

    abstract boolean isGranted();

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        return isGranted() ? 0 : REFUSED;
    }

    @Override
    public void refund(long milliTokens) {}

    @Override
    public long balance() {
        return TOKEN;
    }

    @Override
    public long capacity() {
        return TOKEN;
    }
}
