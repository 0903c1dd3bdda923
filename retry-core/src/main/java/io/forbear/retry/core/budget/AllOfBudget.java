package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.core.internal.GuardedBudget;
import io.forbear.retry.error.ErrorCategory;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Several budgets, each of which must grant a retry. If one refuses, the parts before it get their tokens back.
 *
 * <p>A retry takes one token of this budget, whatever it takes of the parts, and up to five milli-tokens more, which
 * tell the category of the failure. A refund brings that amount back, so that each part can get its own back.
 *
 * <p>An engine that feeds this budget feeds the parts that can be fed. To the other parts it reports calls; those that
 * succeed at once only if one of them observes calls. Through {@link RetryBudget} calls are reported to all parts. If a
 * part of a user throws, that is logged: the part counts as refusing, and the other parts are used as usual.
 */
final class AllOfBudget implements FedBudget {
    /*
     * State      taken[category][part]: one more than the amount that the part took for its last retry after that
     *            category; 0 before the first. Parts charge by category, so that the amount is written once and then
     *            only read.
     * Invariant  all or none: the parts of a refused withdrawal are refunded before it returns, also if it ends by an
     *            error.
     *            Meanwhile another thread may find a part short and be refused without need; it is never granted
     *            without need. Each part is in the list once, so that it is used once.
     * Writers    tryWithdraw, after the part has granted.
     * Ordering   volatile elements. A grant publishes no other data.
     * Progress   that of the parts.
     * Stress     BudgetKindsStress.AllOf (retry-jcstress)
     */
    private static final ErrorCategory[] CATEGORIES = ErrorCategory.values();

    private final RetryBudget[] parts;
    /** The parts that can be fed, at the same indexes; null for those to which calls are reported. */
    private final @Nullable FedBudget[] fed;

    private final NanoClock clock;
    private final AtomicLongArray taken;

    private AllOfBudget(RetryBudget[] parts, NanoClock clock) {
        this.parts = parts;
        this.fed = new FedBudget[parts.length];
        for (int i = 0; i < parts.length; i++) {
            fed[i] = parts[i] instanceof FedBudget part ? part : null;
        }
        this.clock = clock;
        this.taken = new AtomicLongArray(CATEGORIES.length * parts.length);
    }

    /** Replaces a whole by its parts, and drops duplicates and parts without a limit. */
    static RetryBudget of(RetryBudget[] given, NanoClock clock) {
        IdentityHashMap<RetryBudget, RetryBudget> once = new IdentityHashMap<>();
        RetryBudget[] parts = Arrays.stream(given)
                .flatMap(part -> part instanceof AllOfBudget whole ? Arrays.stream(whole.parts) : Stream.of(part))
                .filter(part -> part != FixedBudget.UNLIMITED && once.putIfAbsent(bare(part), part) == null)
                .map(part -> isOwn(part) ? part : new GuardedBudget(part))
                .toArray(RetryBudget[]::new);
        return parts.length == 0 ? FixedBudget.UNLIMITED : new AllOfBudget(parts, clock);
    }

    private static RetryBudget bare(RetryBudget part) {
        return part instanceof GuardedBudget guarded ? guarded.budget() : part;
    }

    private static boolean isOwn(RetryBudget part) {
        return part instanceof FedBudget || part instanceof GuardedBudget || part instanceof ConcurrencyShareBudget;
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        return tryWithdraw(category, criticality, alreadyTaken, clock.nanoTime());
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        long retries = alreadyTaken / TOKEN;
        int granted = 0;
        long amount = REFUSED;
        try {
            while (granted < parts.length) {
                int index = category.ordinal() * parts.length + granted;
                long known = taken.get(index);
                long each = known == 0 ? TOKEN : known - 1;
                amount = ask(granted, category, criticality, retries * each, nowNanos);
                if (amount < 0) {
                    giveBack(category, granted, retries > 0, nowNanos);
                    return REFUSED;
                }
                if (amount + 1 != known) {
                    taken.set(index, amount + 1);
                }
                granted++;
                amount = REFUSED;
            }
        } catch (Throwable fault) {
            if (amount > 0 && !isKept(granted, retries > 0)) {
                refund(granted, amount, nowNanos, 0, nowNanos);
            }
            giveBack(category, granted, retries > 0, nowNanos);
            throw fault;
        }
        return TOKEN + category.ordinal();
    }

    /** Asks one part; a part that is not fed reads the time itself. */
    private long ask(int part, ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        FedBudget known = fed[part];
        return known != null
                ? known.tryWithdraw(category, criticality, alreadyTaken, nowNanos)
                : parts[part].tryWithdraw(category, criticality, alreadyTaken);
    }

