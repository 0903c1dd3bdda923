package io.forbear.retry.core.sla;

import io.forbear.retry.Criticality;
import io.forbear.retry.core.budget.EarnedSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Works out a policy. {@link SlaPlan} derives attempts and budget from the share of attempts that fail; an attempt that
 * is cut off by its timeout fails too, and the timeout depends on the attempts, so the two are found in turns.
 */
final class SlaPolicyPlanner {

    private static final List<Duration> BACKOFFS =
            List.of(SlaPolicy.USUAL_BACKOFF, Duration.ofMillis(50), Duration.ofMillis(25), Duration.ofMillis(10));

    private static final int SHEDDABLE_ATTEMPTS = 2;
    private static final double SHEDDABLE_RATIO = 0.1;
    /** A shorter wait has to lose so much less to be worth having. */
    private static final double CLEARLY = 0.9;

    private static final int TURNS = 20;
    private static final double MOST_FAILING = Math.nextDown(1.0);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final SlaTarget request;

    private SlaPolicyPlanner(SlaTarget request) {
        this.request = request;
    }

    /**
     * Returns the first plan that keeps the promise, from a long first wait to a short one; else the one that comes
     * nearest.
     */
    static SlaPolicy plan(SlaTarget request) {
        SlaPolicyPlanner planner = new SlaPolicyPlanner(request);
        SlaPolicy best = null;
        for (Duration backoff : BACKOFFS) {
            for (boolean longTimeout : new boolean[] {false, true}) {
                SlaPolicy plan = planner.plan(backoff, longTimeout);
                if (plan.isReachable()) {
                    return plan;
                }
                if (best == null || 1 - plan.availability() < CLEARLY * (1 - best.availability())) {
                    best = plan;
                }
            }
        }
        return Objects.requireNonNull(best);
    }

    private SlaPolicy plan(Duration backoff, boolean longTimeout) {
        double failing = request.plannedErrorRate();
        for (int turn = 0; ; turn++) {
            SlaPlan plan = sla(failing, backoff);
            int attempts = attempts(plan);
            Duration fitting = fitting(attempts, backoff);
            Duration timeout = timeout(attempts, fitting, longTimeout);
            double late = request.latency().slowerThan(timeout);
            double errors = request.plannedErrorRate();
            double next = Math.min(MOST_FAILING, errors + (1 - errors) * late);
            if (next <= failing || turn == TURNS) {
                return made(plan, attempts, backoff, fitting, timeout, failing);
            }
            failing = next; // more fail, so more attempts, each with less time: this only grows, and attempts are few
        }
    }

    private SlaPlan sla(double failing, Duration backoff) {
        Duration attempt = request.latency().p99();
        Duration deadline = request.deadline();
        return SlaPlan.of(
                request.availability(),
                failing,
                deadline,
                attempt.compareTo(deadline) > 0 ? deadline : attempt,
                backoff);
    }

    private int attempts(SlaPlan plan) {
        return isSheddable() ? Math.min(SHEDDABLE_ATTEMPTS, plan.attempts()) : plan.attempts();
    }

    private boolean isSheddable() {
        return request.criticality() == Criticality.SHEDDABLE;
    }

    /** The most that each attempt may take, if each wait takes its ceiling. */
    private Duration fitting(int attempts, Duration backoff) {
        Duration waits = backoff.multipliedBy((1L << attempts - 1) - 1);
        return request.deadline().minus(waits).dividedBy(attempts);
    }

