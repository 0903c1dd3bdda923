package io.forbear.retry.benchmarks.budget;

/** A budget, as far as all contenders have one. Thread-safe. */
public interface Purse {

    /** Takes the cost of a retry, or refuses. */
    boolean withdraw();

    /** Tells of a successful call. */
    default void deposit() {
        throw new UnsupportedOperationException("deposit");
    }
}
