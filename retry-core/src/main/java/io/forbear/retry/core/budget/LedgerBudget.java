package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A budget kept as two running totals: what was earned, which is a function of time and calls and is never stored, and what
 * was spent, which is the one field that is written. The balance is their difference.
 *
 * @param <V> an immutable view of what the earned total is computed from
 */
abstract class LedgerBudget<V> implements FedBudget {
    /*
     * State      spent: milli-tokens, a running total; differences alone mean anything, so it may wrap.
     * Invariant  0 <= balance <= most(view) <= capacity in every value a thread can read, for the balance is clamped where it is read:
     *            below, because another thread may have looked at a later time; above, because what is earned beyond the most is
     *            forfeited. A forfeit is booked as spent by the next move. Clamping late equals clamping at once: between two
     *            moves the earned total only grows, and min(most, min(most, b + x) + y) = min(most, b + x + y).
     * Writers    move(), spendsOf(), and forfeit() once in years. SPEND: +amount, refused if less than `keep` would stay. CREDIT: -amount, never above the most.
     *            DRAIN: +amount, never below zero.
     * Ordering   volatile. spent is read before the view is taken: what a writer of `spent` had seen of the earned total is seen here
     *            too, so a total derived from counters is never older than the spent total that it is set against.
     * Progress   lock-free; a move that changes nothing (a refusal, a deposit into a full budget) is a read. balance() is wait-free
     *            where the view is.
     * Stress     BudgetStress, BudgetLinearizabilityTest (retry-jcstress); LedgerThreadsTest here.
     */
    private static final VarHandle SPENT = spentHandle();

    final Terms terms;
    final NanoClock clock;
    final Feeds feeds = new Feeds();

    @SuppressWarnings("unused") // by SPENT
    private volatile long spent;

    LedgerBudget(Terms terms, NanoClock clock) {
        this.terms = terms;
        this.clock = clock;
    }

    private static VarHandle spentHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(LedgerBudget.class, "spent", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Returns the time where this budget depends on it. */
    abstract long now();

    abstract V view(long nowNanos);

    /**
     * Returns the earned total.
     *
     * @param most what {@link #most} gave for the same view: where both grow with a counter, it must be read once, or what came in
     *     between would be forfeited
     */
    abstract long earned(V view, long most, long nowNanos);

    /** Returns the most that the balance can be, from 0 to the capacity. */
    abstract long most(V view);

    /** Makes a move and returns by how much the balance changed, 0 for a move that changed and wrote nothing. */
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

    /** Books what is forfeited. */
    private static long settled(long seen, long earned, long most) {
        return earned - seen > most ? earned - most : seen;
    }

    /** Books what is forfeited without a move. Where another thread writes at the same time, it has booked it. */
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

    /** Sets where the total starts. For constructors. */
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
            if (alreadyTaken > 0 && alreadyTaken + cost > terms.perCall(allowance)) {
                return REFUSED;
            }
            keep = terms.kept(allowance, criticality);
        }
        return cost == 0 || spends(cost, keep, nowNanos) ? cost : REFUSED;
    }

    /** Takes the amount if no less than {@code keep} stays. */
    boolean spends(long amount, long keep, long nowNanos) {
        return move(Move.SPEND, amount, keep, nowNanos) != 0;
    }

    /**
     * The same as {@link #spends}, where {@code least}, which {@link #most} is at least, is enough for it; otherwise changes nothing. The
     * balance is then taken for less than it is, and the total that is written is the same.
     */
    final boolean spendsOf(long least, long amount, long keep, long nowNanos) {
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
