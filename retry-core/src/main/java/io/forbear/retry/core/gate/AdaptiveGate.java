package io.forbear.retry.core.gate;

import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedGate;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client-side rate limiter that learns from the server's throttling.
 *
 * <p>While the server does not throttle, the gate is not engaged, and every attempt passes. A RATE_LIMIT engages it:
 * from then on an attempt needs a token, and tokens come in at a rate that falls with each throttle and rises along a
 * curve in between. Attempts for which there is no token yet wait in a queue. No thread sleeps in it: the gate answers
 * how long to wait, and the caller waits outside.
 */
final class AdaptiveGate implements FedGate {
    /*
     * State      engaged: whether attempts need tokens. told: attempts that no feed counts. Under the lock: the curve,
     *            the rate of sending, the tokens, the queue.
     * Invariant  each token that came in was granted to one place, lost to a full bucket, or is in the bucket: over any
     *            time, grants <= tokens that came in + capacity. A place is granted only if no place before it waits.
     * Writers    any thread under the lock; told without it.
     * Ordering   the lock. engaged is volatile: an attempt that reads false passes as if it had come before the
     *            throttle.
     * Progress   not engaged: one volatile read. Engaged: a lock that is held for some arithmetic and a few list links,
     *            and never across a wait, a callback or a clock other than the service's own.
     * Stress     AdaptiveGateThreadsTest.
     *
     * Why a lock: rate, tokens and the order of the queue must agree. A CAS loop over all of them is an object per
     * attempt, and AWS's limiter, which had one, starved some of its waiting threads until it got a lock and a queue
     * (aws-sdk-java-v2 #7149, #7197).
     */

    /** After this time without a throttle, and with an empty queue, the gate disengages. */
    static final long CALM_NANOS = 60_000_000_000L;

    private static final Place FREE = new Place() {
        @Override
        public long waitNanos() {
            return 0;
        }

        @Override
        public void leave() {}
    };

    private final NanoClock clock;
    private final long originNanos;
    private final double minPerSecond;
    private final long maxWaitNanos;
    private final LongAdder told = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Cubic cubic = new Cubic();
    private final SendRate sent = new SendRate();
    private final Tokens tokens = new Tokens();
    private final WaitQueue queue = new WaitQueue();
    private volatile boolean engaged;
    private volatile @Nullable CallFeed feed;
    private long fedBefore;

    AdaptiveGate(AdaptiveGateSpec spec, NanoClock clock) {
        this.clock = clock;
        this.originNanos = clock.nanoTime();
        this.minPerSecond = spec.minPerSecond();
        this.maxWaitNanos = spec.maxWait().toNanos();
    }

    @Override
    public void feed(CallFeed source) {
        fedBefore = source.firstTrySuccesses();
        feed = source;
    }

    @Override
    public boolean isEngaged() {
        return engaged;
    }

    @Override
    public @Nullable Place enter() {
        if (!engaged) {
            return FREE;
        }
        lock.lock();
        try {
            long now = now();
            grant(now);
            if (isCalm(now)) {
                disengage();
                return FREE;
            }
            Waiting place = new Waiting(this);
            if (queue.size() == 0 && tokens.take()) {
                place.granted = true;
            } else if (tokens.nanosUntil(queue.size() + 1) > maxWaitNanos) {
                return null;
            } else {
                queue.join(place);
            }
            return place;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void succeeded(int attempt) {
        boolean fed = feed != null;
        if (attempt > 1 || !fed) {
            told.increment();
        }
        if (fed && !engaged) {
            return;
        }
        lock.lock();
        try {
            long now = now();
            sent.look(now, count());
            adopt(cubic.at(now / 1e9), now);
            if (engaged && isCalm(now)) {
                disengage();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void failed(ErrorCategory category) {
        told.increment();
        if (category != ErrorCategory.RATE_LIMIT) {
            return;
        }
        lock.lock();
        try {
            long now = now();
            long count = count();
            if (!engaged && feed != null && !ensureKnownRate(now, count)) {
                return;
            }
            sent.look(now, count);
            double rate = engaged ? Math.min(sent.perSecond(), tokens.perSecond()) : sent.perSecond();
            adopt(cubic.throttled(rate, now / 1e9), now);
            engaged = true;
        } finally {
            lock.unlock();
        }
    }

    // ---- under the lock

    private long now() {
        return clock.nanoTime() - originNanos;
    }

    private long count() {
        CallFeed source = feed;
        return told.sum() + (source == null ? 0 : source.firstTrySuccesses() - fedBefore);
    }

    /**
     * Starts to measure if the rate is too old to start from: while the gate is not engaged, it does not look at each
     * success. Returns whether the rate is known.
     */
    private boolean ensureKnownRate(long now, long count) {
        sent.restartIfStale(now, count);
        return sent.isKnown(now);
    }

    private void adopt(double calculated, long now) {
        grant(now);
        tokens.rate(Math.max(minPerSecond, Math.min(calculated, 2 * sent.perSecond())));
    }

    /** Gives the tokens that are there to the waiting places, in their order. */
    private void grant(long now) {
        tokens.fill(now, queue.size());
        while (queue.first() instanceof Waiting place && tokens.take()) {
            queue.leave(place);
            place.granted = true;
        }
        if (queue.size() == 0) {
            tokens.overflow();
        }
    }

    private boolean isCalm(long now) {
        return queue.size() == 0 && now / 1e9 - cubic.lastThrottle() >= CALM_NANOS / 1e9;
    }

    private void disengage() {
        engaged = false;
        tokens.empty();
    }

    private long waitNanos(Waiting place) {
        lock.lock();
        try {
            grant(now());
            return place.granted || place.left ? 0 : tokens.nanosUntil(queue.rank(place));
        } finally {
            lock.unlock();
        }
    }

    private void leave(Waiting place) {
        lock.lock();
        try {
            if (place.left) {
                return;
            }
            place.left = true;
            long now = now();
            grant(now);
            if (place.granted) {
                tokens.putBack();
            } else {
                queue.leave(place);
            }
            grant(now);
        } finally {
            lock.unlock();
        }
    }

    /** A place in the queue, or one that was granted at once. */
    private static final class Waiting extends WaitQueue.Node implements Place {
        private final AdaptiveGate gate;
        private boolean granted;
        private boolean left;

        private Waiting(AdaptiveGate gate) {
            this.gate = gate;
        }

        @Override
        public long waitNanos() {
            return gate.waitNanos(this);
        }

        @Override
        public void leave() {
            gate.leave(this);
        }
    }

    // ---- for tests

    double measuredPerSecond() {
        lock.lock();
        try {
            return sent.perSecond();
        } finally {
            lock.unlock();
        }
    }

    double ratePerSecond() {
        lock.lock();
        try {
            return tokens.perSecond();
        } finally {
            lock.unlock();
        }
    }

    double level() {
        lock.lock();
        try {
            grant(now());
            return tokens.level();
        } finally {
            lock.unlock();
        }
    }
}
