package io.forbear.retry.core.sla;

import io.forbear.retry.Criticality;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** What would make a plan keep a promise that it misses: each thing alone, by how much it has to change. */
final class Ways {

    private static final int STEPS = 40;
    private static final double MOST = 1000;
    private static final MathContext DOWN = new MathContext(3, RoundingMode.DOWN);

    private Ways() {}

    /** Returns sentences; none if nothing alone is enough. */
    static List<String> of(SlaPolicy missed) {
        SlaTarget request = missed.target();
        List<String> ways = new ArrayList<>();
        // the least deadline, as a multiple
        double longer = least(factor -> request.deadline(times(request.deadline(), factor)));
        if (longer < MOST) {
            SlaTarget then = request.deadline(up(times(request.deadline(), longer)));
            ways.add("a deadline of " + Figures.time(then.deadline()) + " instead of "
                    + Figures.time(request.deadline()) + " (" + attempts(then) + ")");
        }
        double fewer = least(factor -> request.errorRate(request.errorRate() / factor));
        if (request.errorRate() > 0 && fewer < MOST) {
            SlaTarget then = request.errorRate(request.errorRate() / fewer);
            ways.add("at most " + rounded(100 * then.errorRate()) + " % of failing attempts instead of "
                    + Figures.percent(request.errorRate()) + " % (" + attempts(then) + ")");
        }
        double faster = least(factor -> request.latency(request.latency().times(1 / factor)));
        if (faster < MOST) {
            SlaTarget then = request.latency(request.latency().times(1 / faster));
            ways.add("a dependency that is " + Figures.plain(Math.ceil(faster * 10) / 10)
                    + " times as fast: p99 at most "
                    + Figures.time(down(then.latency().p99())) + " (" + attempts(then) + ")");
        }
        if (request.criticality() != Criticality.NORMAL) {
            SlaTarget then = request.criticality(Criticality.NORMAL);
            if (SlaPolicyPlanner.plan(then).isReachable()) {
                ways.add("calls that are planned as normal, not "
                        + request.criticality().name().toLowerCase(Locale.ROOT) + " (" + attempts(then) + ")");
            }
        }
        return ways;
    }

    private static String attempts(SlaTarget request) {
        int attempts = SlaPolicyPlanner.plan(request).attempts();
        return attempts == 1 ? "1 attempt" : attempts + " attempts";
    }

    /** The least factor from 1 on with which a request can be kept, nearly; infinite if there is none. */
    private static double least(DoubleFunction<SlaTarget> changed) {
        double high = 1;
        while (high < MOST && !SlaPolicyPlanner.plan(changed.apply(high)).isReachable()) {
            high *= 2;
        }
        if (high >= MOST) {
            return Double.POSITIVE_INFINITY;
        }
        double low = high / 2;
        for (int step = 0; step < STEPS; step++) {
            double middle = (low + high) / 2;
            if (SlaPolicyPlanner.plan(changed.apply(middle)).isReachable()) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static Duration times(Duration time, double factor) {
        double nanos = Math.ceil(time.toNanos() * factor);
        return nanos < SlaTarget.LONGEST.toNanos() ? Duration.ofNanos((long) nanos) : SlaTarget.LONGEST;
    }

    private static Duration up(Duration time) {
        return Duration.ofMillis((time.toNanos() + 999_999) / 1_000_000);
    }

    /** To three digits, downwards: what is said must be enough. */
    private static Duration down(Duration time) {
        return Duration.ofNanos(new BigDecimal(time.toNanos()).round(DOWN).longValue());
    }

    private static String rounded(double value) {
        return new BigDecimal(value).round(DOWN).stripTrailingZeros().toPlainString();
    }
}
