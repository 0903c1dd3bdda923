package io.forbear.retry.benchmarks.budget;

/** How much is in a purse. */
public enum Level {
    /** As much as fits in it. */
    FULL,
    /** Enough for every withdrawal, and room for every deposit of a measurement. */
    HALF,
    /** Nothing, and nothing comes. */
    EMPTY
}
