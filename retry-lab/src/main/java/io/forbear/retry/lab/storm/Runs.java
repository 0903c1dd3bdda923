package io.forbear.retry.lab.storm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Several runs of one policy as one result: of each figure the median, and how far it varied. */
final class Runs {

    private final List<PolicyResult> runs;
    private final PolicyResult first;

    private Runs(List<PolicyResult> runs) {
        this.runs = runs;
        this.first = runs.get(0);
    }

    /**
     * Joins the runs.
     *
     * @param all at least one; one that was stopped early is left out where there is another
     */
    static PolicyResult joined(List<PolicyResult> all) {
        List<PolicyResult> whole = all.stream().filter(run -> !run.partial()).toList();
        List<PolicyResult> runs = whole.isEmpty() ? all.subList(0, 1) : whole;
        return runs.size() == 1 ? runs.get(0) : new Runs(runs).joined();
    }

    private PolicyResult joined() {
        return new PolicyResult(
                first.name(),
                first.title(),
                first.description(),
                first.settings(),
                runs.size(),
                first.partial(),
                count(PolicyResult::calls),
                count(PolicyResult::succeeded),
                count(PolicyResult::refused),
                median(PolicyResult::successPercent),
                median(PolicyResult::transientSuccessPercent),
                count(PolicyResult::attempts),
                number(PolicyResult::amplification),
                number(PolicyResult::outageAmplification),
                number(PolicyResult::attemptsPerCallMade),
                number(PolicyResult::outageAttemptsPerCallMade),
                number(PolicyResult::peakLoad),
                number(PolicyResult::loadAfterOutage),
                median(PolicyResult::recoverySeconds),
                number(PolicyResult::p50Millis),
                number(PolicyResult::p99Millis),
                count(PolicyResult::budgetDenied),
                count(PolicyResult::breakerTransitions),
                first.transitions(),
                series(),
                ranges(),
                first.judged() == null
                        ? null
                        : new PolicyResult.Judged(
                                number(judged(PolicyResult.Judged::success)),
                                number(judged(PolicyResult.Judged::refused)),
                                number(judged(PolicyResult.Judged::amplification)),
                                median(judged(PolicyResult.Judged::backSeconds)),
                                number(judged(PolicyResult.Judged::successAfter)),
                                number(judged(PolicyResult.Judged::amplificationAfter)),
                                number(judged(PolicyResult.Judged::latePercent))));
    }

    private static Function<PolicyResult, @Nullable Double> judged(
            Function<PolicyResult.Judged, @Nullable Double> figure) {
        return run -> run.judged() == null ? null : figure.apply(run.judged());
    }

    private Map<String, PolicyResult.Range> ranges() {
        Map<String, PolicyResult.Range> ranges = new LinkedHashMap<>();
        ranges.put("succeeded", range(run -> (double) run.succeeded()));
        ranges.put("refused", range(run -> (double) run.refused()));
        ranges.put("successPercent", range(PolicyResult::successPercent));
        ranges.put("transientSuccessPercent", range(PolicyResult::transientSuccessPercent));
        ranges.put("attempts", range(run -> (double) run.attempts()));
        ranges.put("amplification", range(PolicyResult::amplification));
        ranges.put("outageAmplification", range(PolicyResult::outageAmplification));
        ranges.put("attemptsPerCallMade", range(PolicyResult::attemptsPerCallMade));
        ranges.put("outageAttemptsPerCallMade", range(PolicyResult::outageAttemptsPerCallMade));
        ranges.put("peakLoad", range(PolicyResult::peakLoad));
        ranges.put("loadAfterOutage", range(PolicyResult::loadAfterOutage));
        ranges.put("recoverySeconds", range(PolicyResult::recoverySeconds));
        ranges.put("p50Millis", range(PolicyResult::p50Millis));
        ranges.put("p99Millis", range(PolicyResult::p99Millis));
        ranges.put("budgetDenied", range(run -> (double) run.budgetDenied()));
        ranges.put("breakerTransitions", range(run -> (double) run.breakerTransitions()));
        if (first.judged() != null) {
            ranges.put("judged.success", range(judged(PolicyResult.Judged::success)));
            ranges.put("judged.refused", range(judged(PolicyResult.Judged::refused)));
            ranges.put("judged.amplification", range(judged(PolicyResult.Judged::amplification)));
            ranges.put("judged.backSeconds", range(judged(PolicyResult.Judged::backSeconds)));
        }
        return ranges;
    }

    private PolicyResult.Range range(Function<PolicyResult, @Nullable Double> figure) {
        List<@Nullable Double> sorted = sorted(figure);
        return new PolicyResult.Range(sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** The middle one, or the mean of the two in the middle. What never happened is more than any number. */
    private @Nullable Double median(Function<PolicyResult, @Nullable Double> figure) {
        List<@Nullable Double> sorted = sorted(figure);
        Double low = sorted.get((runs.size() - 1) / 2);
        Double high = sorted.get(runs.size() / 2);
        return low == null || high == null ? null : Rounded.to(3, (low + high) / 2);
    }

    private List<@Nullable Double> sorted(Function<PolicyResult, @Nullable Double> figure) {
        List<@Nullable Double> values = new ArrayList<>();
        runs.forEach(run -> values.add(figure.apply(run)));
        values.sort(Comparator.nullsLast(Comparator.naturalOrder()));
        return values;
    }

    private double number(Function<PolicyResult, @Nullable Double> figure) {
        return Objects.requireNonNullElse(median(figure), Double.NaN);
    }

    private long count(ToLongFunction<PolicyResult> figure) {
        return Math.round(number(run -> (double) figure.applyAsLong(run)));
    }

    private PolicyResult.Series series() {
        PolicyResult.Series one = first.series();
        return new PolicyResult.Series(
                one.stepMillis(),
                one.seconds(),
                one.offered(),
                one.goodput(),
                one.failed(),
                one.load(),
                one.amplification(),
                one.p99Millis(),
                one.queued(),
                one.openBreakers(),
                one.budgetTokens(),
                goodput(DoubleStream::min),
                goodput(DoubleStream::max));
    }

    private List<Double> goodput(Function<DoubleStream, OptionalDouble> choice) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < first.series().goodput().size(); i++) {
            int step = i;
            values.add(choice.apply(runs.stream()
                            .filter(run -> step < run.series().goodput().size())
                            .mapToDouble(run -> run.series().goodput().get(step)))
                    .orElseThrow());
        }
        return values;
    }
}
