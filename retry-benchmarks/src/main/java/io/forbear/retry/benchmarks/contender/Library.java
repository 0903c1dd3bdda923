package io.forbear.retry.benchmarks.contender;

import java.util.concurrent.Callable;

/** A retry library, set up. Shared by all threads of a benchmark. */
@FunctionalInterface
public interface Library {

    /**
     * Returns the operation with retries around it, prepared as far as the library allows, so that what is measured is
     * the call alone.
     *
     * @param operation what is retried; used by one thread
     * @return the retried operation, used by that thread
     */
    Callable<Object> around(Callable<Object> operation);
}
