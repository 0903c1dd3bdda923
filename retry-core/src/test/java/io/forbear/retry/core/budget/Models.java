package io.forbear.retry.core.budget;

import io.forbear.retry.testkit.ManualClock;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/** The slow, obvious budgets with which the fast ones are compared. All amounts are in milli-tokens. */
final class Models {

    private Models() {}

    /** A balance that is updated at each step. */
    abstract static class Model {
        final ManualClock clock;

        Model(ManualClock clock) {
            this.clock = clock;
        }

        abstract long balance();

        abstract boolean withdraw(long cost, long keep);

        abstract void credit(long amount);

        void firstTrySucceeded() {}

        long allowance() {
            return Long.MAX_VALUE;
        }
    }

    /** A balance, to which time adds milli-tokens. */
    static final class Bucket extends Model {
        private final long capacity;
        private final BigInteger refill;
        private final BigInteger period;
        private BigInteger elapsed = BigInteger.ZERO;
        private BigInteger arrived = BigInteger.ZERO;
        private long seen;
        private long balance;

        Bucket(TokenBucketSpec spec, ManualClock clock) {
            super(clock);
            this.capacity = spec.capacityMilli();
            this.refill = BigInteger.valueOf(spec.refillMilli());
            this.period = BigInteger.valueOf(spec.refillPeriodNanos());
            this.balance = spec.initialMilli();
            this.seen = clock.nanoTime();
        }

        private void update() {
            long now = clock.nanoTime();
            elapsed = elapsed.add(BigInteger.valueOf(now - seen));
            seen = now;
            BigInteger due = elapsed.multiply(refill).divide(period);
            add(due.subtract(arrived));
            arrived = due;
        }

        private void add(BigInteger amount) {
            balance = BigInteger.valueOf(balance)
                    .add(amount)
                    .min(BigInteger.valueOf(capacity))
                    .longValueExact();
        }

        BigInteger arrived() {
            update();
            return arrived;
        }

        @Override
        long balance() {
            update();
            return balance;
        }

        @Override
        boolean withdraw(long cost, long keep) {
            update();
            if (balance - keep < cost) {
                return false;
            }
            balance -= cost;
            return true;
        }

        @Override
        void credit(long amount) {
            update();
            add(BigInteger.valueOf(amount));
        }

        @Override
        long allowance() {
            return capacity;
        }
    }

    /** A balance that only calls change. */
    static final class Quota extends Model {
        private final long capacity;
        private final long successCredit;
        private long balance;

        Quota(QuotaSpec spec, ManualClock clock) {
            super(clock);
            this.capacity = spec.capacityMilli();
            this.successCredit = spec.successCreditMilli();
            this.balance = spec.initialMilli();
        }

        @Override
        long balance() {
            return balance;
        }

        @Override
        boolean withdraw(long cost, long keep) {
            if (balance - keep < cost) {
                return false;
            }
            balance -= cost;
            return true;
        }

        @Override
        void credit(long amount) {
            balance = Math.min(capacity, balance + amount);
        }

        @Override
        void firstTrySucceeded() {
            credit(successCredit);
        }

        @Override
        long allowance() {
            return capacity;
        }
    }

    /** Deposits and withdrawals by slot, summed again at each reading. */
    static final class Ratio extends Model {
        private final RatioSpec spec;
        private final long start;
        private final Map<Long, Long> deposits = new HashMap<>();
        private final Map<Long, Long> withdrawals = new HashMap<>();

        Ratio(RatioSpec spec, ManualClock clock) {
            super(clock);
            this.spec = spec;
            this.start = clock.nanoTime();
        }

        private long slot() {
            return (clock.nanoTime() - start) / (spec.windowNanos() / 10);
        }

        private static long sum(Map<Long, Long> bySlot, long from, long to) {
            long sum = 0;
            for (long slot = from; slot <= to; slot++) {
                sum += bySlot.getOrDefault(slot, 0L);
            }
            return sum;
        }

        @Override
        long allowance() {
            long calls = sum(deposits, slot() - 9, slot());
            BigInteger earned = BigInteger.valueOf(calls)
                    .multiply(BigInteger.valueOf(spec.ratioNano()))
                    .divide(BigInteger.valueOf(1_000_000));
            return earned.add(BigInteger.valueOf(spec.floorMilli()))
                    .min(BigInteger.valueOf(spec.capacityMilli()))
                    .longValueExact();
        }

        private long taken() {
            return sum(withdrawals, slot() - 9, slot());
        }

        @Override
        long balance() {
            return Math.max(0, allowance() - taken());
        }

        @Override
        boolean withdraw(long cost, long keep) {
            if (balance() - keep < cost) {
                return false;
            }
            withdrawals.merge(slot(), cost, Long::sum);
            return true;
        }

        /** The oldest first, and no more than was taken within the window. */
        @Override
        void credit(long amount) {
            long rest = amount;
            for (long slot = slot() - 9; slot <= slot(); slot++) {
                long part = Math.min(rest, withdrawals.getOrDefault(slot, 0L));
                withdrawals.merge(slot, -part, Long::sum);
                rest -= part;
            }
        }

        @Override
        void firstTrySucceeded() {
            if (allowance() < spec.capacityMilli()) {
                deposits.merge(slot(), 1L, Long::sum);
            }
        }
    }
}
