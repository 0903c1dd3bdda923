package io.forbear.retry.lab.plan;

import io.forbear.retry.lab.compare.Comparison;
import io.forbear.retry.lab.compare.ComparisonResult;
import io.forbear.retry.lab.compare.FleetScenarios;
import io.forbear.retry.lab.compare.PolicyFigures;
import io.forbear.retry.lab.compare.SimulatedPolicies;
import io.forbear.retry.lab.compare.SimulatedPolicy;
import io.forbear.retry.lab.simulate.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lets the real engine try a plan in virtual time: in an ordinary hour, and in an outage. */
public final class PlanCheck {

    /** Runs a comparison, and shows its user how it goes. */
    @FunctionalInterface
    public interface Runner {

        /**
         * Runs it.
         *
         * @param comparison what to run
         * @return what was found until the end, or until the user stopped it; {@code null} if it failed
         * @throws InterruptedException if the thread is interrupted
         */
        @Nullable
        ComparisonResult run(Comparison comparison) throws InterruptedException;
    }

    private static final String PLAN = "plan";
    private static final String BUDGET = "retry-budget";
    private static final String BREAKER = "circuit-breaker";
    private static final double HALF = 0.5;

    private final PolicyPlan plan;
    private final PlanScenarios scenarios;
    private final long firstSeed;
    private final int seeds;
    private final int threads;

    /**
     * Prepares a check.
     *
     * @param plan what is tried
     * @param firstSeed the seed of the first run
     * @param seeds how many
     * @param threads how many runs at a time
     */
    public PlanCheck(PolicyPlan plan, long firstSeed, int seeds, int threads) {
        this.plan = plan;
        this.scenarios = new PlanScenarios(plan.request(), seeds);
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.threads = threads;
    }

    /**
     * Tries the plan beside no retries, and where it misses a promise that the arithmetic keeps, larger
     * budgets too.
     *
     * @param runner runs comparisons
     * @return what was found; {@code null} if a run failed
     * @throws InterruptedException if the thread is interrupted
     */
    public @Nullable Checked run(Runner runner) throws InterruptedException {
        SimulatedPolicy planned = SimulatedPolicies.configured(PLAN, "as planned", plan.properties(), builder -> {});
        ComparisonResult first = runner.run(comparison(plan.attemptTimeout(), List.of(planned)));
        // a call that is not retried has all the time
        ComparisonResult second = first == null || first.partial()
                ? first
                : runner.run(comparison(
                        plan.request().deadline(),
                        List.of(SimulatedPolicies.standard().get(0))));
        if (first == null || second == null) {
            return null;
        }
        Outcome outcome = outcome(first, PLAN, "the plan");
        Outcome bare = outcome(second, SimulatedPolicies.NONE, "no retries");
        if (outcome == null || bare == null) {
            return new Checked(plan, scenarios, seeds, outcome, null, List.of());
        }
        return new Checked(plan, scenarios, seeds, outcome, bare, remedies(runner, outcome));
    }

    private List<Outcome> remedies(Runner runner, Outcome outcome) throws InterruptedException {
        if (!plan.isReachable()
                || outcome.ordinary().success().mean() >= 100 * plan.request().availability()) {
            return List.of();
        }
        List<SimulatedPolicy> policies = new ArrayList<>();
        if (plan.budgetRatio() < HALF) {
            policies.add(changed(Map.of(BUDGET, "50%")));
        }
        policies.add(changed(Map.of(BUDGET, "100%")));
        policies.add(changed(Map.of(BUDGET, "none")));
        policies.add(changed(new TreeMap<>(Map.of(BUDGET, "none", BREAKER, "off"))));
        ComparisonResult found = runner.run(comparison(plan.attemptTimeout(), policies));
        List<Outcome> outcomes = new ArrayList<>();
        if (found == null) {
            return outcomes;
        }
        for (SimulatedPolicy policy : policies) {
            Outcome one = outcome(found, policy.name(), policy.name());
            if (one != null) {
                outcomes.add(one);
            }
        }
        return outcomes;
    }

    private SimulatedPolicy changed(Map<String, String> settings) {
        Properties all = plan.properties();
        all.putAll(settings);
        String name = settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
        return SimulatedPolicies.configured(name, name, all, builder -> {});
    }

    private Comparison comparison(Duration timeout, List<SimulatedPolicy> policies) {
        List<Scenario> both = List.of(scenarios.ordinary(timeout), scenarios.outage(timeout));
        return new Comparison(
                List.of(new FleetScenarios(plan.request().fleet(), both)), policies, firstSeed, seeds, threads);
    }

    /** {@code null} if a run is missing. */
    private @Nullable Outcome outcome(ComparisonResult result, String policy, String title) {
        PolicyFigures ordinary = figures(result, 0).get(policy);
        PolicyFigures outage = figures(result, 1).get(policy);
        return ordinary == null || outage == null || ordinary.runs() < seeds || outage.runs() < seeds
                ? null
                : new Outcome(title, ordinary, outage);
    }

    private static Map<String, PolicyFigures> figures(ComparisonResult result, int scenario) {
        return result.fleets().get(0).scenarios().get(scenario).policies();
    }

    /**
     * What a policy did.
     *
     * @param title of the policy
     * @param ordinary in the ordinary hour
     * @param outage in the outage
     */
    public record Outcome(String title, PolicyFigures ordinary, PolicyFigures outage) {}
}
