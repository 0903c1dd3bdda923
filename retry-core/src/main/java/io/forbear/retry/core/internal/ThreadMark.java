package io.forbear.retry.core.internal;

import io.forbear.retry.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Marks a thread that runs an attempt: which attempt of its call it is, so that a call of an inner layer knows that it is
 * nested, and when the attempt must have ended, so that the operation can set the time-out of its request.
 *
 * <p>Only attempts from the second on, and those of calls with a limit of time, are marked: all others cost nothing. Where
 * inner layers refuse to be nested, m attempts outside and n inside make at most n + m - 1 attempts instead of n × m.
 */
public final class ThreadMark {
    /*
     * State      for each thread that made a marked attempt an array: { long[] { attempt, end }, clock }. The clock is null where
     *            no limit holds. Both are of the JDK, so that a thread which outlives the application does not hold the class
     *            loader of this library; the clock, which may be of the application, is there during an attempt only.
     * Writers    the thread alone. Loops write the elements where they stand, without a call, and put back what was there: the
     *            end of a stack, where no call can be made any more, must not leave a mark.
     */

    /** Where the numbers stand. */
    public static final int NUMBERS = 0;

    /** Where the clock stands. */
    public static final int CLOCK = 1;

    /** In the numbers: which attempt the thread makes; 0 or 1 for a first one or none. */
    public static final int ATTEMPT = 0;

    /** In the numbers: when it must have ended, by the clock. */
    public static final int END = 1;

    private static final ThreadLocal<@Nullable Object[]> OF_THREAD = new ThreadLocal<>();

    private ThreadMark() {}

    /** Returns the mark of this thread, for use on this thread alone. */
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
     * Says when an attempt of this thread must have ended. Where one of an outer layer must have ended before, that stays.
     *
     * @param mark that of this thread; the caller puts back what was there
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

    /** Returns how much time the attempt on this thread has left, {@link Long#MAX_VALUE} where nothing limits it. */
    public static long remainingNanos() {
        @Nullable Object[] mark = OF_THREAD.get();
        if (mark == null || !(mark[CLOCK] instanceof NanoClock clock)) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, numbers(mark)[END] - clock.nanoTime());
    }
}
