package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A budget kept as two running totals, as in a ledger. The earned total is a function of time and calls; it is computed
 * when it is needed and never stored. The spent total is the one field that is written. The balance is their
 * difference. So neither the passing of time nor a success writes anything.
 *
 * @param <V> an immutable view of the data from which the earned total is computed
 */
abstract class LedgerBudget<V> implements FedBudget {
    /*
     * State      spent: milli-tokens, a running total. Only differences mean anything, so it may wrap.
     * Invariant  0 <= balance <= most(view) <= capacity in every value that a thread can read, because the balance is
     *            clamped where it is read: at zero, because another thread may have used a later time; at the most,
     *            because earnings beyond it are forfeited. The next move books the forfeit as spent. Clamping late
     *            gives the same balance as clamping at once: between two moves the earned total only grows, and
     *            min(most, min(most, b + x) + y) = min(most, b + x + y).
     * Writers    move() and trySpendWithin(); forfeit() once in years. SPEND adds the amount, and is refused if less
     *            than `keep` would remain. CREDIT subtracts it, but the balance never exceeds the most. DRAIN adds it,
     *            but the balance never falls below zero.
     * Ordering   volatile. A reader reads spent before it takes the view. What a writer of `spent` had seen of the
     *            earned total, the reader sees too. So an earned total that is derived from counters is never older
     *            than the spent total with which it is compared.
     * Progress   lock-free. A move that changes nothing (a refusal, a deposit into a full budget) only reads. balance()
     *            is wait-free if the view is.
     * Stress     BudgetStress, BudgetLinearizabilityTest (retry-jcstress), LedgerThreadsTest
     */
    private static final VarHandle SPENT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "spent", VarHandle.class, LedgerBudget.class, long.class);

    final CostTerms terms;
    final NanoClock clock;
    final Feeds feeds = new Feeds();

    @SuppressWarnings("unused") // written through SPENT
    private volatile long spent;

    LedgerBudget(CostTerms terms, NanoClock clock) {
        this.terms = terms;
        this.clock = clock;
    }

    /** Returns the time, or any constant if this budget does not depend on it. */
    abstract long now();

    abstract V view(long nowNanos);

    /**
     * Returns the earned total.
     *
     * @param most the result of {@link #most} for the same view. If both grow with a counter, that counter must be read
     *     once: a deposit between two readings would look like an excess, and be forfeited
     */
    abstract long earned(V view, long most, long nowNanos);

    /** Returns the most that the balance can be, from 0 to the capacity. */
    abstract long most(V view);

    /**
     * Makes a move. Returns by how much the balance changed; 0 for a move that changed nothing, and so wrote nothing.
     */
    final long move(Move move, long amount, long keep, long nowNanos) {
        for (; ; ) {
            long seen = spent;
            V view = view(nowNanos);
            long most = most(view);
            long earned = earned(view, most, nowNanos);
            long from = settled(seen, earned, most);
            long level = Math.max(0, earned - from);
            long next = move.next(level, most, amount, keep);
            if (next == level) {
                return 0;
            }
            if (SPENT.weakCompareAndSet(this, seen, from + (level - next))) {
                return next - level;
            }
            Thread.onSpinWait();
        }
    }

    /** Returns the spent total in which the earnings beyond the most are booked as spent. */
    private static long settled(long seen, long earned, long most) {
        return earned - seen > most ? earned - most : seen;
    }

    /** Books a forfeit without a move. If the CAS fails, the thread that made it fail has booked the forfeit. */
    final void forfeit(long earned, long most) {
        long seen = spent;
        SPENT.compareAndSet(this, seen, settled(seen, earned, most));
    }

    final long level(long nowNanos) {
        long seen = spent;
        V view = view(nowNanos);
        long most = most(view);
        return Math.max(0, Math.min(most, earned(view, most, nowNanos) - seen));
    }

    final long spent() {
        return spent;
    }

    /** Sets the first value of the spent total; for constructors. */
    final void startAt(long total) {
        spent = total;
    }

    @Override
    public final long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        return tryWithdraw(category, criticality, alreadyTaken, now());
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        long cost = terms.cost(category);
        long keep = 0;
        if (terms.haveShares()) {
            long allowance = most(view(nowNanos));
            if (terms.exceedsShare(cost, alreadyTaken, allowance)) {
                return REFUSED;
            }
            keep = terms.reserve(allowance, criticality);
        }
        return cost == 0 || trySpend(cost, keep, nowNanos) ? cost : REFUSED;
    }

    /** Takes the amount if at least {@code keep} remains. */
    boolean trySpend(long amount, long keep, long nowNanos) {
        return move(Move.SPEND, amount, keep, nowNanos) != 0;
    }

    /**
     * Fast path of {@link #trySpend}: succeeds if {@code least} alone covers the amount, and reads no counter.
     * Otherwise it changes nothing. The caller guarantees that {@link #most} is never below {@code least}. The fast
     * path so takes the balance for less than it is; the total that it writes is the same.
     */
    final boolean trySpendWithin(long least, long amount, long keep, long nowNanos) {
        for (; ; ) {
            long seen = spent;
            long level = earned(view(nowNanos), least, nowNanos) - seen;
            if (level > least || level - keep < amount) {
                return false;
            }
            if (SPENT.weakCompareAndSet(this, seen, seen + amount)) {
                return true;
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void refund(long milliTokens) {
        credit(milliTokens);
    }

    final void credit(long milliTokens) {
        if (milliTokens > 0) {
            move(Move.CREDIT, milliTokens, 0, now());
        }
    }

    @Override
    public long balance() {
        return level(now());
    }

    @Override
    public final void feed(CallFeed feed, Object owner) {
        feeds.add(feed, owner);
    }
}
