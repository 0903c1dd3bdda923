package io.forbear.retry.core.breaker;

import io.forbear.retry.NanoClock;
import io.forbear.retry.core.breaker.CircuitBreakers.Counts;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.internal.Ticked;
import io.forbear.retry.core.internal.Watch;
import io.forbear.retry.error.ErrorCategory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The circuit breaker. */
final class Breaker implements FedBreaker, Ticked {
    /*
     * State      state, one object; what it counts lies in it and goes with it.
     *
     *                        limits exceeded                   open time over
     *              CLOSED ------------------------> OPEN ---------------------> HALF_OPEN
     *                ^                               ^  probes failed or lost      |  |
     *                |                               +-----------------------------+  |
     *                +----------------------------------------------------------------+
     *                                        probes succeeded
     *              from any state, by a word from outside: CLOSED (reset), OPEN (open), FORCED_OPEN, METRICS_ONLY, DISABLED
     *
     * Invariant  an outcome counts in the object that admitted its attempt and moves the breaker only from there.
     * Writers    move: one CAS from the object that was read. Who wins it reports the transition, once, after it happened.
     * Ordering   volatile; a state object is complete before it is published.
     * Progress   lock-free; a refusal, and an admission without a permit, are reads.
     * Stress     BreakerStress, ProbeStress, BreakerLinearizabilityTest (retry-jcstress), BreakerRaceTest
     */

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Breaker.class, "state", BreakerState.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

    private final String service;
    private final NanoClock clock;
    private final Settings settings;
    private final TransitionListeners listeners;
    private final Feeds feeds = new Feeds();

    /** For successes of permits; a service that feeds this has a watch of its own. */
    private final Watch watch;

    private volatile BreakerState state;

    Breaker(String service, NanoClock clock, Settings settings, State first) {
        this.service = service;
        this.clock = clock;
        this.settings = settings;
        this.listeners = new TransitionListeners(service);
        this.watch = Watch.of(this, clock, settings.tickNanos());
        this.state = newState(first, clock.nanoTime());
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
            if (seen instanceof CountingState) {
                return new BreakerPermit(this, seen, fed);
            }
            if (seen instanceof ForcedState) {
                return seen.needsNoPermit ? FreePermit.INSTANCE : null;
            }
            long now = clock.nanoTime();
            if (seen instanceof HalfOpenState half) {
                // made before the place is taken: for want of memory it could not be made afterwards
                BreakerPermit permit = new BreakerPermit(this, half, fed);
                if (half.admits(now)) {
                    return permit;
                }
            }
            BreakerState next = due(seen, now);
            if (next == null) {
                return null;
            }
            move(seen, next);
        }
    }

    /** Returns the state that must follow by now, or null. */
    private @Nullable BreakerState due(BreakerState seen, long now) {
        if (seen instanceof OpenState open) {
            return open.untilProbeNanos(now) == 0 ? new HalfOpenState(settings.probes(), open.round, now) : null;
        }
        if (seen instanceof HalfOpenState half) {
            return switch (half.verdict()) {
                case CLOSE -> newState(State.CLOSED, now);
                case OPEN -> opened(half.round, now, half.counts(now));
                case WAIT -> half.isLost(now) ? opened(half.round, half.lostNanos(), half.counts(now)) : null;
            };
        }
        return null;
    }

    // ---- outcomes

    @Override
    public void failed(Object admission, ErrorCategory category, long nowNanos) {
        if (admission instanceof CountingState counting && counts(counting, category)) {
            ended(counting, true, -1, nowNanos);
        }
    }

    void failed(BreakerState admitted, long durationNanos, ErrorCategory category) {
        if (!counts(admitted, category)) {
            ignored(admitted);
        } else if (admitted instanceof CountingState counting) {
            ended(counting, true, durationNanos, clock.nanoTime());
        } else if (admitted instanceof HalfOpenState half) {
            probed(half, true);
        }
    }

    /** A state that is over counts nothing more: neither a window nor a probe of it has any effect. */
    private boolean counts(BreakerState admitted, ErrorCategory category) {
        return admitted == state && settings.counts(category);
    }

    void succeeded(BreakerState admitted, boolean fed, long durationNanos) {
        if (admitted != state) {
            return;
        }
        if (admitted instanceof HalfOpenState half) {
            probed(half, settings.limits().isSlow(durationNanos));
        } else if (admitted instanceof CountingState counting) {
            if (!counting.needsNoPermit) {
                ended(counting, false, durationNanos, clock.nanoTime());
            } else if (!fed) {
                counting.succeeded();
                watch.grown();
            }
        }
    }

    void ignored(BreakerState admitted) {
        if (admitted instanceof HalfOpenState half) {
            half.ignored();
        }
    }

    private void ended(CountingState counting, boolean failed, long durationNanos, long now) {
        if (counting.ended(failed, durationNanos, now)) {
            move(counting, opened(0, now, counting.counts(now)));
        }
    }

    private void probed(HalfOpenState half, boolean failed) {
        half.ended(failed);
        long now = clock.nanoTime();
        BreakerState next = due(half, now);
        if (next != null) {
            move(half, next);
        }
    }

    // ---- states

    private OpenState opened(int roundBefore, long now, Counts cause) {
        int round = Math.max(1, roundBefore + 1);
        return new OpenState(round, now, settings.openNanos(round), cause);
    }

    private BreakerState newState(State name, long now) {
        return switch (name) {
            case CLOSED, METRICS_ONLY -> new CountingState(name, settings, feeds, now);
            case OPEN -> opened(0, now, Counts.NONE);
            case HALF_OPEN -> new HalfOpenState(settings.probes(), 0, now);
            case FORCED_OPEN, DISABLED -> new ForcedState(name);
        };
    }

    private boolean move(BreakerState from, BreakerState to) {
        if (!STATE.compareAndSet(this, from, to)) {
            return false;
        }
        if (from.name != to.name) {
            listeners.tell(from.name, to.name);
        }
        return true;
    }

    /** Goes to a state from whatever it is in; one that it is in already goes on. */
    void force(State name) {
        BreakerState seen = state;
        while (seen.name != name) {
            long now = clock.nanoTime();
            if (move(seen, newState(name, now))) {
                return;
            }
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
        long now = clock.nanoTime();
        while (!move(state, newState(State.CLOSED, now))) {
            Thread.onSpinWait();
        }
    }

    Counts counts() {
        return state.counts(clock.nanoTime());
    }

    @Override
    public State state() {
        return state.name;
    }

    @Override
    public Duration untilProbe() {
        BreakerState seen = state;
        if (seen instanceof OpenState open) {
            return Duration.ofNanos(open.untilProbeNanos(clock.nanoTime()));
        }
        return seen.name.refuses() ? NEVER : Duration.ZERO;
    }

    // ---- listeners and feeds

    @Override
    public Subscription onTransition(TransitionListener listener) {
        return listeners.add(listener);
    }

    @Override
    public void feed(CallFeed feed, Object owner) {
        feeds.add(feed, owner);
    }

    @Override
    public long tickNanos() {
        return settings.tickNanos();
    }

    @Override
    public void look(long nowNanos) {
        feeds.expunge();
        if (state instanceof CountingState counting) {
            counting.look(nowNanos);
        }
    }

    @Override
    public long progress() {
        return state instanceof CountingState counting ? counting.progress() : 0;
    }

    @Override
    public String toString() {
        return "CircuitBreaker(" + service + ", " + state.name + ")";
    }
}