    /** The only attempt has all the time; others are given up when hardly any answer comes later. */
    private Duration timeout(int attempts, Duration fitting, boolean longTimeout) {
        Duration usual =
                longer(request.latency().p999(), request.latency().p99().multipliedBy(2));
        Duration chosen = attempts == 1 || longTimeout || usual.compareTo(fitting) > 0 ? fitting : usual;
        Duration whole = Duration.ofMillis(chosen.toMillis());
        // up if there is room, else down
        return whole.equals(chosen) || whole.plus(MILLISECOND).compareTo(fitting) > 0
                ? longer(whole, MILLISECOND)
                : whole.plus(MILLISECOND);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private SlaPolicy made(
            SlaPlan plan, int attempts, Duration backoff, Duration fitting, Duration timeout, double failing) {
        double lost = Math.pow(failing, attempts);
        double amplification = 0;
        for (int i = 0; i < attempts; i++) {
            amplification += Math.pow(failing, i);
        }
        double ratio = isSheddable()
                ? Math.min(SHEDDABLE_RATIO, plan.ratio())
                : Math.max(EarnedSpec.DEFAULT_RATIO, plan.ratio());
        return new SlaPolicy(
                request,
                attempts,
                backoff,
                timeout,
                ratio,
                failing,
                1 - lost,
                amplification,
                reasoning(plan, attempts, backoff, fitting, timeout, failing, ratio));
    }

    private String reasoning(
            SlaPlan plan,
            int attempts,
            Duration backoff,
            Duration fitting,
            Duration timeout,
            double failing,
            double ratio) {
        List<String> lines = new ArrayList<>();
        double errors = request.plannedErrorRate();
        if (request.criticality() == Criticality.CRITICAL) {
            lines.add("The calls are critical, so the plan is for a bad day, with " + Figures.plain(SlaTarget.BAD_DAY)
                    + " times as many errors: " + Figures.percent(errors) + " %.");
        }
        if (failing > errors) {
            lines.add(Figures.percent(errors) + " % of the attempts fail, and " + Figures.rough(failing - errors)
                    + " % are cut off after " + Figures.time(timeout) + ".");
        }
        plan.reasoning().lines().map(Figures::readable).forEach(lines::add);
        if (attempts < plan.attempts()) {
            lines.add("The calls are sheddable, so at most " + attempts + " attempts are made: "
                    + Figures.percent(1 - Math.pow(failing, attempts)) + " calls in 100 succeed.");
        }
        if (!backoff.equals(SlaPolicy.USUAL_BACKOFF)) {
            lines.add("The deadline has no room for the first wait of the default, "
                    + Figures.time(SlaPolicy.USUAL_BACKOFF) + ": it is at most " + Figures.time(backoff) + ".");
        }
        lines.add(
                attempts == 1
                        ? "The only attempt has all the time: "
                                + Figures.rough(request.latency().slowerThan(timeout)) + " % of the answers come later."
                        : "An attempt is given up after " + Figures.time(timeout) + " (" + Figures.time(fitting)
                                + " would fit): "
                                + Figures.rough(request.latency().slowerThan(timeout))
                                + " % of the answers come later.");
        if (attempts > 1 && ratio != plan.ratio()) {
            lines.add(
                    isSheddable()
                            ? "Sheddable calls give way first, so the ratio is at most " + SHEDDABLE_RATIO + "."
                            : "That is less than the default of the library, " + EarnedSpec.DEFAULT_RATIO
                                    + ", which stays: it does not feed a storm.");
        }
        if (attempts > 1 && request.callsPerSecond() > 0) {
            lines.add(load(attempts, failing, ratio));
        }
        return String.join("\n", lines);
    }

    /** What the budget lets through at this rate of calls, and what the plan asks for. */
    private String load(int attempts, double failing, double ratio) {
        double calls = request.callsPerSecond();
        double retries = 0;
        for (int retry = 1; retry < attempts; retry++) {
            retries += Math.pow(failing, retry);
        }
        double earned = ratio * calls * (1 - Math.pow(failing, attempts));
        double inWindow = earned * EarnedSpec.DEFAULT_WINDOW_SECONDS;
        String allowed =
                "At " + Figures.plain(calls) + " calls a second the plan makes " + Figures.plain(calls * retries)
                        + " retries a second, and the budget earns " + Figures.plain(earned) + ".";
        return inWindow >= EarnedSpec.DEFAULT_BURST
                ? allowed
                : allowed + " That is less than " + EarnedSpec.DEFAULT_BURST + " within "
                        + EarnedSpec.DEFAULT_WINDOW_SECONDS + " s, so that it is the " + EarnedSpec.DEFAULT_BURST
                        + " tokens of its burst that let a retry through; a call after them is not retried.";
    }
}
