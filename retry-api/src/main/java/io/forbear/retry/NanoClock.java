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
     * Returns the clock of the JVM, {@link System#nanoTime()}.
     *
     * @return the clock that is used where none is given
     */
    static NanoClock system() {
        return SystemNanoClock.INSTANCE;
    }
}
