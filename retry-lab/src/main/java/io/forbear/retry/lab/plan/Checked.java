package io.forbear.retry.lab.plan;

import io.forbear.retry.lab.plan.PlanCheck.Outcome;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A plan, and what the simulation showed of it.
 *
 * @param plan what was tried
 * @param scenarios in which scenarios
 * @param seeds with how many seeds
 * @param planned what the plan did; {@code null} if the check was stopped before
 * @param bare what no retries did; {@code null} if the check was stopped before
 * @param remedies what larger budgets did, if the plan misses a promise that the arithmetic keeps
 */
public record Checked(
        PolicyPlan plan,
        PlanScenarios scenarios,
        int seeds,
        @Nullable Outcome planned,
        @Nullable Outcome bare,
        List<Outcome> remedies) {

    public Checked {
        remedies = List.copyOf(remedies);
    }

    /**
     * Returns whether every run is over.
     *
     * @return {@code false} if the check was stopped before its end
     */
    public boolean isComplete() {
        return planned != null && bare != null;
    }

    /**
     * Returns whether the simulated calls kept the promise in ordinary time.
     *
     * @return {@code true} if as many as promised succeeded; {@code false} if the check was stopped too
     */
    public boolean isReached() {
        return isComplete() && reaches(planned());
    }

    boolean reaches(@Nullable Outcome outcome) {
        return Objects.requireNonNull(outcome).ordinary().success().mean()
                >= 100 * plan.request().availability();
    }
}
