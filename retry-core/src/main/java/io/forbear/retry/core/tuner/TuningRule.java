package io.forbear.retry.core.tuner;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides how to move the settings of one service: cut at once where retries do not help or the breaker is not closed,
 * raise by small steps while they help and the service is well. Additive increase and multiplicative decrease keep
 * many processes that tune for themselves from chasing each other (Chiu and Jain, 1989). Until the first cut the steps
 * double, as in the slow start of TCP (Jacobson, 1988), so that a start far below is soon made up for. The value at
 * which retries last ceased to help is remembered, and approached no nearer than one step for a while, so that the
 * settings come to rest below it.
 */
final class TuningRule {
    /*
     * State      hold: looks until the next raise; step: the next one of the ratio, and whether it still doubles;
     *            limit: the ratio at which the last cut found that retries did not help, and for how many looks it
     *            holds. Used under the lock of its service.
     */

    static final double STEP = 0.05;
    static final double LARGEST_STEP = 0.2;
    static final double CUT = 0.5;
    static final double DELAY_STEP = 1.5;
    static final double USEFUL = 0.4;
    static final double USELESS = 0.25;

    /** Fewer retries than this in a window say nothing. */
    static final int LEAST_RETRIES = 10;

    private static final int HOLD_AFTER_CUT = 3;
    private static final int LIMIT_HOLDS = 30;
    private static final double WANTED = 0.05;
    private static final double TOO_MUCH = 1.2;

    private int hold;
    private double step = STEP;
    private boolean doubles = true;
    private double limit = Double.POSITIVE_INFINITY;
    private int limitHolds;

    /** A change and why. */
    record Change(TunedValues to, String reason) {}

    /**
     * Looks at one window.
     *
     * @param configured the values that a service has without a tuner: its base delay is the shortest
     * @return {@code null} where everything stays
     */
    @Nullable
    Change decide(TunedValues now, TunedValues configured, TuningWindow window, TuningBounds bounds) {
        if (limitHolds > 0 && --limitHolds == 0) {
            limit = Double.POSITIVE_INFINITY;
        }
        if (!now.equals(now.within(bounds))) {
            return new Change(now.within(bounds), "outside of the bounds");
        }
        String bad = whatIsBad(window);
        if (bad != null) {
            hold = HOLD_AFTER_CUT;
            return changed(now, cut(now, bounds), bad);
        }
        if (hold > 0) {
            hold--;
            return null;
        }
        return window.closed() ? raised(now, configured, window, bounds) : null;
    }

    private static @Nullable String whatIsBad(TuningWindow window) {
        if (!window.closed() && window.retries() > 0) {
            return "the breaker was not closed";
        }
        if (window.retries() < LEAST_RETRIES) {
            return null;
        }
        if (window.usefulness() < USELESS) {
            return window.rescued() + " of " + window.retries() + " retries helped";
        }
        boolean heavy = window.amplification() > TOO_MUCH && window.usefulness() < USEFUL;
        return heavy ? String.format(Locale.ROOT, "retries make %.2f of the load", window.amplification()) : null;
    }

    private TunedValues cut(TunedValues now, TuningBounds bounds) {
        if (now.hasRatio() && now.ratio() > bounds.leastRatio()) {
            limit = Math.min(limit, now.ratio());
            limitHolds = LIMIT_HOLDS;
        }
        step = STEP;
        doubles = false;
        long delay = Math.min(bounds.mostDelay().toMillis(), Math.round(now.delayMillis() * DELAY_STEP));
        return new TunedValues(
                now.hasRatio() ? bounds.ratio(now.ratio() * CUT) : now.ratio(),
                bounds.attempts(now.attempts() - 1),
                Math.max(now.delayMillis(), delay));
    }

    private @Nullable Change raised(TunedValues now, TunedValues configured, TuningWindow window, TuningBounds bounds) {
        boolean learnt = window.retries() >= LEAST_RETRIES;
        if (learnt && window.usefulness() < USEFUL) {
            return null;
        }
        if (now.hasRatio() && window.deniedShare() > WANTED && window.denied() >= LEAST_RETRIES) {
            double next = bounds.ratio(Math.min(now.ratio() + step, Math.max(now.ratio(), limit - STEP)));
            if (next > now.ratio()) {
                step = doubles ? Math.min(2 * step, LARGEST_STEP) : step;
                return changed(
                        now,
                        new TunedValues(next, now.attempts(), now.delayMillis()),
                        "retries help, and the budget denied " + window.denied());
            }
        }
        if (learnt && window.exhausted() > WANTED * window.retries()) {
            return changed(
                    now,
                    new TunedValues(now.ratio(), bounds.attempts(now.attempts() + 1), now.delayMillis()),
                    "retries help, and " + window.exhausted() + " calls used all attempts");
        }
        if (now.delayMillis() > configured.delayMillis()) {
            long shorter = Math.max(configured.delayMillis(), Math.round(now.delayMillis() / DELAY_STEP));
            return changed(now, new TunedValues(now.ratio(), now.attempts(), shorter), "the service is well");
        }
        return null;
    }

    private static @Nullable Change changed(TunedValues now, TunedValues next, String reason) {
        return next.equals(now) ? null : new Change(next, reason);
    }
}
