package io.forbear.retry.core.client;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.RetryCosts;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.internal.Checks;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The state that a service keeps for one client: its token bucket, the window of its last operations, and its counters.
 * It is also the entry of the hash table, so that a look-up touches no other object.
 *
 * <p>Thread-safe. Made by {@link ClientTable}. A caller may keep a client for the length of a call. If the table evicts
 * it meanwhile, the object still works: withdrawals and failures go on to the client that has the id now; successes
 * that are recorded here are lost with the evicted client.
 */
public final class Client extends ClientKey {
    /*
     * State      fullLevel   the level at which the bucket is full, see Refill.
     *            outcomes    window, number of failures, eviction flag and more in one word, see Outcomes.
     *            firstTry, recovered, laterAttempts   counters; operations = firstTry + recovered + failures.
     * Invariant  0 <= balance <= capacity in every value that a thread can read.
     *            Each withdrawal and each failure is either in this client before its eviction, or in its successor.
     *            At the moment of its eviction a client is evictable (see Outcomes) and its bucket is full. So an
     *            eviction loses no withdrawal, and no failure but those that a search has passed over before.
     * Writers    fullLevel: withdrawal and refund, by CAS.
     *            outcomes: the end of an operation, a withdrawal from an evictable client, passOver and tryEvict, by
     *            CAS.
     *            Counters: getAndAdd.
     * Ordering   volatile. A withdrawal moves fullLevel first and then writes outcomes. An eviction reads outcomes,
     *            then fullLevel, and then sets the eviction flag by a CAS of outcomes. So one of three things happens:
     *            the eviction sees the moved fullLevel and gives up; or its CAS fails because the withdrawal has
     *            changed the word; or the withdrawal sees the flag and is repeated at the successor.
     *            If the word holds a failure that no search has passed over, the withdrawal need not write it: every
     *            earlier word that allowed an eviction is gone for good (see Outcomes), so the CAS of a pending
     *            eviction fails. passOver may see a bucket that has just been drawn on; that is harmless, because
     *            tryEvict reads fullLevel again.
     * Progress   lock-free. A refusal writes nothing. A success writes no outcomes if the window is full of successes.
     * Stress     ClientStress, EvictionStress, SecondChanceStress, BudgetLinearizabilityTest (retry-jcstress),
     *            ClientTableConcurrencyTest
     * Size       64 bytes with compressed pointers: 12 header, 12 references and hash, 40 state. The fields that a
     *            success reads and writes lie together with the key in bytes 8 to 40, because an object may begin
     *            anywhere in a cache line.
     */

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final VarHandle FULL_LEVEL =
            ConstantBootstraps.fieldVarHandle(LOOKUP, "fullLevel", VarHandle.class, Client.class, long.class);
    private static final VarHandle OUTCOMES =
            ConstantBootstraps.fieldVarHandle(LOOKUP, "outcomes", VarHandle.class, Client.class, long.class);
    private static final VarHandle FIRST_TRY =
            ConstantBootstraps.fieldVarHandle(LOOKUP, "firstTry", VarHandle.class, Client.class, long.class);
    private static final VarHandle RECOVERED =
            ConstantBootstraps.fieldVarHandle(LOOKUP, "recovered", VarHandle.class, Client.class, long.class);
    private static final VarHandle LATER_ATTEMPTS =
            ConstantBootstraps.fieldVarHandle(LOOKUP, "laterAttempts", VarHandle.class, Client.class, long.class);

    /** The id of every overflow client, compared by identity. */
    static final String OVERFLOW = new String("overflow");

    /** Returned by {@link #withdraw} if the client was evicted; tokens that it took there do not count. */
    private static final long EVICTED = -2;

    private volatile long outcomes;
    private volatile long firstTry;
    private volatile long fullLevel;
    private volatile long recovered;
    private volatile long laterAttempts;

    /** Plain writes are enough: the CAS that puts the client into the table publishes them. */
    Client(ClientBudgets budgets, String id, int hash, long fullLevel) {
        super(budgets, id, hash);
        FULL_LEVEL.set(this, fullLevel);
        OUTCOMES.set(this, Outcomes.EMPTY);
    }

    static Client overflow(ClientBudgets budgets, int stripe) {
        return new Client(budgets, OVERFLOW, stripe, 0);
    }

    /** Tells whether this client has a budget: {@code false} if the table has no budgets. */
    public boolean hasBudget() {
        return budgets.refill() != null;
    }

    /**
     * Returns the purse of this client: the client whose bucket pays for its retries now. A refund must go to the purse
     * that paid, because this client may have got a bucket of its own by then, or may have lost it.
     *
     * @return this client, the client that has its id now, the one of the same id where budgets are shared, or an
     *     overflow client
     */
    public Client purse() {
        Client purse = budgets.purseOf(this);
        return purse.isEvicted() ? purse.successor() : purse;
    }

