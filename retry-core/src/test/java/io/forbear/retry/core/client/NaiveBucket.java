package io.forbear.retry.core.client;

import java.math.BigInteger;

/** The obvious bucket: an exact fraction, refilled at each look. The balance is {@code parts / period}. */
final class NaiveBucket {
    private ClientBudget budget;
    private BigInteger parts;
    private BigInteger lookedAtNanos;

    NaiveBucket(ClientBudget budget, long nowNanos) {
        this.budget = budget;
        this.parts = capacity();
        this.lookedAtNanos = BigInteger.valueOf(nowNanos);
    }

    private BigInteger inParts(long milli) {
        return BigInteger.valueOf(milli).multiply(BigInteger.valueOf(budget.refillPeriodNanos()));
    }

    private BigInteger capacity() {
        return inParts(budget.capacityMilli());
    }

    private void refill(BigInteger nowNanos) {
        BigInteger flowed = nowNanos.subtract(lookedAtNanos).multiply(BigInteger.valueOf(budget.refillMilli()));
        parts = parts.add(flowed).min(capacity());
        lookedAtNanos = nowNanos;
    }

    /** Advances the time, and looks at the bucket. */
    void pass(long nanos) {
        refill(lookedAtNanos.add(BigInteger.valueOf(nanos)));
    }

    boolean withdraw(long costMilli, long reserveMilli) {
        if (costMilli == 0) {
            return true;
        }
        BigInteger cost = inParts(costMilli);
        if (parts.compareTo(cost.add(inParts(reserveMilli))) < 0) {
            return false;
        }
        parts = parts.subtract(cost);
        return true;
    }

    void refund(long milli) {
        parts = parts.add(inParts(milli)).min(capacity());
    }

    void update(ClientBudget changed) {
        parts = parts.multiply(BigInteger.valueOf(changed.refillPeriodNanos()))
                .divide(BigInteger.valueOf(budget.refillPeriodNanos()));
        budget = changed;
        parts = parts.min(capacity());
    }

    long balanceMilli() {
        return parts.divide(BigInteger.valueOf(budget.refillPeriodNanos())).longValueExact();
    }
}
