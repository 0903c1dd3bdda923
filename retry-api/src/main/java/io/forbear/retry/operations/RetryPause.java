package io.forbear.retry.operations;

import java.time.Duration;
import java.util.Objects;

/**
 * A pause of the retries of a service: each call is attempted once.
 *
 * @param remaining how long it still holds
 * @param who who paused them
 * @param why the reason that was given
 * @since 0.1
 */
public record RetryPause(Duration remaining, String who, String why) {

    /** Creates a pause. */
    public RetryPause {
        Objects.requireNonNull(remaining, "remaining");
        Objects.requireNonNull(who, "who");
        Objects.requireNonNull(why, "why");
    }
}
