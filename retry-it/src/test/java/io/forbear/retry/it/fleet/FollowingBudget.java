package io.forbear.retry.it.fleet;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;

/**
 * The rules of the default budget, but what a success earns follows how useful retries have been: the share of recent
 * retries that rescued their calls. An experiment, for one thread: {@code docs/internals/rationale.md} has its result.
 */
final class FollowingBudget implements RetryBudget {

    private static final double USUAL = 0.2;
    private static final double FAILED_CALL = 0.02;
    private static final double BURST = 2;
    private static final double RESCUED = 0.7;
    private static final long RATE_LIMITED = 999;
    private static final int SECONDS = 10;

    private final NanoClock clock;
    private final double least;
    private final double most;
    private final double memory;
    private final double[] earned = new double[SECONDS];
    private long second;
    private double inWindow;
    private double balance = BURST;
    private double usefulness;

    /**
     * Makes a budget.
     *
     * @param least tokens of a success where no retry helps
     * @param most tokens of a success where every retry helps
     * @param memory the weight of the last retry in the share
     */
    FollowingBudget(NanoClock clock, double least, double most, double memory) {
        this.clock = clock;
        this.least = least;
        this.most = most;
        this.memory = memory;
        this.usefulness = most == least ? 0 : (USUAL - least) / (most - least);
        this.second = now();
    }

    private long now() {
        return clock.nanoTime() / 1_000_000_000L;
    }

    private void moveOn() {
        long now = now();
        for (long i = Math.max(second + 1, now - SECONDS + 1); i <= now; i++) {
            int slot = (int) Math.floorMod(i, (long) SECONDS);
            inWindow -= earned[slot];
            earned[slot] = 0;
        }
        second = now;
        balance = Math.min(balance, limit());
    }

    private double limit() {
        return Math.max(BURST, inWindow);
    }

    private void add(double tokens) {
        balance = Math.min(limit(), balance + tokens);
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        moveOn();
        if (balance < 1) {
            return REFUSED;
        }
        balance--;
        return category == ErrorCategory.RATE_LIMIT ? RATE_LIMITED : TOKEN;
    }

    @Override
    public void refund(long milliTokens) {
        add((double) milliTokens / TOKEN);
    }

    @Override
    public void callSucceeded(long lastTaken) {
        moveOn();
        double tokens = least + (most - least) * usefulness;
        earned[(int) Math.floorMod(second, (long) SECONDS)] += tokens;
        inWindow += tokens;
        add(tokens);
        if (lastTaken > 0) {
            usefulness += memory * (1 - usefulness);
            if (lastTaken != RATE_LIMITED) {
                add(RESCUED * lastTaken / TOKEN);
            }
        }
    }

    @Override
    public void callFailed(long lastTaken) {
        moveOn();
        add(FAILED_CALL);
        if (lastTaken > 0) {
            usefulness -= memory * usefulness;
        }
    }

    @Override
    public void attemptFailed(ErrorCategory category, boolean retryable) {
        if (category == ErrorCategory.TIMEOUT) {
            moveOn();
            balance = Math.max(0, Math.min(balance / 2, balance - 2));
        }
    }

    @Override
    public long balance() {
        return (long) (balance * TOKEN);
    }

    @Override
    public long capacity() {
        return (long) (limit() * TOKEN);
    }
}
