package io.forbear.retry.core.client;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a service keeps of one client: its budget, the window of its last operations, its counters. Also the entry of the
 * table, so that finding a client touches no other object.
 *
 * <p>Thread-safe. Made by {@link ClientTable}; may be kept for the length of a call. A client that the table has evicted
 * meanwhile goes on working: withdrawals and failures are passed on to the client that has its id now; successes recorded
 * here are dropped with it.
 *
 * @since 0.1
 */
public final class Client extends ClientKey {
    /*
     * State      mark        where the bucket is full, see Refill.
     *            outcomes    window, failed operations, retirement, see Outcomes.
     *            firstTry, recovered, laterAttempts   counters; operations = firstTry + recovered + failed.
     * Invariant  0 <= balance <= capacity in every value a thread can read. A retired client yielded and its bucket was full
     *            at one moment, that of its retirement; each withdrawal and failure is found in it before that moment or in
     *            its successor. A failure takes the pass from the word, so one that was found before has been passed over.
     * Writers    mark: withdraw, refund, by CAS. outcomes: recorded operations, withdrawals from a client that yields, its
     *            being passed over and its retirement, by CAS. Counters: getAndAdd.
     * Ordering   volatile. A withdrawal moves the mark, then writes outcomes (or reads that they do not yield); retirement
     *            reads outcomes that yield, then the mark, then moves outcomes by CAS. So either that CAS fails, or it saw the
     *            mark moved, or the withdrawal sees the retirement and goes to the successor. Outcomes that do not yield stand
     *            for the write: those that did before do not come back (see Outcomes), so no CAS can match a reading of them.
     *            A pass may fall on a bucket just drawn on: it proves nothing of the mark, retirement looks for itself.
     * Progress   lock-free; a refusal and a success into a window full of successes write neither mark nor outcomes.
     * Stress     ClientStress, EvictionStress, SecondChanceStress, BudgetLinearizabilityTest, ClientTableConcurrencyTest
     * Size       64 bytes with compressed pointers (12 header, 12 references and hash, 40 state). What a success reads and writes lies
     *            together, in bytes 8 to 40 with the key, for an object may begin anywhere in a cache line.
     */

    private static final VarHandle MARK;
    private static final VarHandle OUTCOMES;
    private static final VarHandle FIRST_TRY;
    private static final VarHandle RECOVERED;
    private static final VarHandle LATER_ATTEMPTS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MARK = lookup.findVarHandle(Client.class, "mark", long.class);
            OUTCOMES = lookup.findVarHandle(Client.class, "outcomes", long.class);
            FIRST_TRY = lookup.findVarHandle(Client.class, "firstTry", long.class);
            RECOVERED = lookup.findVarHandle(Client.class, "recovered", long.class);
            LATER_ATTEMPTS = lookup.findVarHandle(Client.class, "laterAttempts", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The id of every overflow client, compared by identity. */
    static final String OVERFLOW = new String("overflow");

    /** Answered by {@link #withdraw} where the client was evicted; whatever it took there does not count. */
    private static final long EVICTED = -2;

    private volatile long outcomes;
    private volatile long firstTry;
    private volatile long mark;
    private volatile long recovered;
    private volatile long laterAttempts;

    /** Writes without fences: what shows the client to other threads is a CAS. */
    Client(ClientTable table, String id, int hash, long mark) {
        super(table, id, hash);
        MARK.set(this, mark);
        OUTCOMES.set(this, Outcomes.EMPTY);
    }

    static Client overflow(ClientTable table, int stripe) {
        return new Client(table, OVERFLOW, stripe, 0);
    }

    /**
     * Tells whether this client has a budget.
     *
     * @return {@code false} where the table was given none
     * @since 0.1
     */
    public boolean hasBudget() {
        return table.refill() != null;
    }

    /**
     * Returns the client whose bucket pays for the retries of this one now. A refund goes where the withdrawal came from: by
     * then this one may have found room for a bucket of its own, or lost it.
     *
     * @return this client, the one that has its id now or has it where budgets are shared, or an overflow client
     * @since 0.1
     */
    public Client purse() {
        Client purse = table.purseOf(this);
        return purse.isRetired() ? purse.successor() : purse;
    }

    /**
     * Returns the overflow client whose bucket pays while there is no room for one of this client's own.
     *
     * @return where a refund goes of what that bucket paid
     * @since 0.1
     */
    public Client overflowPurse() {
        return isOverflow() ? table.purseOf(this) : table.overflowPurse(hash);
    }

    /**
     * Takes the cost of a retry from the budget, or refuses, which writes nothing.
     *
     * @param costMilli milli-tokens, zero or more
     * @param reserveMilli milli-tokens that must be left for others
     * @param nowNanos the time, from the table's clock
     * @return milli-tokens taken, {@code 0} where there is no budget, or {@link RetryBudget#REFUSED}
     * @throws IllegalArgumentException if an amount is negative
     * @since 0.1
     */
    public long tryWithdraw(long costMilli, long reserveMilli, long nowNanos) {
        ClientBudget.atLeast(0, costMilli, "costMilli");
        ClientBudget.atLeast(0, reserveMilli, "reserveMilli");
        Client purse = table.purseOf(this);
        long taken = purse.withdraw(costMilli, reserveMilli, nowNanos);
        while (taken == EVICTED) {
            purse = purse.successor();
            taken = purse.withdraw(costMilli, reserveMilli, nowNanos);
        }
        return taken;
    }

    /**
     * Takes the cost of a retry on the terms of the table, or refuses, which writes nothing.
     *
     * @param category the kind of failure that is to be retried
     * @param criticality how much the call matters
     * @param alreadyTaken milli-tokens that the same call has taken for its earlier retries
     * @param nowNanos the time, from the table's clock
     * @return milli-tokens taken, {@code 0} where there is no budget, or {@link RetryBudget#REFUSED}
     * @since 0.1
     */
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        ClientTerms terms = table.terms();
        long cost = terms.cost(category);
        return terms.refuses(cost, alreadyTaken)
                ? RetryBudget.REFUSED
                : tryWithdraw(cost, terms.reserve(criticality), nowNanos);
    }

