package io.forbear.retry.export;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.config.ServiceConfig;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is exported: the policy of a service, and the budget, breaker and gate around it, as far as they are known.
 * Immutable.
 *
 * <p>A {@link RetryConfig} knows all that a text can say; code knows what it hands over; a running {@link Retry} knows
 * its policy, and of the rest only that it is there.
 *
 * @since 0.1
 */
public final class ExportedPolicy {

    private final String name;
    private final RetryPolicy policy;
    private final RetryBudget.@Nullable Spec budget;
    private final String budgetText;
    private final String breakerText;
    private final String gateText;
    private final String clientBudget;
    private final Map<String, String> settings;

    private ExportedPolicy(
            String name,
            RetryPolicy policy,
            RetryBudget.@Nullable Spec budget,
            String budgetText,
            String breakerText,
            String gateText,
            String clientBudget,
            Map<String, String> settings) {
        this.name = name;
        this.policy = policy;
        this.budget = budget;
        this.budgetText = budgetText;
        this.breakerText = breakerText;
        this.gateText = gateText;
        this.clientBudget = clientBudget;
        this.settings = settings;
    }

    /**
     * Returns the settings of a service.
     *
     * @param config all settings
     * @param service the name of the service; one that no key names has the settings for all
     * @return what is exported
     */
    public static ExportedPolicy of(RetryConfig config, String service) {
        ServiceConfig own = config.service(service);
        String clients = own.ownClientBudget() != null
                ? own.ownClientBudget().toString()
                : own.hasClientBudget() ? config.maxBudget() + " tokens of each client" : "";
        return new ExportedPolicy(
                service,
                own.policy(),
                own.budget(),
                budgetText(own.budget()),
                text(own.circuitBreaker()),
                text(own.gate(null)),
                clients,
                config.effective(service));
    }

    /**
     * Returns a policy without budget and breaker.
     *
     * @param name the name of the service
     * @param policy its policy
     * @return what is exported
     */
    public static ExportedPolicy of(String name, RetryPolicy policy) {
        return new ExportedPolicy(
                Objects.requireNonNull(name, "name"),
                Objects.requireNonNull(policy, "policy"),
                null,
                "",
                "",
                "",
                "",
                Map.of());
    }

    /**
     * Returns what a running service can tell: its policy. A budget and a breaker are reported as lost, since they do
     * not tell how they were made; {@link #budget} and {@link #circuitBreaker} add what code knows of them.
     *
     * @param retry the service
     * @return what is exported
     */
    public static ExportedPolicy of(Retry retry) {
        return new ExportedPolicy(
                retry.name(),
                retry.policy(),
                null,
                retry.budget().map(budget -> "set in code").orElse(""),
                retry.circuitBreaker().map(breaker -> "set in code").orElse(""),
                "",
                "",
                Map.of());
    }

    /**
     * Returns this with a budget.
     *
     * @param spec the budget
     * @return a new instance
     */
    public ExportedPolicy budget(RetryBudget.Spec spec) {
        Objects.requireNonNull(spec, "spec");
        return new ExportedPolicy(name, policy, spec, budgetText(spec), breakerText, gateText, clientBudget, settings);
    }

    /**
     * Returns this with a circuit breaker.
     *
     * @param spec the breaker
     * @return a new instance
     */
    public ExportedPolicy circuitBreaker(CircuitBreaker.Spec spec) {
        Objects.requireNonNull(spec, "spec");
        return new ExportedPolicy(name, policy, budget, budgetText, text(spec), gateText, clientBudget, settings);
    }

    /** A budget without bounds is none. */
    private static String budgetText(RetryBudget.@Nullable Spec spec) {
        return spec == null || spec.equals(RetryBudgets.unlimited()) ? "" : spec.toString();
    }

    private static String text(@Nullable Object spec) {
        return spec == null ? "" : spec.toString();
    }

    /**
     * Returns the name of the service.
     *
     * @return as it was given
     */
    public String name() {
        return name;
    }

    /**
     * Returns the policy.
     *
     * @return as it was given
     */
    public RetryPolicy policy() {
        return policy;
    }

    /** Attempts of a call, the first included: 1 if the policy is switched off. */
    int attempts() {
        return policy.isEnabled() ? policy.maxAttempts() : 1;
    }

    /** The description of the budget, {@code null} if it has none or is not known. */
    RetryBudget.@Nullable Spec budgetSpec() {
        return budget;
    }

    String budgetText() {
        return budgetText;
    }

    String breakerText() {
        return breakerText;
    }

    String gateText() {
        return gateText;
    }

    String clientBudget() {
        return clientBudget;
    }

    /** The names of exceptions in the settings, or that the rules are in code. */
    String classifierText() {
        String retried = settings.getOrDefault("retry-on", "");
        String never = settings.getOrDefault("never-on", "");
        return retried.isEmpty() && never.isEmpty()
                ? "rules in code"
                : (retried.isEmpty() ? "" : "retry-on " + retried + (never.isEmpty() ? "" : ", "))
                        + (never.isEmpty() ? "" : "never-on " + never);
    }

    /** The settings as text by key; empty if they are not from text. */
    Map<String, String> settings() {
        return settings;
    }

    @Override
    public String toString() {
        return "ExportedPolicy(" + name + ", " + policy + ")";
    }
}
