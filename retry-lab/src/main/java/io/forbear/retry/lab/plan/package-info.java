/**
 * From a promise to a policy: {@link io.forbear.retry.lab.plan.PlanRequest} says what is promised and what the
 * dependency does, {@link io.forbear.retry.lab.plan.Planner} works out a {@link io.forbear.retry.lab.plan.PolicyPlan},
 * {@link io.forbear.retry.lab.plan.PlanCheck} lets the real engine try it in virtual time, {@link
 * io.forbear.retry.lab.plan.PlanReport} tells both.
 */
@NullMarked
package io.forbear.retry.lab.plan;

import org.jspecify.annotations.NullMarked;
