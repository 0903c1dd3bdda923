package io.forbear.retry.lab.sweep;

import io.forbear.retry.lab.compare.ComparisonResult;
import io.forbear.retry.lab.compare.ComparisonResult.OfFleet;
import io.forbear.retry.lab.compare.ComparisonResult.OfScenario;
import io.forbear.retry.lab.compare.PolicyFigures;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.util.ArrayList;
import java.util.List;

/**
 * What a sweep showed.
 *
 * @param knob what was changed
 * @param comparison every figure
 * @param cases the scenarios of which every run is over: a mean over others would compare unlike things
 * @param overall the points over all cases; empty if there is no case
 */
public record SweepResult(Knob knob, ComparisonResult comparison, List<Case> cases, List<Point> overall) {

    private static final double NANOS = 1e9;

    public SweepResult {
        cases = List.copyOf(cases);
        overall = List.copyOf(overall);
    }

    /**
     * One scenario of one fleet.
     *
     * @param fleet who calls
     * @param row the figures of every policy
     * @param points the same as points
     */
    public record Case(FleetShape fleet, OfScenario row, List<Point> points) {

        /**
         * Returns how long the run goes on after the judged time, which stands for the recovery that never came.
         *
         * @return seconds
         */
        public double restSeconds() {
            Scenario scenario = row.scenario();
            return (scenario.endNanos() - scenario.badToNanos()) / NANOS;
        }
    }

    /**
     * Sorts what a comparison of {@link SweptPolicies} showed.
     *
     * @param knob what was changed
     * @param comparison its figures
     * @return what it means
     */
    public static SweepResult of(Knob knob, ComparisonResult comparison) {
        List<Case> cases = new ArrayList<>();
        for (OfFleet fleet : comparison.fleets()) {
            for (OfScenario row : fleet.scenarios()) {
                if (isComplete(row, comparison)) {
                    Case bare = new Case(fleet.fleet(), row, List.of());
                    cases.add(new Case(fleet.fleet(), row, points(comparison, List.of(bare))));
                }
            }
        }
        return new SweepResult(knob, comparison, cases, cases.isEmpty() ? List.of() : points(comparison, cases));
    }

    private static boolean isComplete(OfScenario row, ComparisonResult comparison) {
        return row.policies().size() == comparison.policies().size()
                && row.policies().values().stream()
                        .allMatch(found -> found.runs() == comparison.seeds().size());
    }

    private static List<Point> points(ComparisonResult comparison, List<Case> cases) {
        List<Point> points = comparison.policies().stream()
                .map(policy -> point(policy.name(), cases))
                .toList();
        return Pareto.marked(points);
    }

    private static Point point(String policy, List<Case> cases) {
        Mean success = new Mean();
        Mean load = new Mean();
        Mean back = new Mean();
        int never = 0;
        for (Case of : cases) {
            PolicyFigures found = of.row().policies().get(policy);
            if (found == null) {
                throw new IllegalStateException("case without figures of " + policy);
            }
            success.add(found.success(), Double.POSITIVE_INFINITY);
            load.add(found.amplification(), Double.POSITIVE_INFINITY);
            if (of.row().scenario().isRecoveryMeasured()) {
                back.add(found.backSeconds(), of.restSeconds());
                never += Double.isInfinite(found.backSeconds().max()) ? 1 : 0;
            }
        }
        return new Point(
                policy, success.range(), load.range(), back.isEmpty() ? null : back.range(), never, false, null);
    }

    /**
     * Returns the values, without what they are compared with.
     *
     * @return points of the knob, in the order of its values
     */
    public List<Point> values() {
        return overall.isEmpty() ? overall : overall.subList(1, overall.size());
    }
}
