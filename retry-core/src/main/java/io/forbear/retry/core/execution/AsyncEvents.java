package io.forbear.retry.core.execution;

import org.jspecify.annotations.Nullable;

/**
 * What stages, timers and executors tell an asynchronous call. A ticket is what they were given when the call let go;
 * one that is not good any more changes nothing.
 */
interface AsyncEvents {

    /** An attempt's stage is done, on whatever thread did it. Returns whether the call has taken what it brought. */
    boolean attemptEnded(int ticket, @Nullable Object result, @Nullable Throwable failure);

    /** The time of an attempt is over, as its timer finds. */
    void attemptLimitReached(int ticket);

    /** The deadline of the call has come, as its timer finds. */
    void deadlineReached();

    /** The timer of a wait has fired, on whatever thread it did. */
    void timerFired(int ticket);

    /** The wait is over, on a thread of the executor. */
    void woken(int ticket);
}
