package io.forbear.retry.lab.storm;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.config.ServiceConfig;
import io.forbear.retry.error.ErrorClassifier;
import io.forbear.retry.error.Pushback;
import io.forbear.retry.redis.FleetBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The policies that a storm tries, each made of the library's own parts. */
public final class Policies {

    /** What the calls of the lab go to, as policies name it. */
    public static final String SERVICE = "storm";

    /** What keys of a file begin with that are for one service. */
    private static final String OF_SERVICE = "service.";

    /** Reads what an answer says: its status, and how long to wait. */
    private static final ErrorClassifier ANSWERS = ErrorClassifier.builder()
            .httpStatus(StatusException.class, StatusException::status)
            .pushback(
                    StatusException.class,
                    answer -> answer.retryAfterNanos() < 0
                            ? null
                            : Pushback.delay(Duration.ofNanos(answer.retryAfterNanos())))
            .build();

    /** Retries that the naive policy makes in each layer: 1 + 3 attempts, and 16 for both. */
    static final int NAIVE_RETRIES = 3;

    private static final double FLOOR_RATIO = 0.2;
    private static final double FLOOR = 0.2;
    private static final int FLEET_REFILL = 1;
    private static final int FLEET_TOKENS = 40;
    /** All processes of the lab share one machine, which is to be no reason for a floor. */
    private static final Duration FLEET_TIMEOUT = Duration.ofSeconds(1);

    private Policies() {}

    /**
     * Returns the policies that are tried where nothing is said, from none to the default of the library.
     *
     * @return new list, in the order in which they are run
     */
    public static List<StormPolicy> standard() {
        RetryPolicy defaults = RetryPolicy.defaults();
        Backoff backoff = defaults.backoff();
        Backoff plain = backoff.jitter(Jitter.none());
        String attempts = defaults.maxAttempts() + " attempts, backoff from " + PolicySettings.text(backoff.base());
        String jitter = PolicySettings.jitter(backoff);
        Map<String, String> waits = PolicySettings.of(defaults);
        RetryPolicy withoutJitter = defaults.toBuilder().backoff(plain).build();
        Map<String, String> budgeted = joined(waits, PolicySettings.standardBudget());
        return List.of(
                policy("none", "No retries", "1 attempt", PolicySettings.of(attempts(1)), bare(attempts(1))),
                policy(
                        "naive",
                        "Naive retries",
                        NAIVE_RETRIES + " immediate retries in each of 2 nested layers: up to 16 attempts",
                        joined(
                                Map.of("attempts", (1 + NAIVE_RETRIES) + " in each of 2 layers"),
                                Map.of("wait", "none")),
                        bare(attempts(1 + NAIVE_RETRIES)),
                        bare(attempts(1 + NAIVE_RETRIES))),
                policy(
                        "backoff",
                        "Backoff",
                        attempts + " without jitter",
                        PolicySettings.of(withoutJitter),
                        bare(withoutJitter)),
                policy("jitter", "Backoff + jitter", attempts + " with " + jitter, waits, bare(defaults)),
                policy(
                        "budget",
                        "+ budget",
                        "the same, and the retry budget that calls earn",
                        budgeted,
                        Retries.Builder::withoutCircuitBreaker),
                policy(
                        "default",
                        "Forbear default",
                        "the same, and the circuit breaker with its slow start: all as the library does by default",
                        joined(budgeted, PolicySettings.standardBreaker()),
                        builder -> builder));
    }

    /**
     * Returns the policies that show what budgets of many processes add up to: one of each process, with a floor, and
     * one that all share. Neither has a breaker, which would hide it.
     *
     * @param port of the Redis or Valkey on loopback
     * @param pot the name under which the processes share the budget
     * @param processes how many processes share it
     * @return new list, in the order in which they are run
     */
    public static List<StormPolicy> ofFleet(int port, String pot, int processes) {
        Map<String, String> waits = PolicySettings.of(RetryPolicy.defaults());
        String each = PolicySettings.number(FLOOR_RATIO) + " tokens for a success";
        return List.of(
                policy(
                        "floors",
                        "Local floors",
                        "a budget of each process, with a floor",
                        joined(
                                waits,
                                Map.of("budget", each + ", and a floor of " + FLOOR + " a second in each process")),
                        builder -> builder.budget(
                                        RetryBudgets.ratio(FLOOR_RATIO).minPerSecond(FLOOR))
                                .withoutCircuitBreaker()),
                policy(
                        "fleet",
                        "Fleet budget",
                        "one budget for all processes, leased from Redis",
                        joined(
                                waits,
                                Map.of(
                                        "budget",
                                        each + ", " + FLEET_REFILL + " a second and " + FLEET_TOKENS
                                                + " at most in all processes together")),
                        builder -> builder.budget(Shared.budget(port, pot, processes))
                                .withoutCircuitBreaker()));
    }

    /** The clients of a process share its lease. */
    private static final class Shared {
        private static final Map<String, FleetBudget> BY_POT = new ConcurrentHashMap<>();

