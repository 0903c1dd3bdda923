package io.forbear.retry.core.execution;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the stage of one asynchronous attempt, and tells one that was done already from one that is done later. It handles the
 * stage: the stage that {@code whenComplete} makes fails with a new exception, stack trace and all, which costs more than the retry.
 */
final class Attempt<T extends @Nullable Object> implements BiFunction<T, @Nullable Throwable, @Nullable Void> {
    /*
     * State      the thread that is inside handle; what the stage brought, where it did so there and then.
     * Invariant  only that thread ever finds itself in beginner, which it clears itself: whatever another thread reads there, it
     *            is not the reader. So plain fields do.
     */

    private final AsyncCall<T> call;
    private final int ticket;
    private @Nullable Thread beginner = Thread.currentThread();
    private boolean over;
    private @Nullable Object result;
    private @Nullable Throwable failure;

    Attempt(AsyncCall<T> call, int ticket) {
        this.call = call;
        this.ticket = ticket;
    }

    @Override
    public @Nullable Void apply(T value, @Nullable Throwable thrown) {
        if (beginner == Thread.currentThread()) {
            over = true;
            result = value;
            failure = thrown;
        } else {
            call.attemptIsOver(ticket, value, thrown);
        }
        return null;
    }

    /** Tells whether the stage was done already; asked once, by the thread that began. */
    boolean isOverAtOnce() {
        beginner = null;
        return over;
    }

    @Nullable
    Object result() {
        return result;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }
}
