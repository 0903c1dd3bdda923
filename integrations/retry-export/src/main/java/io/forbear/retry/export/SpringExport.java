package io.forbear.retry.export;

import io.forbear.retry.Jitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes {@code @Retryable} of Spring Framework 7 and of Spring Retry. */
final class SpringExport {

    private static final long MOST_MILLIS = Long.MAX_VALUE / 1_000_000;

    /** The factor of Spring Retry's random delay is its multiplier: it draws from delay × [1, multiplier]. */
    private static final double HALF = 0.5;

    private final ExportedPolicy policy;
    private final Losses losses;
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private final Set<Feature> said = EnumSet.of(Feature.CLASSIFIER);

    private SpringExport(ExportedPolicy policy, String target) {
        this.policy = policy;
        this.losses = new Losses(target);
    }

    static ExportResult framework(ExportedPolicy policy) {
        return new SpringExport(policy, "Spring Framework").framework();
    }

    static ExportResult springRetry(ExportedPolicy policy) {
        return new SpringExport(policy, "Spring Retry").springRetry();
    }

    // ---- Spring Framework 7: maxRetries, delay ± jitter, never below delay

    private ExportResult framework() {
        attributes.put("maxRetries", policy.attempts() - 1);
        if (policy.attempts() > 1) {
            Growth growth = Growth.of(policy, losses);
            Jitter jitter = policy.policy().backoff().jitter();
            Spread spread = Spread.of(jitter);
            double middle = growth.firstNanos() * spread.middle();
            attributes.put("delay", losses.millis("delay", Math.round(middle), 0, MOST_MILLIS));
            if (spread.isChance()) {
                attributes.put("jitter", losses.millis("jitter", Math.round(middle * spread.factor()), 0, MOST_MILLIS));
                losses.lossy(
                        "jitter: " + jitter,
                        "the middle of the range ± jitter, never below delay, so that the first retry comes later");
            }
            if (growth.multiplier() > 1 && policy.attempts() > 2) {
                attributes.put("multiplier", growth.multiplier());
                attributes.put("maxDelay", losses.millis("maxDelay", growth.maxNanos(), 0, MOST_MILLIS));
            }
        }
        long deadline = policy.policy().deadlineNanos();
        if (deadline != Long.MAX_VALUE) {
            attributes.put("timeout", losses.millis("timeout", deadline, 1, MOST_MILLIS));
            losses.lossy("deadline: " + Units.text(deadline), "no attempt starts later, one that runs goes on");
            said.add(Feature.DEADLINE);
        }
        exceptions("includes", "excludes");
        losses.unsaid(policy, said, Map.of(Feature.PUSHBACK, "a wait that the server asks for is ignored"));
        String text = "// @EnableResilientMethods on a configuration switches it on\n@Retryable("
                + written(attributes, "", "        ") + ")\n";
        return losses.result(attributes, text);
    }

    // ---- Spring Retry: maxAttempts, @Backoff

    private ExportResult springRetry() {
        attributes.put("maxAttempts", policy.attempts());
        Map<String, Object> backoff = policy.attempts() > 1 ? backoff() : Map.of();
        if (!backoff.isEmpty()) {
            attributes.put("backoff", backoff);
        }
        exceptions("retryFor", "noRetryFor");
        losses.unsaid(policy, said, Map.of(Feature.PUSHBACK, "a wait that the server asks for is ignored"));
        return losses.result(attributes, "@Retryable(" + written(attributes, "@Backoff", "        ") + ")\n");
    }

    private Map<String, Object> backoff() {
        Growth growth = Growth.of(policy, losses);
        Jitter jitter = policy.policy().backoff().jitter();
        Spread spread = Spread.of(jitter);
        Map<String, Object> backoff = new LinkedHashMap<>();
        boolean grows = growth.multiplier() > 1 && policy.attempts() > 2;
        double first = growth.firstNanos();
        if (!grows && spread.isChance()) {
            // without a multiplier: uniform between delay and maxDelay
            backoff.put("delay", losses.millis("delay", Math.round(first * spread.low()), 1, MOST_MILLIS));
            backoff.put("maxDelay", losses.millis("maxDelay", Math.round(first * spread.high()), 1, MOST_MILLIS));
            tellJitter(jitter, jitter.kind() != Jitter.Kind.CLAMPED && jitter.kind() != Jitter.Kind.DECORRELATED);
            return backoff;
        }
        double share = spread.isChance() ? HALF : 1;
        backoff.put("delay", losses.millis("delay", Math.round(first * share), 0, MOST_MILLIS));
        if (grows) {
            backoff.put("multiplier", growth.multiplier());
            backoff.put("maxDelay", losses.millis("maxDelay", growth.maxNanos(), 1, MOST_MILLIS));
        }
        if (spread.isChance()) {
            backoff.put("random", true);
            // delay × [1, multiplier], from half of the delay on: equal jitter if the multiplier is 2
            tellJitter(jitter, jitter.kind() == Jitter.Kind.EQUAL && growth.multiplier() == 2);
        }
        return backoff;
    }

    private void tellJitter(Jitter jitter, boolean isSame) {
        if (!isSame) {
            losses.lossy("jitter: " + jitter, "drawn between delay and delay × multiplier, from half of the delay on");
        }
    }

    // ---- both

    private void exceptions(String includes, String excludes) {
        String retried = policy.settings().getOrDefault("retry-on", "");
        String never = policy.settings().getOrDefault("never-on", "");
        if (!retried.isEmpty()) {
            attributes.put(includes, names(retried));
            losses.lossy("retry-on: beside what the categories retry", includes + " alone are retried");
        }
        if (!never.isEmpty()) {
            attributes.put(excludes, names(never));
        }
        String classifier = Feature.CLASSIFIER.saidBy(policy);
        if (!classifier.isEmpty() && retried.isEmpty() && never.isEmpty()) {
            losses.dropped(classifier, "a predicate, in code");
        }
        if (policy.attempts() > 1) {
            losses.lossy("errors: by category, client errors not retried", "every exception is retried");
        }
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(",")).map(String::trim).toList();
    }

    private static String written(Map<String, Object> attributes, String nested, String indent) {
        List<String> lines = new ArrayList<>();
        attributes.forEach((name, value) -> lines.add(name + " = " + value(value, nested)));
        return lines.size() == 1
                ? lines.get(0)
                : "\n" + lines.stream().map(line -> indent + line).collect(Collectors.joining(",\n"));
    }

    private static String value(Object value, String nested) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + " = " + entry.getValue())
                    .collect(Collectors.joining(", ", nested + "(", ")"));
        }
        if (value instanceof List<?> types) {
            return types.stream().map(type -> type + ".class").collect(Collectors.joining(", ", "{", "}"));
        }
        return String.valueOf(value);
    }
}
