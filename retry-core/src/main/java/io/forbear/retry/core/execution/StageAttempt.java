package io.forbear.retry.core.execution;

import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Discarder;
import io.forbear.retry.core.call.Failures;
import io.forbear.retry.core.call.Handover;
import io.forbear.retry.core.internal.Faults;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the stage of one asynchronous attempt, and tells one that was done already from one that is done later. It
 * handles the stage: the stage that {@code whenComplete} makes fails with a new exception, stack trace and all, which
 * costs more than the retry.
 *
 * <p>Where the policy limits the time of an attempt, this is its timer too.
 */
final class StageAttempt<T extends @Nullable Object> extends Alarm
        implements BiFunction<T, @Nullable Throwable, @Nullable Void> {
    /*
     * State      beginner: the thread that is inside handle; what the stage brought, where it did so there and then.
     *            told: whether the stage has told of its end.
     * Invariant  plain fields are enough for beginner: it is compared with the current thread, and only the thread that
     *            wrote it can match. A stage that tells twice is heard once: the result that the caller has got must
     *            not be discarded.
     * Writers    told: the stage's threads, by CAS.
     */

    private static final VarHandle TOLD = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "told", VarHandle.class, StageAttempt.class, boolean.class);

    private final AsyncEvents call;
    private final Discarder discarder;
    private final CompletionStage<T> stage;
    private final int ticket;
    private @Nullable Thread beginner = Thread.currentThread();
    private boolean over;

    @SuppressWarnings("unused") // through TOLD
    private volatile boolean told;

    private @Nullable Object result;
    private @Nullable Throwable failure;

    StageAttempt(AsyncEvents call, CallState state, CompletionStage<T> stage, int ticket) {
        this.call = call;
        this.discarder = Handover.discarder(state);
        this.stage = stage;
        this.ticket = ticket;
    }

    /**
     * The stage tells of its end. Inside {@code handle}, on the thread that called it, this only keeps what the stage
     * brought; on any other it hands that to the call, and discards it where the call is over.
     */
    @Override
    public @Nullable Void apply(T value, @Nullable Throwable thrown) {
        if (!TOLD.compareAndSet(this, false, true)) {
            return null;
        }
        if (beginner == Thread.currentThread()) {
            over = true;
            result = value;
            failure = thrown;
        } else if (!call.attemptEnded(ticket, value, thrown)) {
            discard(value, thrown);
        }
        return null;
    }

    /**
     * Asks the stage to tell of its end. Returns what it threw instead; it may have told, or tell later, nevertheless.
     */
    @Nullable
    Throwable listen() {
        try {
            stage.handle(this);
            return null;
        } catch (Throwable refusal) {
            return refusal;
        }
    }

    /** The call has ended before it began to wait for the stage: that is cancelled, and what it brings is discarded. */
    void abandon() {
        cancel(true);
        Throwable refusal = listen();
        if (refusal != null) {
            Faults.log("stage", refusal);
        }
        if (isOverAtOnce()) {
            discard();
        }
    }

    /** No caller gets what the stage brought: it is discarded. */
    void discard() {
        discard(result, failure);
    }

    private void discard(@Nullable Object value, @Nullable Throwable thrown) {
        discarder.discard(thrown == null ? value : Failures.resultIn(thrown));
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

    @Override
    void rings() {
        call.attemptLimitReached(ticket);
    }

    /**
     * The attempt is over, or no caller waits for it any more: its stage, where that can be cancelled, and its timer
     * are.
     */
    void cancel(boolean mayInterrupt) {
        cancel();
        try {
            if (stage instanceof Future<?> future) {
                future.cancel(mayInterrupt);
            }
        } catch (UnsupportedOperationException minimal) {
            return; // a minimal stage cannot be cancelled, and its result goes nowhere
        } catch (Throwable fault) {
            Faults.log("stage's cancel", fault);
        }
    }

    /** Returns what an attempt failed with whose time was over. */
    static TimeoutException timeout(CallState state, String what) {
        return new TimeoutException(state.service() + ": attempt " + state.attempt() + " " + what);
    }
}
