package io.forbear.retry.core.execution;

import io.forbear.retry.NanoClock;
import io.forbear.retry.Operation;
import io.forbear.retry.core.internal.ThreadMark;
import org.jspecify.annotations.Nullable;

/**
 * Makes the first attempt of a call that has a limit of time and no state yet: the operation can ask how much is left.
 *
 * <p>The limit stands in the mark of the thread. It is put back in a finally block and by plain stores, for an
 * operation that ran out of stack leaves none for a call.
 */
final class LimitedAttempt {

    private LimitedAttempt() {}

    static <T extends @Nullable Object, X extends Throwable> T make(
            Operation<T, X> operation, NanoClock clock, long startNanos, long limitNanos) throws X {
        @Nullable Object[] mark = ThreadMark.ofThread();
        long[] numbers = ThreadMark.numbers(mark);
        long outerEnd = numbers[ThreadMark.END];
        Object outerClock = mark[ThreadMark.CLOCK];
        try {
            ThreadMark.limit(mark, startNanos + Math.min(limitNanos, Long.MAX_VALUE / 2), clock);
            return operation.call();
        } finally { // without a call, which the end of a stack would not allow
            numbers[ThreadMark.END] = outerEnd;
            mark[ThreadMark.CLOCK] = outerClock;
        }
    }
}
