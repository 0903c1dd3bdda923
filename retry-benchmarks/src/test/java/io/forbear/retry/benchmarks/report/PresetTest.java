package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.benchmarks.budget.Kind;
import io.forbear.retry.benchmarks.contender.Contender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;

class PresetTest {

    private static final List<Class<?>> CLASSES = List.of(
            io.forbear.retry.benchmarks.AsyncBenchmark.class,
            io.forbear.retry.benchmarks.BackoffBenchmark.class,
            io.forbear.retry.benchmarks.BreakerBenchmark.class,
            io.forbear.retry.benchmarks.BudgetBenchmark.class,
            io.forbear.retry.benchmarks.ClientStateBenchmark.class,
            io.forbear.retry.benchmarks.DecisionBenchmark.class,
            io.forbear.retry.benchmarks.ExhaustedPathBenchmark.class,
            io.forbear.retry.benchmarks.GrpcAdapterBenchmark.class,
            io.forbear.retry.benchmarks.HttpAdapterBenchmark.class,
            io.forbear.retry.benchmarks.ListenerCostBenchmark.class,
            io.forbear.retry.benchmarks.OperationsBenchmark.class,
            io.forbear.retry.benchmarks.RetryPathBenchmark.class,
            io.forbear.retry.benchmarks.SuccessPathBenchmark.class);

    private static List<String> benchmarks() {
        return CLASSES.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Benchmark.class))
                        .map(method -> type.getSimpleName() + "." + method.getName()))
                .toList();
    }

    static Stream<Step> steps() {
        return Stream.concat(Preset.quick().stream(), Preset.full().stream());
    }

    @ParameterizedTest
    @MethodSource("steps")
    void everyStepNamesBenchmarksAndContendersThatExist(Step step) {
        Set<String> known = Stream.concat(Arrays.stream(Contender.values()), Arrays.stream(Kind.values()))
                .map(Enum::name)
                .collect(Collectors.toSet());

        assertThat(benchmarks()).anyMatch(Pattern.compile(step.methods()).asMatchPredicate());
        assertThat(known).containsAll(step.values());
        assertThat(step.options().getThreads().get()).isEqualTo(step.threads());
    }

    @Test
    void fullMeasuresEveryBenchmarkOnOneThread() {
        List<String> left = new ArrayList<>(benchmarks());
        for (Step step : Preset.full()) {
            if (step.threads() == 1 && step.values().isEmpty()) {
                left.removeIf(Pattern.compile(step.methods()).asMatchPredicate());
            }
        }

        assertThat(left).isEmpty();
    }
}
