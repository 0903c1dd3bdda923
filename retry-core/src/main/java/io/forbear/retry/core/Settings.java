package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.ConfigOrigin;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.config.ServiceConfig;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a service is made of, for people to read. To name the source of a value, it is compared with what the value
 * would be without code: a value that differs is the code's.
 *
 * @param policy the rules
 * @param budget the description of the budget, {@code null} for none
 * @param breaker the description of the circuit breaker, {@code null} for none
 * @param clientBudget the description of a client's budget, {@code null} for none
 * @param maxClients how many clients are kept apart
 * @param gate the description of the gate, {@code null} for none
 */
record Settings(
        RetryPolicy policy,
        @Nullable Object budget,
        @Nullable Object breaker,
        @Nullable Object clientBudget,
        int maxClients,
        AttemptGate.@Nullable Spec gate) {

    /** The budget of a builder of which none was set: one description for all, since each service keeps its own. */
    static final RetryBudget.Spec BUDGET = RetryBudgets.earned();

    /** The circuit breaker of a builder of which none was set. */
    static final CircuitBreaker.Spec BREAKER = CircuitBreakers.standard();

    /** Those of a builder of which nothing was set. */
    private static final Settings DEFAULTS = new Settings(RetryPolicy.defaults(), BUDGET, BREAKER, null, 10_000, null);

    private static final Supplier<List<ConfiguredValue>> LISTED_DEFAULTS = DEFAULTS::listedOfBuilder;

    /** What is shown in place of a value that is a secret. */
    private static final String SECRET = "a secret";

    private static final String NONE = "none";

    /** What is said of a part that says nothing of itself. */
    private static final String OF_PROGRAM = "of the program";

    /** Tells whether a key of text has part in a setting. */
    private static boolean isOf(String setting, String key) {
        return switch (setting) {
            case "jitter" -> key.equals("jitter") || key.equals("jitter-factor");
            case "retry-budget" ->
                key.startsWith(setting) || key.startsWith("fleet-") || key.equals("replenishment-rate");
            case "max-budget" -> key.equals(setting) || key.equals("client-budget") || key.equals("replenishment-rate");
            case "circuit-breaker", "gate" -> key.startsWith(setting);
            case "classifier" -> key.equals("retry-on") || key.equals("never-on");
            case "retried" -> key.startsWith("retryable.");
            default -> key.equals(setting) || setting.startsWith("backoff.") && isOfBackoff(setting, key);
        };
    }

    /** The keys of the backoff after a category end with its name, and no others but these two kinds do. */
    private static boolean isOfBackoff(String setting, String key) {
        return key.endsWith(setting.substring(setting.indexOf('.')))
                && !key.startsWith("max-attempts")
                && !key.startsWith("retry");
    }

    /** Returns the settings that text alone gives a service; the number of clients is that of the first settings. */
    static Settings ofText(RetryConfig config, String service, int maxClients) {
        ServiceConfig text = config.service(service);
        return new Settings(
                text.policy(),
                text.budget(),
                text.circuitBreaker(),
                text.ownClientBudget() != null
                        ? text.ownClientBudget()
                        : text.hasClientBudget() ? clientBudget(config) : null,
                maxClients,
                text.gate(null));
    }

    /** Returns the budget that text gives each client, {@code null} for none. */
    static @Nullable Object clientBudget(RetryConfig config) {
        return config.maxBudget() == 0
                ? null
                : config.maxBudget() + " tokens, " + config.replenishmentPerMinute() + " a minute";
    }

    /** Returns each setting as text, by name, in order. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("enabled", String.valueOf(policy.isEnabled()));
        values.put("max-attempts", String.valueOf(policy.maxAttempts()));
        for (Criticality criticality : Criticality.values()) {
            int attempts = policy.maxAttempts(ErrorCategory.SERVER_ERROR, criticality);
            if (attempts != policy.maxAttempts()) {
                values.put("max-attempts." + lower(criticality), String.valueOf(attempts));
            }
        }
        for (ErrorCategory category : ErrorCategory.values()) {
            int attempts = policy.maxAttempts(category, Criticality.NORMAL);
            if (attempts != policy.maxAttempts(ErrorCategory.SERVER_ERROR, Criticality.NORMAL)) {
                values.put("max-attempts." + lower(category), String.valueOf(attempts));
            }
        }
        Backoff backoff = policy.backoff();
        values.put("strategy", backoff.toString().replaceFirst("\\(.*", ""));
        values.put("base-delay", backoff.base().toString());
        values.put("max-delay", backoff.max().toString());
        values.put("multiplier", String.valueOf(backoff.multiplier()));
        values.put("jitter", backoff.jitter().toString());
        for (ErrorCategory category : ErrorCategory.values()) {
            if (!policy.backoff(category).equals(backoff)) {
                values.put(
                        "backoff." + lower(category), policy.backoff(category).toString());
            }
        }
        values.put(
                "retried",
                Arrays.stream(ErrorCategory.values())
                        .filter(policy::isRetryable)
                        .map(Enum::name)
                        .collect(Collectors.joining(", ")));
        putStatuses("retry-on-status", true, values);
        putStatuses("never-on-status", false, values);
        values.put("deadline", duration(policy.deadlineNanos()));
        values.put("attempt-timeout", duration(policy.attemptTimeoutNanos()));
        values.put("max-pushback", duration(policy.pushback().maxNanos()));
        values.put("pushback-beyond", lower(policy.pushback().beyond()));
        values.put("max-pushback-over-backoff", duration(policy.pushback().maxOverBackoffNanos()));
        values.put("interrupt-on-timeout", String.valueOf(policy.isInterruptedOnTimeout()));
        values.put("throw-failed-results", String.valueOf(policy.isFailedResultThrown()));
        values.put("idempotent", String.valueOf(policy.isIdempotent()));
        values.put("refuse-nested", String.valueOf(policy.isNestedRefused()));
        values.put("classifier", isDefault(policy.classifier()) ? "default" : OF_PROGRAM);
        values.put("retry-budget", text(budget));
        values.put("max-budget", text(clientBudget));
        values.put("max-clients", String.valueOf(maxClients));
        values.put("circuit-breaker", text(breaker));
        values.put("gate", text(gate));
        return values;
    }

    private void putStatuses(String name, boolean retried, Map<String, String> values) {
        String statuses = policy.retryableByStatus().entrySet().stream()
                .filter(each -> each.getValue() == retried)
                .map(each -> String.valueOf(each.getKey()))
                .collect(Collectors.joining(", "));
        if (!statuses.isEmpty()) {
            values.put(name, statuses);
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String duration(long nanos) {
        return nanos == Long.MAX_VALUE ? NONE : Duration.ofNanos(nanos).toString();
    }

    /** A description that is a lambda has nothing to say, and one that throws must not break a reload. */
    private static String text(@Nullable Object spec) {
        if (spec == null) {
            return NONE;
        }
        try {
            String text = spec.toString();
            boolean isMute = text.endsWith("@" + Integer.toHexString(System.identityHashCode(spec)));
            return isMute ? OF_PROGRAM : oneLine(text);
        } catch (Throwable fault) {
            Faults.log("description", fault);
            return OF_PROGRAM;
        }
    }

    private static String oneLine(String text) {
        return text.chars().anyMatch(Character::isISOControl) ? OneLine.of(text) : text;
    }

    private static boolean isDefault(ErrorClassifier classifier) {
        return classifier == ErrorClassifier.defaults();
    }

    /** Returns what lists the settings of a service that a builder makes: nothing of its own where nothing was set. */
    Supplier<List<ConfiguredValue>> ofBuilder() {
        boolean isDefault = policy == DEFAULTS.policy
                && budget == BUDGET
                && breaker == BREAKER
                && clientBudget == null
                && maxClients == DEFAULTS.maxClients
                && gate == null;
        return isDefault ? LISTED_DEFAULTS : this::listedOfBuilder;
    }

    private List<ConfiguredValue> listedOfBuilder() {
        return listed(DEFAULTS, Source.BUILDER, Map.of(), "");
    }

    /**
     * Returns the settings with their sources.
     *
     * @param base what they would be without code
     * @param code the source of what differs from that
     * @param written the keys that were written, as {@link RetryConfig#origins} returns them
     * @param preset the preset that was written, empty for none
     */
    List<ConfiguredValue> listed(Settings base, Source code, Map<String, ConfigOrigin> written, String preset) {
        Map<String, String> usual = base.values();
        List<ConfiguredValue> listed = new ArrayList<>();
        values().forEach((name, value) -> listed.add(listed(name, value, usual.get(name), code, written, preset)));
        return List.copyOf(listed);
    }

    private static ConfiguredValue listed(
            String name,
            String value,
            @Nullable String usual,
            Source code,
            Map<String, ConfigOrigin> written,
            String preset) {
        if (!value.equals(usual)) {
            return new ConfiguredValue(name, value, code, "");
        }
        List<ConfigOrigin> origins = new ArrayList<>();
        written.forEach((key, origin) -> {
            if (isOf(name, key)) {
                origins.add(origin);
            }
        });
        if (!origins.isEmpty()) {
            // several keys may make one value: the strongest of their places is named, and all of them are listed
            return new ConfiguredValue(
                    name,
                    origins.stream().anyMatch(ConfigOrigin::secret) ? SECRET : value,
                    origins.stream()
                            .map(ConfigOrigin::source)
                            .max(Comparator.naturalOrder())
                            .orElseThrow(),
                    origins.stream().map(ConfigOrigin::label).collect(Collectors.joining(", ")));
        }
        if (preset.isEmpty()) {
            return new ConfiguredValue(name, value, Source.DEFAULT, "");
        }
        return isSecret(name, written)
                ? new ConfiguredValue(name, SECRET, Source.PRESET, SECRET)
                : new ConfiguredValue(name, value, Source.PRESET, preset);
    }

    /**
     * Tells whether one of the keys that make a setting, which the preset is too, is written where secrets are kept.
     */
    static boolean isSecret(String name, Map<String, ConfigOrigin> written) {
        return written.entrySet().stream()
                .anyMatch(origin -> origin.getValue().secret()
                        && (isOf(name, origin.getKey()) || origin.getKey().equals("preset")));
    }

    /**
     * Returns what has changed: by name, {@code before -> after}.
     *
     * @param isSecret tells of a name whether neither value is shown
     */
    Map<String, String> changesFrom(Settings before, Predicate<String> isSecret) {
        Map<String, String> old = before.values();
        Map<String, String> now = values();
        Map<String, String> changes = new LinkedHashMap<>();
        now.forEach((name, value) -> {
            String was = old.getOrDefault(name, NONE);
            if (!value.equals(was)) {
                changes.put(name, isSecret.test(name) ? SECRET : was + " -> " + value);
            }
        });
        old.forEach((name, was) -> {
            if (!now.containsKey(name)) {
                changes.put(name, isSecret.test(name) ? SECRET : was + " -> " + NONE);
            }
        });
        return changes;
    }
}
