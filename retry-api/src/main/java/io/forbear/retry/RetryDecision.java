package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;

/**
 * What to do after a failed attempt: try again after a delay, or give up for a reason.
 *
 * @since 0.1
 */
public sealed interface RetryDecision {

    /**
     * Wait, then try again.
     *
     * @param delay how long to wait; zero or more
     * @since 0.1
     */
    record Again(Duration delay) implements RetryDecision {
        /**
         * Checks the delay.
         *
         * @param delay how long to wait; zero or more
         * @throws IllegalArgumentException if the delay is negative
         */
        public Again {
            Objects.requireNonNull(delay, "delay");
            Checks.check(!delay.isNegative(), "delay", delay, ">= PT0S");
        }
    }

    /**
     * Stop; the last failure is the failure of the call.
     *
     * @param reason why
     * @since 0.1
     */
    record GiveUp(StopReason reason) implements RetryDecision {
        /**
         * Checks the reason.
         *
         * @param reason why
         */
        public GiveUp {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
