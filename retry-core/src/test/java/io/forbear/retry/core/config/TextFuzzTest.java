package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.RetryRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Any text is read, or refused line by line; what is refused changes nothing. */
class TextFuzzTest {

    private static final List<String> ENDS = Keys.texts();

    @Provide
    Arbitrary<String> keys() {
        Arbitrary<String> known = Arbitraries.of(ENDS);
        Arbitrary<String> prefix =
                Arbitraries.of("", "default.", "service.orders.", "service.a.b.", "service.", "servic.");
        Arbitrary<String> mistyped =
                known.map(key -> key.substring(0, key.length() / 2) + "x" + key.substring(key.length() / 2));
        return Combinators.combine(
                        prefix,
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(9, known),
                                net.jqwik.api.Tuple.of(1, mistyped),
                                net.jqwik.api.Tuple.of(1, Arbitraries.strings().ofMaxLength(12))))
                .as(String::concat);
    }

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> words = Arbitraries.of(
                "on",
                "off",
                "true",
                "false",
                "none",
                "full",
                "equal",
                "decorrelated",
                "exponential",
                "linear",
                "fixed",
                "adaptive",
                "specification",
                "forbear",
                "aws-standard",
                "grpc-default",
                "resilience4j",
                "proportional",
                "clamped",
                "ratio",
                "earned",
                "token-bucket",
                "grpc-throttle",
                "aws-quota",
                "concurrency-share",
                "adaptive-throttle",
                "10 per 1m",
                "50% over 2s",
                "2 of 3",
                "100 calls",
                "90%, 80%",
                "java.io.IOException",
                "TIMEOUT, server-error",
                "",
                " ",
                "PT",
                "P",
                "NaN",
                "Infinity",
                "-0",
                "1e309",
                "0x1p3",
                "999999999999d",
                "999999999999ns",
                "PT2562047788015215H",
                "P99999999999999D",
                "100 tokens",
                "tokens",
                "%");
        Arbitrary<String> numbers = Combinators.combine(
                        Arbitraries.oneOf(
                                Arbitraries.longs().map(String::valueOf),
                                Arbitraries.integers().between(-2, 200).map(String::valueOf),
                                Arbitraries.doubles().map(String::valueOf),
                                Arbitraries.doubles().between(0, 2).map(String::valueOf)),
                        Arbitraries.of("", "%", "ns", "us", "ms", "s", "m", "h", "d", " tokens", " "))
                .as(String::concat);
        return Arbitraries.oneOf(words, numbers, numbers, Arbitraries.strings().ofMaxLength(8));
    }

    @Provide
    Arbitrary<Map<String, String>> texts() {
        return Arbitraries.maps(keys(), values()).ofMaxSize(8);
    }

    private static void isLineByLine(IllegalArgumentException refused, int settings) {
        List<String> lines = refused.getMessage().lines().toList();
        List<String> problems = lines.size() == 1 ? lines : lines.subList(1, lines.size());
        if (lines.size() > 1) {
            assertThat(lines.get(0)).isEqualTo(problems.size() + " settings are wrong:");
        }
        assertThat(problems).allSatisfy(line -> assertThat(line).matches("(?s).*: .*\\(expected: .+\\)"));
        assertThat(problems.size()).isLessThanOrEqualTo(2 * settings);
    }

    @Tag("bounds")
    @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
    void anyTextIsReadOrRefusedLineByLine(@ForAll("texts") Map<String, String> settings) {
        RetryConfig config;
        try {
            config = RetryConfig.of(settings);
        } catch (IllegalArgumentException refused) {
            isLineByLine(refused, settings.size());
            return;
        }
        for (String service : List.of("orders", "a.b", "other")) {
            ServiceConfig read = config.service(service);
            RetryBudget.Spec budget = read.budget();
            if (budget != null && !(budget instanceof FleetSpec)) { // which only a customizer can make
                assertThat(budget.create(() -> 0).balance()).isNotNegative();
            }
            CircuitBreaker.Spec breaker = read.circuitBreaker();
            if (breaker != null) {
                assertThat(breaker.create(service, () -> 0).state()).isEqualTo(CircuitBreaker.State.CLOSED);
            }
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void anyTextIsAppliedWholeOrNotAtAll(@ForAll("texts") Map<String, String> settings) {
        RetryRegistry registry = RetryRegistry.builder()
                .runtime(r -> r.clock(() -> 0).sleeper(nanos -> {}))
                .build(RetryConfig.of(Map.of("max-attempts", "2", "deadline", "77s", "max-budget", "9")));
        Retry orders = registry.get("orders");
        Retry other = registry.get("a.b");
        String before =
                List.of(orders.policy(), other.policy(), registry.snapshot()).toString();
        try {
            registry.reload(RetryConfig.of(settings));
        } catch (IllegalArgumentException refused) {
            assertThat(List.of(orders.policy(), other.policy(), registry.snapshot())
                            .toString())
                    .isEqualTo(before);
            return;
        }
        RetryConfig read = RetryConfig.of(settings);
        assertThat(orders.policy()).hasToString(read.service("orders").policy().toString());
        assertThat(other.policy()).hasToString(read.service("a.b").policy().toString());
        orders.run(() -> {});
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void anyEnvironmentIsReadOrRefusedLineByLine(@ForAll("texts") Map<String, String> settings) {
        Map<String, String> variables = settings.entrySet().stream()
                .collect(Collectors.toMap(
                        setting -> "FORBEAR_"
                                + setting.getKey()
                                        .toUpperCase(java.util.Locale.ROOT)
                                        .replaceAll("[-.]", "_"),
                        Map.Entry::getValue,
                        (first, second) -> second));
        try {
            RetryConfig config = RetryConfig.ofEnvironment(variables);
            assertThat(config.over(RetryConfig.of(Map.of())).services()).isEqualTo(config.services());
        } catch (IllegalArgumentException refused) {
            isLineByLine(refused, settings.size());
        }
    }

    @Tag("bounds")
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void twoTextsAreLaidOverEachOtherOrRefusedLineByLine(
            @ForAll("right") RetryConfig upper, @ForAll("right") RetryConfig lower) {
        RetryConfig both;
        try {
            both = upper.over(lower);
        } catch (IllegalArgumentException refused) {
            isLineByLine(refused, 16);
            return;
        }
        assertThat(both.services()).containsAll(upper.services()).containsAll(lower.services());
        assertThat(both.maxBudget()).isGreaterThanOrEqualTo(0);
        assertThat(upper.over(RetryConfig.of(Map.of())).service("orders").policy())
                .as("over nothing it is as it was")
                .hasToString(upper.service("orders").policy().toString());
        assertThat(RetryConfig.of(Map.of()).over(lower).service("orders").policy())
                .hasToString(lower.service("orders").policy().toString());
    }

    @Tag("bounds")
    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenAndReadAgainIsTheSame(@ForAll("right") RetryConfig config) {
        Map<String, String> text = config.toMap();

        RetryConfig again = RetryConfig.of(text);

        assertThat(again.toMap()).isEqualTo(text);
        for (String service : List.of("orders", "a.b", "other")) {
            assertThat(SameConfig.of(again, service)).as("%s", text).isEqualTo(SameConfig.of(config, service));
        }
    }

    /** Texts that are right: what is wrong of a random one is left out. */
    @Provide
    Arbitrary<RetryConfig> right() {
        return texts().map(settings -> {
            Map<String, String> right = new TreeMap<>();
            settings.forEach((key, value) -> {
                right.put(key, value);
                try {
                    RetryConfig.of(right);
                } catch (IllegalArgumentException refused) {
                    right.remove(key);
                }
            });
            return RetryConfig.of(right);
        });
    }
}
