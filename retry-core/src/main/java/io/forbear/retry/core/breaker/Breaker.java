package io.forbear.retry.core.breaker;

import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.internal.Ticked;
import io.forbear.retry.core.internal.Watch;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.operations.BreakerWindow;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker: one reference to its current state, and the listeners that hear when it changes. What happens in
 * a state stands in that state, see {@link BreakerState}.
 */
final class Breaker implements FedBreaker, Ticked {
    /*
     * State      state, one object; what it counts is part of it and goes with it.
     *
     *                        limits exceeded                   open time over
     *              CLOSED ------------------------> OPEN ---------------------> HALF_OPEN
     *                ^                               ^  probes failed or lost      |  |
     *                |                               +-----------------------------+  |
     *                +----------------------------------------------------------------+
     *                   probes succeeded: the first CLOSED state may be a slow start
     *              from any state, by a program: CLOSED (reset), OPEN (open), FORCED_OPEN, METRICS_ONLY, DISABLED
     *
     * Invariant  an outcome counts in the object that admitted its attempt and moves the breaker only from there.
     * Writers    move: one CAS from the object that was read. The thread that wins it reports the transition, once,
     *            after it has happened.
     * Ordering   volatile; a state object is complete before it is published.
     * Progress   lock-free; a refusal, and an admission without a permit, are reads.
     * Stress     BreakerStress, ProbeStress, BreakerLinearizabilityTest (retry-jcstress), BreakerRaceTest
     */

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, Breaker.class, BreakerState.class);

    private final String service;
    private final BreakerParts parts;
    private final TransitionListeners listeners;
    private volatile BreakerState state;

    Breaker(String service, NanoClock clock, BreakerSettings settings, State first) {
        this.service = service;
        this.parts = new BreakerParts(settings, clock, Watch.of(this, clock, settings.tickNanos()));
        this.listeners = new TransitionListeners(service);
        this.state = fresh(first, parts);
    }

    /** Returns the state that a program asked for, or the first one: nothing is counted in it yet. */
    private static BreakerState fresh(State name, BreakerParts parts) {
        long now = parts.now();
        return switch (name) {
            case CLOSED, METRICS_ONLY -> new CountingState(name, parts, now);
            case OPEN -> OpenState.after(0, parts, now, BreakerCounts.NONE, false, null);
            case HALF_OPEN -> new HalfOpenState(parts, 0, now);
            case FORCED_OPEN, DISABLED -> new ForcedState(name);
        };
    }

    // ---- attempts

    @Override
    public @Nullable Object admission() {
        BreakerState seen = state;
        return seen.needsNoPermit ? seen : null;
    }

    @Override
    public @Nullable Permit tryAcquire() {
        return acquire(false);
    }

    @Override
    public @Nullable Permit tryAcquireFed() {
        return acquire(true);
    }

    private @Nullable Permit acquire(boolean fed) {
        for (; ; ) {
            BreakerState seen = state;
            if (seen.hasRoom()) {
                // made before its place is taken: if there is no memory for it, no place is lost
                BreakerPermit permit = new BreakerPermit(this, seen, fed);
                if (seen.admit()) {
                    return permit;
                }
            }
            BreakerState next = seen.due();
            if (next == null) {
                return null;
            }
            move(seen, next);
        }
    }

    // ---- outcomes

    @Override
    public void failed(Object admission, ErrorCategory category, long nowNanos) {
        if (admission instanceof BreakerState admitted && counts(admitted, category)) {
            move(admitted, admitted.failed(-1, category, nowNanos));
        }
    }

    void failed(BreakerState admitted, long durationNanos, ErrorCategory category) {
        if (counts(admitted, category)) {
            move(admitted, admitted.failed(durationNanos, category, parts.now()));
        } else {
            admitted.ignored();
        }
    }

    /** A state that has ended counts nothing more: neither its window nor its probes have any effect. */
    private boolean counts(BreakerState admitted, ErrorCategory category) {
        return admitted == state && parts.settings.counts(category);
    }

    void succeeded(BreakerState admitted, boolean fed, long durationNanos) {
        if (admitted == state) {
            move(admitted, admitted.succeeded(fed, durationNanos));
        }
    }

    // ---- transitions

    /** Moves from a state to the next, if there is a next one. Returns whether this thread has moved the breaker. */
    private boolean move(BreakerState from, @Nullable BreakerState to) {
        if (to == null || !STATE.compareAndSet(this, from, to)) {
            return false;
        }
        if (from.name != to.name) {
            listeners.tell(from.name, to.name, to.opening());
        }
        return true;
    }

    /** Goes to a state from any other. A breaker that is in a state of that name stays there. */
    void force(State name) {
        BreakerState seen = state;
        while (seen.name != name && !move(seen, fresh(name, parts))) {
            seen = state;
        }
    }

    @Override
    public void open() {
        force(State.OPEN);
    }

    @Override
    public void forceOpen() {
        force(State.FORCED_OPEN);
    }

    @Override
    public void disable() {
        force(State.DISABLED);
    }

    @Override
    public void metricsOnly() {
        force(State.METRICS_ONLY);
    }

    /** Goes to a CLOSED state in which nothing is counted yet. */
    @Override
    public void reset() {
        while (!move(state, fresh(State.CLOSED, parts))) {
            Thread.onSpinWait();
        }
    }

    // ---- figures

    BreakerCounts counts() {
        return state.counts();
    }

    @Override
    public BreakerWindow window() {
        BreakerCounts seen = counts();
        return new BreakerWindow(seen.calls(), seen.failures(), seen.slow());
    }

    @Override
    public State state() {
        return state.name;
    }

    @Override
    public Duration untilProbe() {
        return Duration.ofNanos(state.untilProbeNanos());
    }

    // ---- listeners and feeds

    @Override
    public Subscription onTransition(TransitionListener listener) {
        return listeners.add(listener);
    }

    @Override
    public void feed(CallFeed feed, Object owner) {
        parts.feeds.add(feed, owner);
    }

    @Override
    public long tickNanos() {
        return parts.settings.tickNanos();
    }

    @Override
    public void look(long nowNanos) {
        parts.feeds.expunge();
        state.look(nowNanos);
    }

    @Override
    public long progress() {
        return state.progress();
    }

    @Override
    public String toString() {
        return "CircuitBreaker(" + service + ", " + state.name + ")";
    }
}
