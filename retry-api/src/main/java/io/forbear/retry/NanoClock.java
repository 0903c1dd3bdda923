package io.forbear.retry;

/**
 * A source of monotonic time in nanoseconds, the only time the library reads.
 *
 * <p>Values have no fixed origin and may be negative; only their differences mean anything. Implementations are
 * thread-safe and never run backwards.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface NanoClock {

    /**
     * Returns the current reading.
     *
     * @return nanoseconds since an arbitrary origin
     */
    long nanoTime();

    /**
     * Asks a clock that a program moves, such as that of a test, to run something once, just before its reading changes
     * next and on the thread that changes it. So what happened at one time can be counted in that time, though the
     * clock was not read then.
     *
     * @param hook runs once, short, and does not throw; {@link #nanoTime()} is still the reading at which it was given.
     *     Held until then
     * @return whether it will be run; {@code false} from a clock that moves by itself, which is the default
     */
    default boolean beforeMoving(Runnable hook) {
        return false;
    }

    /**
     * Returns the clock of the JVM, {@link System#nanoTime()}.
     *
     * @return the clock that is used where none is given
     */
    static NanoClock system() {
        return SystemNanoClock.INSTANCE;
    }
}
