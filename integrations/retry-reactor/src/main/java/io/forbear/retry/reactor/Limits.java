package io.forbear.retry.reactor;

import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** How much time an attempt has. */
final class Limits {

    private Limits() {}

    /** Returns the attempt time-out or what is left of the call, whichever is shorter; {@code null} for no limit. */
    static @Nullable Duration of(RetryPolicy policy, RetryCall call) {
        long attempt = policy.attemptTimeoutNanos();
        Duration left = call.remaining().orElse(null);
        if (attempt == Long.MAX_VALUE) {
            return left;
        }
        Duration own = Duration.ofNanos(attempt);
        return left == null || own.compareTo(left) < 0 ? own : left;
    }

    /** Returns what an attempt failed with whose time was over. */
    static TimeoutException timeout(String service, RetryCall call, @Nullable Throwable before) {
        boolean ended = call.remaining().map(Duration::isZero).orElse(false);
        TimeoutException timeout = new TimeoutException(service + ": attempt " + call.attempt()
                + (ended ? " was under way at the deadline of the call" : " took longer than its limit"));
        if (ended && before != null) {
            timeout.addSuppressed(before);
        }
        return timeout;
    }
}
