package io.forbear.retry.core.sla;

import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.EarnedSpec;
import io.forbear.retry.core.budget.RetryBudgets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A policy that keeps a promise, or comes as near to it as one can, and what the arithmetic expects of it. What is not
 * said has the defaults of the library: the backoff after its first wait, and the circuit breaker.
 *
 * @param target what it was made for
 * @param attempts of a call, the first included
 * @param firstBackoff the ceiling of the first wait
 * @param attemptTimeout of one attempt
 * @param budgetRatio what a successful call earns of a retry
 * @param failing the share of attempts that fail or come too late
 * @param availability the share of calls that succeed, if failures are independent
 * @param amplification attempts for each call
 * @param reasoning how the figures came about, one sentence a line
 * @since 0.1
 */
public record SlaPolicy(
        SlaTarget target,
        int attempts,
        Duration firstBackoff,
        Duration attemptTimeout,
        double budgetRatio,
        double failing,
        double availability,
        double amplification,
        String reasoning) {

    /** What the library has by default. */
    static final Duration USUAL_BACKOFF = Duration.ofMillis(100);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(20);

    /**
     * Works out a policy: the least number of attempts that keeps the promise and fits into the deadline, the timeout
     * of an attempt, the first wait, and the budget. An attempt that is cut off by its timeout fails too, and the
     * timeout depends on the number of attempts, so the two are found in turns.
     *
     * @param target what is promised
     * @return a policy; {@link #isReachable()} says whether it keeps the promise
     */
    public static SlaPolicy of(SlaTarget target) {
        return SlaPolicyPlanner.plan(target);
    }

    /**
     * Returns whether the arithmetic keeps the promise.
     *
     * @return {@code true} if so many calls are expected to succeed
     */
    public boolean isReachable() {
        return availability >= target.availability();
    }

    /**
     * Returns by how much the promise is missed.
     *
     * @return the share of the calls that is missing, 0 if the promise is kept
     */
    public double missing() {
        return Math.max(0, target.availability() - availability);
    }

    /**
     * Returns what would keep a promise that is missed: each thing alone, by how much it has to change.
     *
     * @return sentences; none if the promise is kept, or if no single change is enough
     */
    public List<String> ways() {
        return isReachable() ? List.of() : Ways.of(this);
    }

    boolean hasUsualBackoff() {
        return firstBackoff.equals(USUAL_BACKOFF);
    }

    /**
     * Returns the policy for code.
     *
     * @return attempts, backoff, attempt timeout and deadline
     */
    public RetryPolicy policy() {
        RetryPolicy.Builder policy = RetryPolicy.builder().maxAttempts(attempts);
        if (!hasUsualBackoff()) {
            policy.backoff(Backoff.exponential(firstBackoff, LONGEST_BACKOFF).jitter(Jitter.equal()));
        }
        return policy.attemptTimeout(attemptTimeout).deadline(target.deadline()).build();
    }

    /**
     * Returns the budget for code.
     *
     * @return the default budget with the ratio of this policy
     */
    public EarnedSpec budget() {
        return RetryBudgets.earned(budgetRatio);
    }

    /**
     * Returns the policy as text configuration reads it.
     *
     * @return keys without the name of the service, and values, in the order of their importance
     */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("max-attempts", Integer.toString(attempts));
        if (!hasUsualBackoff()) {
            settings.put("base-delay", Figures.key(firstBackoff));
        }
        settings.put("attempt-timeout", Figures.key(attemptTimeout));
        settings.put("deadline", Figures.key(target.deadline()));
        settings.put("retry-budget", Figures.percent(budgetRatio) + "%");
        settings.put("circuit-breaker", "on");
        return settings;
    }

    /**
     * Returns the policy as a file of properties.
     *
     * @return keys without the name of the service; a comment where the criticality needs code
     */
    public String properties() {
        String head = target.criticality() == Criticality.NORMAL
                ? ""
                : "# no key says that calls are "
                        + target.criticality().name().toLowerCase(Locale.ROOT)
                        + ": mark them by CallOptions.criticality\n";
        return head
                + settings().entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                        .collect(Collectors.joining());
    }

    /**
     * Returns the policy as Java.
     *
     * @return a source file with the class {@link #javaClass()}; it needs retry-api and retry-core
     */
    public String java() {
        return JavaText.of(this);
    }

    /**
     * Returns the name of the class of {@link #java()}.
     *
     * @return such as {@code OrdersRetry}
     */
    public String javaClass() {
        return JavaText.className(this);
    }
}