    private long withdraw(long costMilli, long reserveMilli, long nowNanos) {
        while (true) {
            Refill refill = table.refill();
            if (refill == null || costMilli == 0) {
                return 0;
            }
            long seen = mark;
            if (refill != table.refill()) {
                continue; // the mark may be of a newer rule, in other units
            }
            long level = refill.level(nowNanos);
            long deficit = refill.deficit(seen, level);
            if (!refill.covers(deficit, costMilli, reserveMilli)) {
                return Outcomes.retired(outcomes) ? EVICTED : RetryBudget.REFUSED;
            }
            if (MARK.compareAndSet(this, seen, level + deficit + refill.units(costMilli))) {
                return drawn() ? costMilli : EVICTED;
            }
            Thread.onSpinWait();
        }
    }

    /** Lets no eviction pass that has not seen the mark as it is now; false where one has already. */
    private boolean drawn() {
        while (true) {
            long seen = outcomes;
            if (Outcomes.retired(seen)) {
                return false;
            }
            if (!Outcomes.yields(seen) || OUTCOMES.compareAndSet(this, seen, Outcomes.withDraw(seen))) {
                return true;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Gives back what a withdrawal took for a retry that was not made.
     *
     * @param milli what {@link #tryWithdraw} returned, zero or more
     * @param nowNanos the time, from the table's clock
     * @throws IllegalArgumentException if the amount is negative
     * @since 0.1
     */
    public void refund(long milli, long nowNanos) {
        ClientBudget.atLeast(0, milli, "milli");
        Client purse = table.purseIfPresent(this);
        if (purse != null) {
            purse.deposit(milli, nowNanos);
        }
    }

    private void deposit(long milli, long nowNanos) {
        while (true) {
            Refill refill = table.refill();
            if (refill == null || milli == 0) {
                return;
            }
            long seen = mark;
            if (refill != table.refill()) {
                continue; // the mark may be of a newer rule, in other units
            }
            long level = refill.level(nowNanos);
            long deficit = refill.deficit(seen, level);
            if (deficit == 0 || MARK.compareAndSet(this, seen, level + Math.max(0, deficit - refill.units(milli)))) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Records that a call of this client ended well. The first attempt's success into a window of nothing but successes is
     * one addition.
     *
     * @param attempts attempts that the call made
     * @since 0.1
     */
    public void succeeded(int attempts) {
        if (attempts <= 1) {
            FIRST_TRY.getAndAdd(this, 1L);
        } else {
            LATER_ATTEMPTS.getAndAdd(this, (long) attempts);
            RECOVERED.getAndAdd(this, 1L);
        }
        long seen = outcomes;
        while (!Outcomes.saturated(seen) && !Outcomes.retired(seen)) {
            if (OUTCOMES.compareAndSet(this, seen, Outcomes.withSuccess(seen))) {
                return;
            }
            Thread.onSpinWait();
            seen = outcomes;
        }
    }

    /**
     * Records that a call of this client ended without success.
     *
     * @param attempts attempts that the call made; 0 where not even the first was let through
     * @since 0.1
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
            if (Outcomes.retired(seen)) {
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
     * Returns the share of successes among the last {@value Outcomes#WINDOW} operations.
     *
     * @return from 0 to 1; 1 before the first operation
     * @since 0.1
     */
    public double successRate() {
        return Outcomes.successRate(outcomes);
    }

    /**
     * Returns how many operations have ended.
     *
     * @return operations since the client was first seen, or seen again after it was evicted
     * @since 0.1
     */
    public long operations() {
        return successes() + Outcomes.failed(outcomes);
    }

    /**
     * Returns how many operations ended well.
     *
     * @return part of {@link #operations()}
     * @since 0.1
     */
    public long successes() {
        return firstTry + recovered;
    }

    /**
     * Returns how many operations ended well after at least one retry.
     *
     * @return part of {@link #successes()}
     * @since 0.1
     */
    public long recovered() {
        return recovered;
    }

    /**
     * Returns how many attempts the operations made that have ended.
     *
     * @return attempts, the first ones included
     * @since 0.1
     */
    public long attempts() {
        return firstTry + laterAttempts;
    }

    /**
     * Returns what may still be withdrawn, rounded down.
     *
     * @param nowNanos the time, from the table's clock
     * @return milli-tokens, from 0 to {@link #capacityMilli()}; 0 where there is no budget
     * @since 0.1
     */
    public long balanceMilli(long nowNanos) {
        Refill refill = table.refill();
        if (refill == null) {
            return 0;
        }
        Client purse = table.purseIfPresent(this);
        long deficit = purse == null ? 0 : refill.deficit(purse.mark, refill.level(nowNanos));
        return refill.balanceMilli(deficit);
    }

    /**
     * Returns the most that the balance can be.
     *
     * @return milli-tokens; 0 where there is no budget
     * @since 0.1
     */
    public long capacityMilli() {
        Refill refill = table.refill();
        return refill == null ? 0 : refill.capacityMilli();
    }

    /**
     * Tells whether this client stands for all those that found no room in the table.
     *
     * @return {@code true} for an overflow client
     * @since 0.1
     */
    @SuppressWarnings("ReferenceEquality")
    public boolean isOverflow() {
        return id == OVERFLOW;
    }

    @SuppressWarnings("ReferenceEquality")
    boolean is(String wanted, int wantedHash) {
        return hash == wantedHash && (id == wanted || id.equals(wanted));
    }

    boolean isRetired() {
        return Outcomes.retired(outcomes);
    }

    /** Tells whether this client may go; passes over one that may not because it has failed, but whose bucket is full. */
    boolean consider() {
        long seen = outcomes;
        if (Outcomes.yields(seen)) {
            return Outcomes.retired(seen) || full();
        }
        if (full()) {
            OUTCOMES.compareAndSet(this, seen, Outcomes.withPass(seen));
        }
        return false;
    }

    /** Returns the place in the order of eviction, lowest first. */
    int claim() {
        return Outcomes.claim(outcomes);
    }

    /** Ends this client if it may go; false where it stays. Whoever unlinks it from the table then has its room. */
    boolean retire() {
        long seen = outcomes;
        long retired = Outcomes.withRetirement(seen);
        return seen == retired || (Outcomes.yields(seen) && full() && OUTCOMES.compareAndSet(this, seen, retired));
    }

    private boolean full() {
        Refill refill = table.ownRefill();
        return refill == null || refill.full(mark, table.clock());
    }

    private Client successor() {
        return table.make(id, hash);
    }

    @Override
    public String toString() {
        return "Client[" + id + ", successRate=" + successRate() + ", operations=" + operations() + "]";
    }
}
