package io.forbear.retry;

import org.jspecify.annotations.Nullable;

/**
 * Carries the context of a call, such as the fields of a logging context or a request-scoped {@link ThreadLocal}, to
 * the threads on which its later attempts run.
 *
 * <p>{@link #capture} is asked on the thread that makes the call, once for each asynchronous call that does not end at
 * once. What it returns is {@linkplain Snapshot#restore restored} on each thread that continues the call: around later
 * attempts, the events that listeners hear there, and the completion of the future. Implementations are thread-safe and
 * must not block. One that throws is logged, and the call goes on without its context.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ContextCapture {

    /**
     * Takes a snapshot of the context of this thread.
     *
     * @return the snapshot, or {@code null} where there is nothing to carry
     */
    @Nullable
    Snapshot capture();

    /**
     * The context of one call. Immutable or thread-safe: it may be restored on several threads in turn.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface Snapshot {

        /**
         * Makes the context current on this thread.
         *
         * @return puts back what was current before; closed on the same thread
         */
        Scope restore();
    }

    /**
     * The time for which a context is current on a thread.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface Scope extends AutoCloseable {

        /** Puts back what was current before. */
        @Override
        void close();
    }
}
