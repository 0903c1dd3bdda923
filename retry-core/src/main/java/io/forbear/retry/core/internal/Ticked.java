package io.forbear.retry.core.internal;

/** An object that must look at counters now and then while they grow; see {@link Watch}. */
public interface Ticked {

    /** Reads the counters, as of now. */
    void look(long nowNanos);

    /** Returns a number that has changed if the counters have grown. */
    long progress();
}
