package io.forbear.retry.core.internal;

/** Something that wants to look, once in a while, how far counters have come. */
public interface Ticked {

    /** Looks, as of now. */
    void look(long nowNanos);

    /** Returns how far the counters have come: another number than before, where there is anything to see. */
    long progress();
}
