package io.forbear.retry.export;

import io.forbear.retry.Jitter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes an instance of Resilience4j's retry, and one of its circuit breaker. */
final class Resilience4jExport {

    /*
     * Source: Resilience4j 2.4. A randomized wait is drawn from wait × (1 ± factor), so that the middle of our range is
     * written; the longest wait cuts what was drawn.
     */

    /** The factor has to be below 1. */
    private static final double MOST_FACTOR = 0.999;

    private static final long MOST_MILLIS = Long.MAX_VALUE / 1_000_000;

    private final ExportedPolicy policy;
    private final Losses losses = new Losses("Resilience4j");
    private final Set<Feature> said = EnumSet.of(Feature.CLASSIFIER);

    private Resilience4jExport(ExportedPolicy policy) {
        this.policy = policy;
    }

    static ExportResult export(ExportedPolicy policy) {
        return new Resilience4jExport(policy).export();
    }

    private ExportResult export() {
        Map<String, Object> modules = new LinkedHashMap<>();
        modules.put("retry", instances(retry()));
        Map<String, Object> breaker = new Resilience4jBreaker(policy.settings(), losses).block();
        if (!breaker.isEmpty()) {
            said.add(Feature.BREAKER);
            modules.put("circuitbreaker", instances(breaker));
        }
        losses.unsaid(
                policy,
                said,
                Map.of(
                        Feature.DEADLINE, "a TimeLimiter around the retry, for futures alone",
                        Feature.ATTEMPT_TIMEOUT, "a TimeLimiter inside the retry, for futures alone",
                        Feature.PUSHBACK, "a wait that the server asks for is ignored"));
        return losses.yaml(Map.of("resilience4j", modules));
    }

    private Map<String, Object> instances(Map<String, Object> one) {
        return Map.of("instances", Map.of(policy.name(), one));
    }

    private Map<String, Object> retry() {
        Map<String, Object> retry = new LinkedHashMap<>();
        retry.put("maxAttempts", policy.attempts());
        if (policy.attempts() > 1) {
            waits(retry);
            losses.lossy(
                    "errors: by category, client errors not retried",
                    "every exception is retried, but for those of ignoreExceptions");
        }
        exceptions(retry, "retry-on", "retryExceptions");
        exceptions(retry, "never-on", "ignoreExceptions");
        return retry;
    }

    private void waits(Map<String, Object> retry) {
        Growth growth = Growth.of(policy, losses);
        Jitter jitter = policy.policy().backoff().jitter();
        Spread spread = Spread.of(jitter);
        long wait = losses.millis("waitDuration", Math.round(growth.firstNanos() * spread.middle()), 1, MOST_MILLIS);
        retry.put("waitDuration", wait + "ms");
        boolean grows = growth.multiplier() > 1 && policy.attempts() > 2;
        if (grows) {
            retry.put("enableExponentialBackoff", true);
            retry.put("exponentialBackoffMultiplier", growth.multiplier());
            retry.put(
                    "exponentialMaxWaitDuration",
                    losses.millis("exponentialMaxWaitDuration", growth.maxNanos(), 1, MOST_MILLIS) + "ms");
        }
        if (spread.isChance()) {
            retry.put("enableRandomizedWait", true);
            double factor = Math.min(MOST_FACTOR, rounded(spread.factor()));
            losses.clamped(
                    "randomizedWaitFactor", BigDecimal.valueOf(rounded(spread.factor())), BigDecimal.valueOf(factor));
            retry.put("randomizedWaitFactor", factor);
            if (grows && reaches(growth) && jitter.kind() != Jitter.Kind.CLAMPED) {
                losses.lossy("jitter: " + jitter + " of the delay after max-delay", "max-delay cuts what was drawn");
            }
        }
        if (jitter.kind() == Jitter.Kind.DECORRELATED) {
            losses.lossy("jitter: " + jitter, "drawn up to the exponential delay");
        } else if (jitter.kind() == Jitter.Kind.CLAMPED) {
            losses.lossy("jitter: " + jitter + ", never below base-delay", "below it too");
        }
    }

    /** Whether a delay of the policy is cut. */
    private boolean reaches(Growth growth) {
        return growth.firstNanos() * Math.pow(growth.multiplier(), policy.attempts() - 2) > growth.maxNanos();
    }

    private static double rounded(double factor) {
        return Math.rint(factor * 1e6) / 1e6;
    }

    private void exceptions(Map<String, Object> retry, String key, String theirs) {
        String names = policy.settings().getOrDefault(key, "");
        if (!names.isEmpty()) {
            List<String> all = Arrays.stream(names.split(",")).map(String::trim).toList();
            retry.put(theirs, all);
            if (key.equals("retry-on")) {
                losses.lossy("retry-on: beside what the categories retry", "retryExceptions alone are retried");
            }
        } else if (key.equals("retry-on") && policy.settings().isEmpty()) {
            String classifier = Feature.CLASSIFIER.saidBy(policy);
            if (!classifier.isEmpty()) {
                losses.dropped(classifier, "predicates, in code");
            }
        }
    }
}
