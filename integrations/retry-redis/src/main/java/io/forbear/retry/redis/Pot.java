package io.forbear.retry.redis;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The tokens that this process holds. Withdrawals know nothing of the store: the lease thread fills the pot. */
final class Pot implements RetryBudget {
    /*
     * State      left: milli-tokens that may be spent. wanted, wantedByCritical: that a withdrawal found less than the
     *            low-water mark, or nothing, since the last message to the store. surplus: what did not fit.
     * Invariant  0 <= left <= capacity. What is taken out of left and is neither spent nor in left again is in surplus.
     * Writers    left: withdrawals, refunds and the lease thread, by CAS. The flags: set by withdrawals where they are
     *            not set, cleared by the lease thread. So a refusal writes once in a lease at most, and wakes once.
     * Ordering   volatile. The lease thread clears the flags before it reads left: a withdrawal that is not in what it
     *            reads sets them again.
     * Progress   lock-free; no withdrawal waits, allocates, or reads a clock.
     */
    private static final VarHandle LEFT =
            ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), "left", VarHandle.class, Pot.class, long.class);

    private final long capacity;
    private final boolean observesCalls;
    private final LongAdder successes = new LongAdder();
    private final LongAdder surplus = new LongAdder();

    /** Keeps the lease alive as long as the pot: the lease thread itself forgets a budget that no service uses. */
    @SuppressWarnings("unused")
    private @Nullable Object lease;

    private volatile long left;
    private volatile boolean criticalOnly;
    private volatile boolean wanted;
    private volatile boolean wantedByCritical;
    private volatile long lowWater = TOKEN;

    Pot(long capacity, boolean observesCalls, long initial) {
        this.capacity = capacity;
        this.observesCalls = observesCalls;
        this.left = initial;
    }

    void keepAlive(Object ofLease) {
        lease = ofLease;
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        boolean critical = criticality == Criticality.CRITICAL;
        if (criticalOnly && !critical) {
            want(false);
            return REFUSED;
        }
        for (; ; ) {
            long seen = left;
            if (seen < TOKEN) {
                want(critical);
                return REFUSED;
            }
            if (LEFT.weakCompareAndSet(this, seen, seen - TOKEN)) {
                if (seen - TOKEN < lowWater) {
                    want(critical);
                }
                return TOKEN;
            }
            Thread.onSpinWait();
        }
    }

    private void want(boolean critical) {
        if (!wanted || critical && !wantedByCritical) {
            wantedByCritical |= critical;
            wanted = true;
            LeaseThread.wake();
        }
    }

    @Override
    public void refund(long milliTokens) {
        add(milliTokens);
    }

    /** Puts tokens in; what does not fit is surplus. */
    void add(long milliTokens) {
        if (milliTokens <= 0) {
            return;
        }
        for (; ; ) {
            long seen = left;
            long fits = Math.min(milliTokens, capacity - seen);
            if (fits == 0 || LEFT.weakCompareAndSet(this, seen, seen + fits)) {
                surplus.add(milliTokens - fits);
                return;
            }
            Thread.onSpinWait();
        }
    }

    /** Turns what is held beyond an amount into surplus. */
    void shrinkTo(long most) {
        for (; ; ) {
            long seen = left;
            if (seen <= most) {
                return;
            }
            if (LEFT.weakCompareAndSet(this, seen, most)) {
                surplus.add(seen - most);
                return;
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void callSucceeded(long lastTaken) {
        successes.increment();
    }

    @Override
    public boolean observesCalls() {
        return observesCalls;
    }

    @Override
    public long balance() {
        return left;
    }

    @Override
    public long capacity() {
        return capacity;
    }

    long successes() {
        return successes.sum();
    }

    long surplus() {
        return surplus.sum();
    }

    boolean isWanted() {
        return wanted;
    }

    /** Clears the wish, and tells whether a critical call had it. */
    boolean takeWish() {
        boolean critical = wantedByCritical;
        wantedByCritical = false;
        wanted = false;
        return critical;
    }

    void setLowWater(long milliTokens) {
        lowWater = milliTokens;
    }

    void setCriticalOnly(boolean only) {
        criticalOnly = only;
    }
}
