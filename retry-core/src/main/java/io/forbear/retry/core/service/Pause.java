package io.forbear.retry.core.service;

import io.forbear.retry.core.internal.Switches;
import java.time.Duration;

/** A pause of retries, for one service or for all. Immutable; compared by identity. */
public final class Pause {

    private final Duration timeToLive;
    private final long endNanos;
    private final String who;
    private final String why;

    private Pause(Duration timeToLive, long endNanos, String who, String why) {
        this.timeToLive = timeToLive;
        this.endNanos = endNanos;
        this.who = who;
        this.why = why;
    }

    /**
     * Makes a pause that begins now.
     *
     * @param nowNanos the time by the clock of the services that it is for
     * @throws IllegalArgumentException if the time is out of range, or a text is not one line of bounded length
     */
    public static Pause of(Duration timeToLive, String who, String why, long nowNanos) {
        long nanos = Switches.timeToLive(timeToLive);
        return new Pause(timeToLive, nowNanos + nanos, Switches.who(who), Switches.why(why));
    }

    /** Returns how long the pause still holds; zero or less where it is over. */
    public long remainingNanos(long nowNanos) {
        return endNanos - nowNanos;
    }

    Duration timeToLive() {
        return timeToLive;
    }

    public String who() {
        return who;
    }

    public String why() {
        return why;
    }
}
