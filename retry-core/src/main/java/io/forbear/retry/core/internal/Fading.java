package io.forbear.retry.core.internal;

/** A listener that may have nobody left to tell. */
public interface Fading {

    /** Tells whether this can be forgotten. */
    boolean hasGone();
}
