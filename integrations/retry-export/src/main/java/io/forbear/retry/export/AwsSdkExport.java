package io.forbear.retry.export;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the settings of the standard retry strategy of the AWS SDK for Java 2. */
final class AwsSdkExport {

    private static final double DOUBLING = 2;

    private AwsSdkExport() {}

    static ExportResult export(ExportedPolicy policy) {
        Losses losses = new Losses("AWS SDK");
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("retryMode", "standard");
        block.put("maxAttempts", policy.attempts());
        List<String> strategy = new ArrayList<>();
        strategy.add(".maxAttempts(" + policy.attempts() + ")");
        if (policy.attempts() > 1) {
            String general = backoff(policy, policy.policy().backoff(), losses);
            String throttled = backoff(policy, policy.policy().backoff(ErrorCategory.RATE_LIMIT), losses);
            block.put("backoffStrategy", general);
            block.put("throttlingBackoffStrategy", throttled);
            strategy.add(".backoffStrategy(BackoffStrategy." + general + ")");
            strategy.add(".throttlingBackoffStrategy(BackoffStrategy." + throttled + ")");
            budget(policy, losses);
            losses.lossy("errors: by category, of any exception", "by its own tables of codes and statuses");
        }
        List<String> timeouts = new ArrayList<>();
        timeout("apiCallTimeout", policy.policy().deadlineNanos(), block, timeouts, losses);
        timeout("apiCallAttemptTimeout", policy.policy().attemptTimeoutNanos(), block, timeouts, losses);
        Set<Feature> said =
                EnumSet.of(Feature.DEADLINE, Feature.ATTEMPT_TIMEOUT, Feature.BUDGET, Feature.CATEGORY_BACKOFF);
        losses.unsaid(policy, said, Map.of(Feature.PUSHBACK, "Retry-After in whole seconds"));
        otherBackoffs(policy, losses);
        return losses.result(block, text(policy.attempts(), strategy, timeouts));
    }

    private static void timeout(
            String field, long nanos, Map<String, Object> block, List<String> lines, Losses losses) {
        if (nanos != Long.MAX_VALUE) {
            long millis = losses.millis(field + "Millis", nanos, 1, Long.MAX_VALUE / 1_000_000);
            block.put(field + "Millis", millis);
            lines.add("." + field + "(Duration.ofMillis(" + millis + "))");
        }
    }

    /** The factories of the SDK's BackoffStrategy: exponential ones double, and full or half jitter is theirs. */
    private static String backoff(ExportedPolicy policy, Backoff backoff, Losses losses) {
        if (backoff.max().isZero()) {
            return "retryImmediately()";
        }
        Jitter.Kind jitter = backoff.jitter().kind();
        String base = "Duration.ofMillis(" + Units.ceilMillis(backoff.ceilingNanos(1)) + ")";
        boolean isFixed = backoff.kind() == Backoff.Kind.FIXED
                || policy.attempts() == 2
                || backoff.kind() == Backoff.Kind.EXPONENTIAL && backoff.multiplier() == 1;
        if (isFixed && (jitter == Jitter.Kind.NONE || jitter == Jitter.Kind.FULL)) {
            return (jitter == Jitter.Kind.NONE ? "fixedDelayWithoutJitter(" : "fixedDelay(") + base + ")";
        }
        boolean doubles = backoff.kind() == Backoff.Kind.EXPONENTIAL && backoff.multiplier() == DOUBLING;
        if (!doubles && !isFixed) {
            losses.lossy("backoff: " + backoff, "exponential × 2");
        }
        boolean exact = jitter == Jitter.Kind.NONE || jitter == Jitter.Kind.FULL || jitter == Jitter.Kind.EQUAL;
        if (!exact) {
            losses.lossy("jitter: " + backoff.jitter(), "half of the delay");
        }
        String name = jitter == Jitter.Kind.NONE
                ? "exponentialDelayWithoutJitter("
                : jitter == Jitter.Kind.FULL ? "exponentialDelay(" : "exponentialDelayHalfJitter(";
        return name + base + ", Duration.ofMillis("
                + Units.ceilMillis(backoff.max().toNanos()) + "))";
    }

    private static void otherBackoffs(ExportedPolicy policy, Losses losses) {
        for (ErrorCategory category : ErrorCategory.values()) {
            boolean isOwn = category != ErrorCategory.RATE_LIMIT
                    && policy.policy().isRetryable(category)
                    && !policy.policy().backoff(category).equals(policy.policy().backoff());
            if (isOwn && policy.attempts() > 1) {
                losses.dropped(
                        "backoff." + Units.word(category) + ": "
                                + policy.policy().backoff(category),
                        "one backoff for throttling, and one for all other failures");
            }
        }
    }

    private static void budget(ExportedPolicy policy, Losses losses) {
        RetryBudget.Spec budget = policy.budgetSpec();
        RetryBudget.Spec quota = RetryBudgets.awsQuotaClassic().cost(ErrorCategory.TIMEOUT, 5);
        if (quota.equals(budget)) {
            return;
        }
        String what = policy.budgetText();
        losses.lossy(
                "budget: " + (what.isEmpty() ? "none" : what),
                "its quota of 500 tokens for each client, of which a retry takes 5");
    }

    private static String text(int attempts, List<String> strategy, List<String> timeouts) {
        StringBuilder text = new StringBuilder("""
                // the same in the environment, without the delays: AWS_RETRY_MODE=standard, AWS_MAX_ATTEMPTS=%s
                .overrideConfiguration(override -> override
                """.formatted(attempts));
        timeouts.forEach(line -> text.append("        ").append(line).append('\n'));
        text.append("        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()\n");
        strategy.forEach(line -> text.append("                ").append(line).append('\n'));
        return text.append("                .build()))\n").toString();
    }
}