    private void giveBack(ErrorCategory category, int count, boolean retriedBefore, long nowNanos) {
        for (int i = 0; i < count; i++) {
            if (!isKept(i, retriedBefore)) {
                refund(i, takenBy(category.ordinal(), i), nowNanos, 0, nowNanos);
            }
        }
    }

    /**
     * Tells whether a part counts a retrying call once: then the call keeps what its first retry took until it ends.
     */
    private boolean isKept(int part, boolean retriedBefore) {
        return retriedBefore && parts[part] instanceof ConcurrencyShareBudget;
    }

    /** Refunds one part. A part that throws is logged, so that the other parts get their refunds. */
    private void refund(int part, long milliTokens, long takenNanos, long precisionNanos, long nowNanos) {
        try {
            FedBudget known = fed[part];
            if (known != null) {
                known.refund(milliTokens, takenNanos, precisionNanos, nowNanos);
            } else {
                parts[part].refund(milliTokens);
            }
        } catch (Throwable fault) {
            Faults.log("budget", fault);
        }
    }

    private long takenBy(int category, int part) {
        return Math.max(0, taken.get(category * parts.length + part) - 1);
    }

    /** Returns what a part took for a retry, from what the whole took. */
    private long share(long whole, int part) {
        long category = whole - TOKEN;
        return category < 0 || category >= CATEGORIES.length ? 0 : takenBy((int) category, part);
    }

    @Override
    public void refund(long milliTokens) {
        for (int i = 0; i < parts.length; i++) {
            parts[i].refund(share(milliTokens, i));
        }
    }

    @Override
    public void refund(long milliTokens, long takenNanos, long precisionNanos, long nowNanos) {
        for (int i = 0; i < parts.length; i++) {
            refund(i, share(milliTokens, i), takenNanos, precisionNanos, nowNanos);
        }
    }

    @Override
    public void callStarted() {
        for (RetryBudget part : parts) {
            part.callStarted();
        }
    }

    @Override
    public void callSucceeded(long lastTaken) {
        for (int i = 0; i < parts.length; i++) {
            parts[i].callSucceeded(share(lastTaken, i));
        }
    }

    @Override
    public void callFailed(long lastTaken) {
        for (int i = 0; i < parts.length; i++) {
            parts[i].callFailed(share(lastTaken, i));
        }
    }

    @Override
    public void attemptFailed(ErrorCategory category, boolean retryable) {
        for (RetryBudget part : parts) {
            part.attemptFailed(category, retryable);
        }
    }

    @Override
    public boolean observesCalls() {
        for (RetryBudget part : parts) {
            if (part.observesCalls()) {
                return true;
            }
        }
        return false;
    }

    // ---- the protocol of fed budgets

    @Override
    public void feed(CallFeed feed, Object owner) {
        for (FedBudget part : fed) {
            if (part != null) {
                part.feed(feed, owner);
            }
        }
    }

    @Override
    public boolean needsTelling() {
        for (int i = 0; i < parts.length; i++) {
            if (fed[i] == null && parts[i].observesCalls()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void startedFed() {
        for (int i = 0; i < parts.length; i++) {
            if (fed[i] == null) {
                parts[i].callStarted();
            }
        }
    }

    @Override
    public void succeededFed() {
        for (int i = 0; i < parts.length; i++) {
            if (fed[i] == null) {
                parts[i].callSucceeded(0);
            }
        }
    }

    @Override
    public void recovered(long lastTaken) {
        for (int i = 0; i < parts.length; i++) {
            FedBudget part = fed[i];
            if (part != null) {
                part.recovered(share(lastTaken, i));
            } else {
                parts[i].callSucceeded(share(lastTaken, i));
            }
        }
    }

    @Override
    public boolean readsCalls() {
        for (FedBudget part : fed) {
            if (part != null && part.readsCalls()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long tickNanos() {
        long shortest = 0;
        for (FedBudget part : fed) {
            long tick = part == null ? 0 : part.tickNanos();
            shortest = tick > 0 && (shortest == 0 || tick < shortest) ? tick : shortest;
        }
        return shortest;
    }

    @Override
    public void ticked() {
        for (FedBudget part : fed) {
            if (part != null) {
                part.ticked();
            }
        }
    }

    @Override
    public void look(long nowNanos) {
        for (FedBudget part : fed) {
            if (part != null) {
                part.look(nowNanos);
            }
        }
    }

    /** Returns the lowest balance of a part, cut to the capacity. */
    @Override
    public long balance() {
        long least = capacity();
        for (RetryBudget part : parts) {
            least = Math.min(least, part.balance());
        }
        return least;
    }

    /** Returns the lowest capacity of a part. */
    @Override
    public long capacity() {
        long least = Long.MAX_VALUE;
        for (RetryBudget part : parts) {
            least = Math.min(least, part.capacity());
        }
        return least;
    }
}
