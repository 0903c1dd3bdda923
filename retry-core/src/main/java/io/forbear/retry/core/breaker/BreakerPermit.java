package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.error.ErrorCategory;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A permit for one attempt, bound to the state that admitted it. */
final class BreakerPermit implements CircuitBreaker.Permit {
    /*
     * State      settled, 0 or 1.   Invariant  it goes to 1 once; the thread that takes it there tells the breaker.
     * Writers    success, failure, ignore: CAS; any later one changes nothing. ignore goes back to 0 if the machine had
     *            no stack for the rest of it.
     * Ordering   volatile.   Progress  wait-free.   Stress  ProbeStress.PermitSettlesOnce (retry-jcstress)
     */

    private static final VarHandle SETTLED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "settled", VarHandle.class, BreakerPermit.class, int.class);

    private final Breaker breaker;
    private final BreakerState admitted;
    private final boolean fed;

    @SuppressWarnings("unused") // through SETTLED
    private volatile int settled;

    BreakerPermit(Breaker breaker, BreakerState admitted, boolean fed) {
        this.breaker = breaker;
        this.admitted = admitted;
        this.fed = fed;
    }

    @Override
    public boolean isProbe() {
        return admitted.name == CircuitBreaker.State.HALF_OPEN;
    }

    @Override
    public void success(long durationNanos) {
        if (settle()) {
            breaker.succeeded(admitted, fed, durationNanos);
        }
    }

    @Override
    public void failure(long durationNanos, ErrorCategory category) {
        if (settle()) {
            breaker.failed(admitted, durationNanos, category);
        }
    }

    @Override
    public void ignore() {
        if (settle()) {
            try {
                admitted.ignored();
            } catch (Throwable want) {
                settled = 0; // for want of stack nothing was done: the call is settled again later
                throw want;
            }
        }
    }

    private boolean settle() {
        return SETTLED.compareAndSet(this, 0, 1);
    }
}