    /**
     * Returns the overflow client whose bucket pays while the table has no entry for this client.
     *
     * @return the purse that gets the refund of a retry for which an overflow client paid
     */
    public Client overflowPurse() {
        return isOverflow() ? budgets.purseOf(this) : budgets.overflowPurse(hash);
    }

    /**
     * Withdraws the cost of a retry from the budget, or refuses. A refusal writes nothing.
     *
     * @param costMilli milli-tokens, zero or more
     * @param reserveMilli milli-tokens that must be left for others
     * @param nowNanos the time, from the table's clock
     * @return milli-tokens taken, {@code 0} if there is no budget, or {@link RetryBudget#REFUSED}
     * @throws IllegalArgumentException if an amount is negative
     */
    public long tryWithdraw(long costMilli, long reserveMilli, long nowNanos) {
        Checks.atLeast(0, costMilli, "costMilli");
        Checks.atLeast(0, reserveMilli, "reserveMilli");
        Client purse = budgets.purseOf(this);
        long taken = purse.withdraw(costMilli, reserveMilli, nowNanos);
        while (taken == EVICTED) {
            purse = purse.successor();
            taken = purse.withdraw(costMilli, reserveMilli, nowNanos);
        }
        return taken;
    }

    /**
     * Withdraws the cost that the table charges for a retry, or refuses. A refusal writes nothing.
     *
     * @param category the category of the failure that is to be retried
     * @param criticality how much the call matters
     * @param alreadyTaken milli-tokens that the same call has taken for its earlier retries
     * @param nowNanos the time, from the table's clock
     * @return milli-tokens taken, {@code 0} if there is no budget, or {@link RetryBudget#REFUSED}
     */
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        RetryCosts costs = budgets.costs();
        long cost = costs.cost(category);
        return costs.exceedsShare(cost, alreadyTaken)
                ? RetryBudget.REFUSED
                : tryWithdraw(cost, costs.reserve(criticality), nowNanos);
    }

    private long withdraw(long costMilli, long reserveMilli, long nowNanos) {
        while (true) {
            Refill refill = budgets.refill();
            if (refill == null || costMilli == 0) {
                return 0;
            }
            long seen = fullLevel;
            if (refill != budgets.refill()) {
                continue; // fullLevel may be of a newer rule, in other units
            }
            long level = refill.level(nowNanos);
            long deficit = refill.deficit(seen, level);
            if (!refill.covers(deficit, costMilli, reserveMilli)) {
                return Outcomes.isEvicted(outcomes) ? EVICTED : RetryBudget.REFUSED;
            }
            if (FULL_LEVEL.compareAndSet(this, seen, level + deficit + refill.units(costMilli))) {
                return preventEviction() ? costMilli : EVICTED;
            }
            Thread.onSpinWait();
        }
    }

    /** Makes every eviction fail that has not seen fullLevel as it is now; false if this client is already evicted. */
    private boolean preventEviction() {
        while (true) {
            long seen = outcomes;
            if (Outcomes.isEvicted(seen)) {
                return false;
            }
            if (!Outcomes.isEvictable(seen) || OUTCOMES.compareAndSet(this, seen, Outcomes.withWithdrawal(seen))) {
                return true;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Gives back what a withdrawal took for a retry that was not made.
     *
     * @param milli the result of {@link #tryWithdraw}, zero or more
     * @param nowNanos the time, from the table's clock
     * @throws IllegalArgumentException if the amount is negative
     */
    public void refund(long milli, long nowNanos) {
        Checks.atLeast(0, milli, "milli");
        Client purse = budgets.purseIfPresent(this);
        if (purse != null) {
            purse.deposit(milli, nowNanos);
        }
    }

    private void deposit(long milli, long nowNanos) {
        while (true) {
            Refill refill = budgets.refill();
            if (refill == null || milli == 0) {
                return;
            }
            long seen = fullLevel;
            if (refill != budgets.refill()) {
                continue; // fullLevel may be of a newer rule, in other units
            }
            long level = refill.level(nowNanos);
            long deficit = refill.deficit(seen, level);
            long next = level + Math.max(0, deficit - refill.units(milli));
            if (deficit == 0 || FULL_LEVEL.compareAndSet(this, seen, next)) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Records that a call of this client has succeeded. If the call succeeded at the first attempt, and the window is
     * full of successes, this is one addition.
     *
     * @param attempts attempts that the call made
     */
    public void succeeded(int attempts) {
        if (attempts <= 1) {
            FIRST_TRY.getAndAdd(this, 1L);
        } else {
            LATER_ATTEMPTS.getAndAdd(this, (long) attempts);
            RECOVERED.getAndAdd(this, 1L);
        }
        long seen = outcomes;
        while (!Outcomes.isSaturated(seen) && !Outcomes.isEvicted(seen)) {
            if (OUTCOMES.compareAndSet(this, seen, Outcomes.withSuccess(seen))) {
                return;
            }
            Thread.onSpinWait();
            seen = outcomes;
        }
    }

    /**
     * Records that a call of this client has ended without success.
     *
     * @param attempts attempts that the call made; 0 if the first one was refused
     */
    public void failed(int attempts) {
        Client live = this;
        while (!live.recordFailure(attempts)) {
            live = live.successor();
        }
    }

    private boolean recordFailure(int attempts) {
        while (true) {
            long seen = outcomes;
            if (Outcomes.isEvicted(seen)) {
                return false;
            }
            if (OUTCOMES.compareAndSet(this, seen, Outcomes.withFailure(seen))) {
                LATER_ATTEMPTS.getAndAdd(this, (long) attempts);
                return true;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Returns the share of successes among the last {@value Outcomes#WINDOW} operations; 1 before the first operation.
     */
    public double successRate() {
        return Outcomes.successRate(outcomes);
    }

    /** Returns how many operations have ended since this entry was made; an eviction ends the count. */
    public long operations() {
        return successes() + Outcomes.failures(outcomes);
    }

    /** Returns how many operations have succeeded, a part of {@link #operations()}. */
    public long successes() {
        return firstTry + recovered;
    }

    /** Returns how many operations have succeeded after at least one retry, a part of {@link #successes()}. */
    public long recovered() {
        return recovered;
    }

    /** Returns how many attempts the ended operations made, the first ones included. */
    public long attempts() {
        return firstTry + laterAttempts;
    }

    /**
     * Returns the balance of the budget, rounded down.
     *
     * @param nowNanos the time, from the table's clock
     * @return milli-tokens, from 0 to {@link #capacityMilli()}; 0 if there is no budget
     */
    public long balanceMilli(long nowNanos) {
        Refill refill = budgets.refill();
        if (refill == null) {
            return 0;
        }
        Client purse = budgets.purseIfPresent(this);
        long deficit = purse == null ? 0 : refill.deficit(purse.fullLevel, refill.level(nowNanos));
        return refill.balanceMilli(deficit);
    }

    /** Returns the most that the balance can be, in milli-tokens; 0 if there is no budget. */
    public long capacityMilli() {
        Refill refill = budgets.refill();
        return refill == null ? 0 : refill.capacityMilli();
    }

    /** Tells whether this is an overflow client, which stands for all ids that got no entry in the table. */
    @SuppressWarnings("ReferenceEquality")
    public boolean isOverflow() {
        return id == OVERFLOW;
    }

    @SuppressWarnings("ReferenceEquality")
    boolean matches(String wanted, int wantedHash) {
        return hash == wantedHash && (id == wanted || id.equals(wanted));
    }

    boolean isEvicted() {
        return Outcomes.isEvicted(outcomes);
    }

    /** Tells whether an eviction may take this client, or has taken it and not yet unlinked it. */
    boolean mayEvict() {
        long seen = outcomes;
        return Outcomes.isEvictable(seen) && (Outcomes.isEvicted(seen) || isFull());
    }

    /**
     * Uses up the second chance of a client that is not evictable because of a failure in its window: the next search
     * may evict it if nothing is recorded until then. A client whose bucket is in use keeps its second chance.
     */
    void passOver() {
        long seen = outcomes;
        if (!Outcomes.isEvictable(seen) && isFull()) {
            OUTCOMES.compareAndSet(this, seen, Outcomes.withPassOver(seen));
        }
    }

    /** Returns the place in the order of eviction, lowest first. */
    int evictionRank() {
        return Outcomes.evictionRank(outcomes);
    }

    /**
     * Sets the eviction flag if {@link #mayEvict} holds; true if the flag is set then, by this thread or by another.
     * The thread that unlinks the client from the table owns its entry.
     */
    boolean tryEvict() {
        long seen = outcomes;
        long next = Outcomes.withEviction(seen);
        return seen == next || (Outcomes.isEvictable(seen) && isFull() && OUTCOMES.compareAndSet(this, seen, next));
    }

    private boolean isFull() {
        Refill refill = budgets.ownRefill();
        return refill == null || refill.isFull(fullLevel, budgets.clock());
    }

    /** Returns the client that has this id now; the table makes it if it has to. */
    private Client successor() {
        return budgets.successorOf(this);
    }

    @Override
    public String toString() {
        return "Client[" + id + ", successRate=" + successRate() + ", operations=" + operations() + "]";
    }
}
