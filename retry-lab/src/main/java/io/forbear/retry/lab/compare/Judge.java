package io.forbear.retry.lab.compare;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what is best in one scenario, and what is worse than no retries. */
final class Judge {

    private static final String BEST = "*";
    private static final String WORSE = "!";
    private static final double POINTS = 1;
    private static final double SECONDS = 1;

    private final Map<String, PolicyFigures> policies;
    private final @Nullable PolicyFigures none;
    private final boolean backMeasured;
    private final double mostSuccess;
    private final double leastSuccess;
    private final double leastBack;
    private final double mostBack;

    Judge(ComparisonResult.OfScenario row) {
        this.policies = row.policies();
        this.none = policies.get(SimulatedPolicies.NONE);
        this.backMeasured = row.scenario().isRecoveryMeasured();
        double most = Double.NEGATIVE_INFINITY;
        double least = Double.POSITIVE_INFINITY;
        double soonest = Double.POSITIVE_INFINITY;
        double latest = Double.NEGATIVE_INFINITY;
        for (PolicyFigures found : policies.values()) {
            most = Math.max(most, found.success().mean());
            least = Math.min(least, found.success().mean());
            soonest = Math.min(soonest, found.backSeconds().mean());
            latest = Math.max(latest, found.backSeconds().mean());
        }
        this.mostSuccess = most;
        this.leastSuccess = least;
        this.leastBack = soonest;
        this.mostBack = latest;
    }

    @Nullable
    PolicyFigures figures(String policy) {
        return policies.get(policy);
    }

    boolean isBackMeasured() {
        return backMeasured;
    }

    /** As shown: what looks the same is the same. */
    String successMark(PolicyFigures found) {
        double mean = found.success().mean();
        if (none != null && mean < none.success().mean() - POINTS) {
            return WORSE;
        }
        boolean differ = !percent(mostSuccess).equals(percent(leastSuccess));
        return differ && percent(mean).equals(percent(mostSuccess)) ? BEST : "";
    }

    String backMark(PolicyFigures found) {
        double mean = found.backSeconds().mean();
        if (!backMeasured) {
            return "";
        }
        if (none != null && mean > none.backSeconds().mean() + SECONDS) {
            return WORSE;
        }
        boolean differ = !seconds(mostBack).equals(seconds(leastBack));
        return differ && seconds(mean).equals(seconds(leastBack)) ? BEST : "";
    }

    static String percent(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    static String seconds(double value) {
        return Double.isInfinite(value) ? "never" : String.format(Locale.ROOT, "%.1f", value);
    }
}
