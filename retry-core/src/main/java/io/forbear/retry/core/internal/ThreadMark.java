package io.forbear.retry.core.internal;

import io.forbear.retry.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a thread while it runs an attempt: the number of the attempt, so that a call of an inner layer knows that
 * it is nested, and the time when the attempt must have ended, so that the operation can set the time-out of its
 * request.
 *
 * <p>Only attempts from the second on, and attempts of calls with a time limit, are marked; others cost nothing. If
 * inner layers refuse to be nested, m attempts outside and n inside make at most n + m - 1 attempts instead of n × m.
 */
public final class ThreadMark {
    /*
     * State      for each thread that made a marked attempt an array: { long[] { attempt, end }, clock }. The clock is
     *            null if there is no time limit. Both arrays are of classes of the JDK, so that a thread which outlives
     *            the application does not keep the class loader of this library alive. The clock may be of a class of
     *            the application, and is there during an attempt only.
     * Writers    the thread alone. The loops write the elements directly, without a call, and put back the previous
     *            values: at the end of a stack no call can be made any more, and a mark must not stay.
     */

    /** The index of the numbers. */
    public static final int NUMBERS = 0;

    /** The index of the clock. */
    public static final int CLOCK = 1;

    /** The index in the numbers of the attempt that the thread makes: 0 or 1 for a first one or none. */
    public static final int ATTEMPT = 0;

    /** The index in the numbers of the time when it must have ended, by the clock. */
    public static final int END = 1;

    private static final ThreadLocal<@Nullable Object[]> OF_THREAD = new ThreadLocal<>();

    private ThreadMark() {}

    /** Returns the mark of this thread. Only this thread may use it. */
    public static @Nullable Object[] ofThread() {
        @Nullable Object[] mark = OF_THREAD.get();
        if (mark == null) {
            mark = new @Nullable Object[] {new long[2], null};
            OF_THREAD.set(mark);
        }
        return mark;
    }

    /** Returns the numbers of a mark. */
    @SuppressWarnings("NullAway") // set when the mark is made, and for good
    public static long[] numbers(@Nullable Object[] mark) {
        return (long[]) mark[NUMBERS];
    }

    /**
     * Sets the time when an attempt of this thread must have ended. An earlier limit of an outer layer stays.
     *
     * @param mark the mark of this thread; the caller puts back the previous values
     */
    public static void limit(@Nullable Object[] mark, long endNanos, NanoClock clock) {
        long[] numbers = numbers(mark);
        if (mark[CLOCK] instanceof NanoClock outer && isNearer(numbers[END], outer, endNanos, clock)) {
            return;
        }
        numbers[END] = endNanos;
        mark[CLOCK] = clock;
    }

    private static boolean isNearer(long outerEnd, NanoClock outer, long endNanos, NanoClock clock) {
        try {
            return outer == clock ? outerEnd - endNanos < 0 : outerEnd - outer.nanoTime() < endNanos - clock.nanoTime();
        } catch (Throwable fault) {
            Faults.log("clock", fault);
            return false;
        }
    }

    /** Returns the number of the attempt that this thread makes for an outer layer; 1 for a first one or none. */
    public static int attempt() {
        @Nullable Object[] mark = OF_THREAD.get();
        return mark == null ? 1 : (int) Math.max(1, numbers(mark)[ATTEMPT]);
    }

    /** Returns how much time the attempt on this thread has left, {@link Long#MAX_VALUE} if there is no limit. */
    public static long remainingNanos() {
        @Nullable Object[] mark = OF_THREAD.get();
        if (mark == null || !(mark[CLOCK] instanceof NanoClock clock)) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, numbers(mark)[END] - clock.nanoTime());
    }
}
