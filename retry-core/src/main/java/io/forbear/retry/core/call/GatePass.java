package io.forbear.retry.core.call;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * A call's way through the gate of its service: at most one place in line at a time, taken when an attempt is due, and
 * given back unless the attempt is made. A gate that throws counts as open. Not thread-safe, as the call that it
 * belongs to.
 */
final class GatePass {

    /** What {@link #ask} answers where the attempt may not be made. */
    static final long REFUSED = -1;

    /**
     * No attempt waits for longer than this, or for an eighth of the way, before it asks again: a rate that has risen
     * meanwhile must not find everyone asleep. An attempt that leaves later than it was granted lowers the rate that is
     * measured, and that bounds the next rate; with half of the way, a gate whose line was never empty let through two
     * thirds of what the limiter of the AWS SDK does (AdaptiveEqualityTest of retry-aws-sdk).
     */
    static final long LOOK_AGAIN_NANOS = 10_000_000L;

    private final AttemptGate gate;
    private AttemptGate.@Nullable Place place;

    GatePass(AttemptGate gate) {
        this.gate = gate;
    }

    /**
     * Asks leave for the attempt that is due.
     *
     * @return zero where it may be made, more where to wait so long and to ask again, {@link #REFUSED} where it may
     *     not; whether the wait fits the deadline is the caller's to say
     */
    long ask() {
        try {
            AttemptGate.Place taken = place;
            if (taken == null) {
                if (!gate.isEngaged()) {
                    return 0;
                }
                taken = gate.enter();
                if (taken == null) {
                    return REFUSED;
                }
                place = taken;
            }
            return Math.max(0, taken.waitNanos());
        } catch (Throwable fault) {
            Faults.log("gate", fault);
            return 0;
        }
    }

    /** Returns when to ask again where the whole wait would be so long. */
    static long untilNextLook(long waitNanos) {
        return Math.min(waitNanos, Math.max(LOOK_AGAIN_NANOS, waitNanos / 8));
    }

    /** The attempt is made: its place is used up. */
    void use() {
        place = null;
    }

    /** The attempt is not made. */
    void leave() {
        AttemptGate.Place taken = place;
        if (taken != null) {
            place = null;
            tell(taken::leave);
        }
    }

    void succeeded(int attempt) {
        tell(() -> {
            if (gate.isEngaged()) {
                gate.succeeded(attempt);
            }
        });
    }

    void failed(ErrorCategory category) {
        tell(() -> gate.failed(category));
    }

    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (Throwable fault) {
            Faults.log("gate", fault);
        }
    }
}
