package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.ErrorCategory;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;

/**
 * Several budgets, each of which must grant a retry; where one refuses, those before it get back what they gave.
 *
 * <p>A retry takes one token of this budget, whatever it takes of the parts, and a few milli-tokens more that tell after which
 * category it was made: so much has to come back with a refund for each part to get back its own.
 */
class AllOfBudget implements RetryBudget {
    /*
     * State      taken[category][part]: one more than what a retry after that category takes of that part, as the part said when it last
     *            granted one. Parts charge by category, so that it is written once and then only read; 0 before.
     * Invariant  all or none: the parts of a refused withdrawal are refunded before it returns. Another thread may find a part
     *            short in between, and be refused where it need not be; never the other way round.
     * Writers    tryWithdraw, after all parts have granted.
     * Progress   that of the parts.
     */
    private static final ErrorCategory[] CATEGORIES = ErrorCategory.values();

    final RetryBudget[] parts;
    private final AtomicLongArray taken;

    AllOfBudget(RetryBudget[] parts) {
        this.parts = parts;
        this.taken = new AtomicLongArray(CATEGORIES.length * parts.length);
    }

    /** Returns a budget that is fed if all of its parts are. The parts of a part are parts. */
    static RetryBudget of(RetryBudget[] given, NanoClock clock) {
        RetryBudget[] parts = Arrays.stream(given)
                .flatMap(part -> part instanceof AllOfBudget whole ? Arrays.stream(whole.parts) : Stream.of(part))
                .toArray(RetryBudget[]::new);
        for (RetryBudget part : parts) {
            if (!(part instanceof FedBudget)) {
                return new AllOfBudget(parts);
            }
        }
        return new FedAllOfBudget(parts, clock);
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        return withdraw(category, criticality, alreadyTaken, 0);
    }

    final long withdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        long retries = alreadyTaken / TOKEN;
        for (int i = 0; i < parts.length; i++) {
            int index = category.ordinal() * parts.length + i;
            long known = taken.get(index);
            long each = known == 0 ? TOKEN : known - 1;
            long amount = askOrGiveBack(i, category, criticality, retries, each, nowNanos);
            if (amount < 0) {
                giveBack(category, i, retries > 0);
                return REFUSED;
            }
            if (amount + 1 != known) {
                taken.set(index, amount + 1);
            }
        }
        return TOKEN + category.ordinal();
    }

    /** A part that throws must not keep what those before it gave. */
    private long askOrGiveBack(
            int part, ErrorCategory category, Criticality criticality, long retries, long each, long nowNanos) {
        try {
            return ask(parts[part], category, criticality, retries * each, nowNanos);
        } catch (Throwable fault) {
            giveBack(category, part, retries > 0);
            throw fault;
        }
    }

    /** Asks one part; a part that is not fed reads the time itself. */
    long ask(RetryBudget part, ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        return part.tryWithdraw(category, criticality, alreadyTaken);
    }

    /** A place among the calls that are retrying was taken by the first retry of the call, and is kept until the call ends. */
    private void giveBack(ErrorCategory category, int count, boolean retriedBefore) {
        for (int i = 0; i < count; i++) {
            if (!(retriedBefore && parts[i] instanceof ConcurrencyShareBudget)) {
                parts[i].refund(takenBy(category.ordinal(), i));
            }
        }
    }

    private long takenBy(int category, int part) {
        return Math.max(0, taken.get(category * parts.length + part) - 1);
    }

    /** Returns what a part gave for a retry, of which the whole is known. */
    final long share(long whole, int part) {
        int category = (int) (whole - TOKEN);
        return whole <= 0 || category < 0 || category >= CATEGORIES.length ? 0 : takenBy(category, part);
    }

    @Override
    public final void refund(long milliTokens) {
        for (int i = 0; i < parts.length; i++) {
            parts[i].refund(share(milliTokens, i));
        }
    }

    @Override
    public final void callStarted() {
        for (RetryBudget part : parts) {
            part.callStarted();
        }
    }

    @Override
    public final void callSucceeded(long lastTaken) {
        for (int i = 0; i < parts.length; i++) {
            parts[i].callSucceeded(share(lastTaken, i));
        }
    }

    @Override
    public final void callFailed() {
        callFailed(0);
    }

    @Override
    public final void callFailed(long lastTaken) {
        for (int i = 0; i < parts.length; i++) {
            parts[i].callFailed(share(lastTaken, i));
        }
    }

    @Override
    public final void attemptFailed(ErrorCategory category, boolean retryable) {
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

    /** The balance of the part with the least in it, cut to the capacity. */
    @Override
    public final long balance() {
        long least = capacity();
        for (RetryBudget part : parts) {
            least = Math.min(least, part.balance());
        }
        return least;
    }

    /** The capacity of the smallest part. */
    @Override
    public final long capacity() {
        long least = Long.MAX_VALUE;
        for (RetryBudget part : parts) {
            least = Math.min(least, part.capacity());
        }
        return least;
    }
}
