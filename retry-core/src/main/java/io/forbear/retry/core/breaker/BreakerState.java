package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.internal.Opening;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * One state of a breaker, from the transition that begins it to the transition that ends it.
 *
 * <p>A state decides which attempts pass, what their outcomes mean, and which state follows. It never changes the
 * breaker: a method that may end the state returns the next state, or {@code null} to stay, and {@link Breaker} moves
 * there by CAS. Each kind of state overrides the methods in which it differs from the defaults here, which let nothing
 * pass, count nothing and end nothing.
 *
 * <p>States are compared by identity. An outcome is given to the state that admitted its attempt, and counts only while
 * that state is still the breaker's.
 */
abstract class BreakerState {

    final State name;

    /** Whether attempts pass without a permit; this object is then their token. */
    final boolean needsNoPermit;

    BreakerState(State name, boolean needsNoPermit) {
        this.name = name;
        this.needsNoPermit = needsNoPermit;
    }

    // ---- before an attempt

    /**
     * Returns whether an attempt may pass: {@link #admit} then succeeds, unless another thread takes the last place.
     */
    boolean hasRoom() {
        return false;
    }

    /** Takes a place for one attempt. Returns whether there was one. */
    boolean admit() {
        return hasRoom();
    }

    /** Returns the state that must follow by now, or {@code null} if this state has not ended. */
    @Nullable
    BreakerState due() {
        return null;
    }

    /** Returns how long until a probe may pass: zero if it may now, {@link Long#MAX_VALUE} if none will. */
    long untilProbeNanos() {
        return 0;
    }

    // ---- after an attempt that this state admitted

    /**
     * Counts a success.
     *
     * @param fed whether a feed counts this success as well
     * @param durationNanos how long the attempt took, negative if it was not measured
     * @return the next state, or {@code null} to stay
     */
    @Nullable
    BreakerState succeeded(boolean fed, long durationNanos) {
        return null;
    }

    /**
     * Counts a failure of a category that counts.
     *
     * @param durationNanos how long the attempt took, negative if it was not measured
     * @param category the kind of failure
     * @param nowNanos the time now
     * @return the next state, or {@code null} to stay
     */
    @Nullable
    BreakerState failed(long durationNanos, ErrorCategory category, long nowNanos) {
        return null;
    }

    /** Frees the place of an attempt that ended as neither a success nor a failure. */
    void ignored() {}

    // ---- figures

    /** Returns what this state has counted; a state that counts nothing returns the counts that led to it. */
    BreakerCounts counts() {
        return BreakerCounts.NONE;
    }

    /** Returns why the breaker went to this state, {@code null} unless outcomes opened it. */
    @Nullable
    Opening opening() {
        return null;
    }

    /** Takes over what the feeds have counted, as of now. */
    void look(long nowNanos) {}

    /** Returns how many successes were told by permits and are counted by no feed. */
    long progress() {
        return 0;
    }
}
