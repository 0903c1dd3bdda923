package io.forbear.retry.lab.compare;

import io.forbear.retry.Backoff;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.lab.peers.Peer;
import io.forbear.retry.lab.simulate.ForbearControl;
import io.forbear.retry.lab.storm.Policies;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The policies that a simulation knows, each made of the library's own parts, or of a peer's. */
public final class SimulatedPolicies {

    /** The policy with which others are compared. */
    public static final String NONE = "none";

    private static final String SERVICE_KEYS = "service.";
    private static final String OWN_KEYS = SERVICE_KEYS + Policies.SERVICE + ".";

    private SimulatedPolicies() {}

    /**
     * Returns the policies that are simulated where nothing is said.
     *
     * @return new list, from no retries to the default of the library
     */
    public static List<SimulatedPolicy> standard() {
        RetryPolicy defaults = RetryPolicy.defaults();
        RetryPolicy once =
                RetryPolicy.builder().maxAttempts(1).backoff(Backoff.none()).build();
        RetryPolicy three = defaults.toBuilder().maxAttempts(3).build();
        return List.of(
                policy(NONE, "1 attempt", b -> bare(b.policy(once))),
                policy("retries", "3 attempts with the default backoff", b -> bare(b.policy(three))),
                policy("budget", "the default without the circuit breaker", Retries.Builder::withoutCircuitBreaker),
                policy("default", "all of it as the library does by default", b -> b));
    }

    /**
     * Returns a policy of the user's own.
     *
     * @param properties settings of {@code retry-core}'s registry, for the service {@value Policies#SERVICE} or for all
     * @return the policy
     * @throws IllegalArgumentException if the settings are wrong, or a key holds for another service only
     */
    public static SimulatedPolicy own(Properties properties) {
        if (properties.isEmpty()) {
            throw noneApplies();
        }
        return own("own", "as your file says", properties);
    }

    /**
     * Returns a policy by its settings.
     *
     * @param name as tables show it
     * @param description for a reader
     * @param properties settings of {@code retry-core}'s registry, for the service {@value Policies#SERVICE} or for all
     * @return the policy
     * @throws IllegalArgumentException if the settings are wrong, or a key holds for another service only
     */
    public static SimulatedPolicy own(String name, String description, Properties properties) {
        RetryConfig config = RetryConfig.of(properties);
        checkApplies(properties);
        return configured(name, description, config, builder -> {});
    }

    /**
     * Returns a policy by settings.
     *
     * @param name as tables show it
     * @param description what it does, for a reader
     * @param properties settings of {@code retry-core}'s registry, for all services or for {@value Policies#SERVICE}
     * @param more adds what no text can say
     * @return the policy
     * @throws IllegalArgumentException if the settings are wrong
     */
    public static SimulatedPolicy configured(
            String name, String description, Properties properties, Consumer<RetryRegistry.Builder> more) {
        return configured(name, description, RetryConfig.of(properties), more);
    }

    private static SimulatedPolicy configured(
            String name, String description, RetryConfig config, Consumer<RetryRegistry.Builder> more) {
        return new SimulatedPolicy(name, description, ForbearControl.of(world -> {
            RetryRegistry.Builder builder =
                    RetryRegistry.builder().runtime(r -> r.clock(world.clock()).random(world.random()));
            more.accept(builder);
            return builder.build(config).get(Policies.SERVICE);
        }));
    }

    /**
     * Returns another library's policy.
     *
     * @param peer the library, by its own defaults
     * @return the policy
     */
    public static SimulatedPolicy of(Peer peer) {
        return new SimulatedPolicy(peer.name(), peer.title() + ": " + peer.description(), peer.maker());
    }

    /** A key of another service would be silently without effect. */
    private static void checkApplies(Properties properties) {
        List<String> elsewhere = properties.stringPropertyNames().stream()
                .filter(key -> key.toLowerCase(Locale.ROOT).startsWith(SERVICE_KEYS))
                .filter(key -> !key.startsWith(OWN_KEYS))
                .sorted()
                .toList();
        if (!elsewhere.isEmpty()
                && elsewhere.size() == properties.stringPropertyNames().size()) {
            throw noneApplies();
        }
        if (!elsewhere.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", elsewhere) + ": applies to nothing"
                    + " (expected: keys for all services, or of " + OWN_KEYS + ")");
        }
    }

    private static IllegalArgumentException noneApplies() {
        return new IllegalArgumentException("no key applies to " + Policies.SERVICE
                + " (expected: max-attempts=.. for all services, or " + OWN_KEYS + "max-attempts=..)");
    }

    private static Retries.Builder bare(Retries.Builder builder) {
        return builder.withoutBudget().withoutCircuitBreaker();
    }

    private static SimulatedPolicy policy(String name, String description, UnaryOperator<Retries.Builder> settings) {
        return new SimulatedPolicy(name, description, ForbearControl.with(settings));
    }
}