        static FleetBudget budget(int port, String pot, int processes) {
            return BY_POT.computeIfAbsent(pot, name -> FleetBudget.builder(LabStore.connect(port), name)
                    .capacity(FLEET_TOKENS)
                    .initial(FLEET_TOKENS / 2)
                    .refillPerSecond(FLEET_REFILL)
                    .ratio(FLOOR_RATIO)
                    .expectedProcesses(processes)
                    .leaseTimeout(FLEET_TIMEOUT)
                    .build());
        }
    }

    /**
     * Returns a policy of the user's own.
     *
     * @param properties settings of {@code retry-core}'s registry, for the service {@value #SERVICE} or for all
     * @return the policy
     * @throws IllegalArgumentException if the settings are wrong, or none of them is for the service
     */
    public static StormPolicy own(Properties properties) {
        RetryConfig config = RetryConfig.of(properties);
        if (properties.stringPropertyNames().stream().noneMatch(key -> !key.startsWith(OF_SERVICE))
                && !config.names(SERVICE)) {
            throw new IllegalArgumentException("no key applies to " + SERVICE
                    + " (expected: keys for all services, such as max-attempts, or for this one, such as " + OF_SERVICE
                    + SERVICE + ".max-attempts)");
        }
        return new StormPolicy(
                "own", "Your policy", "as your file says", settings(config.service(SERVICE), properties), watcher -> {
                    RetryRegistry.Builder builder = RetryRegistry.builder()
                            .customize((name, service) -> service.policy(p -> p.classifier(ANSWERS)))
                            .listener(telling(watcher));
                    watcher.listeners().forEach(builder::listener);
                    RetryRegistry registry = builder.build(config);
                    return new Layers(List.of(registry.get(SERVICE)));
                });
    }

    /** What is as by default in the words of the defaults, the rest as the file has it. */
    private static Map<String, String> settings(ServiceConfig config, Properties properties) {
        Map<String, String> settings = PolicySettings.of(config.policy());
        if (RetryBudgets.earned().equals(config.budget())) {
            settings.putAll(PolicySettings.standardBudget());
        }
        if (CircuitBreakers.standard().equals(config.circuitBreaker())) {
            settings.putAll(PolicySettings.standardBreaker());
        }
        properties.stringPropertyNames().stream()
                .filter(key -> !key.startsWith(OF_SERVICE) || key.startsWith(OF_SERVICE + SERVICE + "."))
                .sorted()
                .forEach(key -> settings.put(key, properties.getProperty(key, "")));
        return settings;
    }

    private static Map<String, String> joined(Map<String, String> first, Map<String, String> second) {
        Map<String, String> both = new LinkedHashMap<>(first);
        both.putAll(second);
        return both;
    }

    /** The policy, which reads answers. */
    private static RetryPolicy reading(RetryPolicy policy) {
        return policy.toBuilder().classifier(ANSWERS).build();
    }

    private static RetryPolicy attempts(int maxAttempts) {
        return RetryPolicy.builder()
                .maxAttempts(maxAttempts)
                .backoff(Backoff.none())
                .build();
    }

    private static Function<Retries.Builder, Retries.Builder> bare(RetryPolicy policy) {
        return builder -> builder.policy(reading(policy)).withoutBudget().withoutCircuitBreaker();
    }

    @SafeVarargs
    private static StormPolicy policy(
            String name,
            String title,
            String description,
            Map<String, String> settings,
            Function<Retries.Builder, Retries.Builder>... layers) {
        return new StormPolicy(name, title, description, settings, watcher -> {
            List<Retry> retries = new ArrayList<>();
            for (Function<Retries.Builder, Retries.Builder> layer : layers) {
                Retries.Builder builder = Retries.named(serviceName(name, retries.size()))
                        .policy(reading(RetryPolicy.defaults()))
                        .listener(telling(watcher));
                watcher.listeners().forEach(builder::listener);
                retries.add(layer.apply(builder).build());
            }
            return new Layers(retries);
        });
    }

    /** As meters and spans name a layer of a policy, the outermost without a number. */
    private static String serviceName(String policy, int layer) {
        return SERVICE + "-" + policy + (layer == 0 ? "" : "-layer-" + (layer + 1));
    }

    private static RetryListener telling(StormPolicy.Watcher watcher) {
        return new RetryListener() {
            @Override
            public void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
                watcher.onTransition(from, to);
            }
        };
    }

    /** Retries around each other, the outermost first. */
    private record Layers(List<Retry> retries) implements StormPolicy.Caller {

        @Override
        public CompletableFuture<Integer> call(Supplier<? extends CompletionStage<Integer>> attempt) {
            return call(0, attempt);
        }

        private CompletableFuture<Integer> call(int layer, Supplier<? extends CompletionStage<Integer>> attempt) {
            Retry retry = retries.get(layer);
            return layer == retries.size() - 1
                    ? retry.callAsync(attempt)
                    : retry.callAsync(() -> call(layer + 1, attempt));
        }

        @Override
        public List<RetrySnapshot> snapshots() {
            return retries.stream().map(Retry::snapshot).toList();
        }

        @Override
        public void close() {
            retries.forEach(Retry::close);
        }
    }
}
