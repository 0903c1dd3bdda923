package io.forbear.retry.core.internal;

/** A listener that holds its target weakly, and can be removed once the target is gone. */
public interface Fading {

    /** Returns whether the target is gone. */
    boolean hasGone();
}
