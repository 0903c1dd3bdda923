package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * Client-side adaptive throttling (Site Reliability Engineering, ch. 21): a retry is refused with probability {@code
 * max(0, (requests - k * accepts) / (requests + 1))} over the window. If calls are reported, a first attempt counts as
 * a request when it starts; if they are fed, when it first fails or succeeds. A retry counts as a request when it is
 * granted.
 */
final class AdaptiveThrottleBudget implements FedBudget {
    /*
     * State      requests, accepts: calls that callers reported. The frame of the window, over these and the counters
     *            of the feeds.
     * Invariant  0 <= refusal < 1, so the balance, 1000 * (1 - refusal), is from 1 to 1000.
     * Writers    callStarted and a grant: one request. refund: one request back, in its slot. callSucceeded: one
     *            accept.
     * Ordering   none between the counters: the probability is an estimate, which may miss calls that are under way.
     * Progress   wait-free, apart from moving the window. A refusal only reads.
     * Stress     SlidingWindowStress (retry-jcstress), for the window
     */
    private final NanoClock clock;
    private final double k;
    private final RandomGenerator random;
    private final SlidingWindow window;
    private final Feeds feeds = new Feeds();
    private final LongAdder requests = new LongAdder();
    private final LongAdder accepts = new LongAdder();

    AdaptiveThrottleBudget(AdaptiveThrottleSpec spec, NanoClock clock) {
        this.clock = clock;
        this.k = spec.k();
        this.random = spec.random();
        this.window = new SlidingWindow(spec.windowNanos(), 0, clock.nanoTime());
    }

    private SlidingWindow.Frame view(long nowNanos) {
        SlidingWindow.Frame seen = window.frame();
        return window.isCurrent(seen, nowNanos) ? seen : roll(seen, nowNanos);
    }

    private SlidingWindow.Frame roll(SlidingWindow.Frame seen, long nowNanos) {
        feeds.takeOver();
        return window.roll(
                seen,
                nowNanos,
                new SlidingWindow.Total(accepts.sum(), feeds.firstTries()),
                new SlidingWindow.Total(requests.sum(), feeds.calls()));
    }

    private double refusal(long nowNanos) {
        SlidingWindow.Frame view = view(nowNanos);
        double accepted = Math.max(0, accepts.sum() + feeds.firstTries() - view.first());
        double requested = Math.max(0, requests.sum() + feeds.calls() - view.second());
        return Math.max(0, (requested - k * accepted) / (requested + 1));
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        return tryWithdraw(category, criticality, alreadyTaken, clock.nanoTime());
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        double refusal = refusal(nowNanos);
        if (refusal > 0 && !(random.nextDouble() >= refusal)) { // also where the draw is no number
            return REFUSED;
        }
        requests.increment();
        return TOKEN;
    }

    @Override
    public void refund(long milliTokens, long takenNanos, long precisionNanos, long nowNanos) {
        if (milliTokens > 0) {
            view(nowNanos);
            window.giveBack(1, takenNanos, precisionNanos, requests.sum() + feeds.calls());
        }
    }

    @Override
    public void refund(long milliTokens) {
        if (milliTokens > 0) {
            view(clock.nanoTime());
            window.giveBack(1, requests.sum() + feeds.calls());
        }
    }

    @Override
    public void callStarted() {
        view(clock.nanoTime());
        requests.increment();
    }

    @Override
    public void callSucceeded(long lastTaken) {
        view(clock.nanoTime());
        accepts.increment();
    }

    @Override
    public long balance() {
        return Math.max(1, Math.round(TOKEN * (1 - refusal(clock.nanoTime()))));
    }

    @Override
    public long capacity() {
        return TOKEN;
    }

    @Override
    public boolean readsCalls() {
        return true;
    }

    @Override
    public long tickNanos() {
        return window.slotNanos();
    }

    @Override
    public void ticked() {
        window.ticked();
    }

    @Override
    public void look(long nowNanos) {
        view(nowNanos);
        window.note(nowNanos, feeds.firstTries(), feeds.calls());
    }

    @Override
    public void feed(CallFeed feed, Object owner) {
        feeds.add(feed, owner);
    }
}
