package io.forbear.retry.core.internal;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import java.util.function.Supplier;

/**
 * A budget of the user, guarded so that its exceptions reach no call. They are logged; a withdrawal that throws is
 * refused, and of a message that throws only this budget misses the effect.
 */
public record GuardedBudget(RetryBudget budget) implements RetryBudget {

    private static final String NAME = "budget";

    private static void tell(Runnable message) {
        try {
            message.run();
        } catch (Throwable fault) {
            Faults.log(NAME, fault);
        }
    }

    private static <T> T ask(Supplier<T> question, T otherwise) {
        try {
            return question.get();
        } catch (Throwable fault) {
            Faults.log(NAME, fault);
            return otherwise;
        }
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        try {
            return budget.tryWithdraw(category, criticality, alreadyTaken);
        } catch (Throwable fault) {
            Faults.log(NAME, fault);
            return REFUSED;
        }
    }

    @Override
    public void refund(long milliTokens) {
        tell(() -> budget.refund(milliTokens));
    }

    @Override
    public void callStarted() {
        tell(budget::callStarted);
    }

    @Override
    public void callSucceeded(long lastTaken) {
        tell(() -> budget.callSucceeded(lastTaken));
    }

    @Override
    public void callFailed(long lastTaken) {
        tell(() -> budget.callFailed(lastTaken));
    }

    @Override
    public void attemptFailed(ErrorCategory category, boolean retryable) {
        tell(() -> budget.attemptFailed(category, retryable));
    }

    @Override
    public boolean observesCalls() {
        return ask(budget::observesCalls, true);
    }

    @Override
    public long balance() {
        return ask(budget::balance, 0L);
    }

    @Override
    public long capacity() {
        return ask(budget::capacity, TOKEN);
    }
}
