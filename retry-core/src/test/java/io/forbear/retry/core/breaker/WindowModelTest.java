package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The windows beside slow and obvious ones: a list of calls. */
class WindowModelTest {

    /** Some calls after some time. */
    record Step(long waitNanos, int successes, boolean failed, boolean slow) {}

    /** One call. */
    record Call(long bucket, boolean failed, boolean slow) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> waits = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(6, Arbitraries.longs().between(0, 30)),
                net.jqwik.api.Tuple.of(1, Arbitraries.longs().between(0, 3_000)));
        return Combinators.combine(
                        waits,
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as(Step::new)
                .list()
                .ofMaxSize(120);
    }

    @Property
    void countWindowHoldsTheLastCalls(
            @ForAll("steps") List<Step> steps, @ForAll @IntRange(min = 1, max = 150) int length) {
        CountWindow window = new CountWindow(length, true);
        Deque<Call> model = new ArrayDeque<>();
        for (Step step : steps) {
            if (step.successes > 0) {
                window.successes(step.successes, 0, 0);
            }
            window.outcome(0, step.failed, step.slow);
            for (int i = 0; i < step.successes; i++) {
                model.add(new Call(0, false, false));
            }
            model.add(new Call(0, step.failed, step.slow));
            while (model.size() > length) {
                model.remove();
            }
            agree(window, 0, List.copyOf(model));
        }
    }

    @Property
    void timeWindowHoldsTheCallsOfTheLastBuckets(
            @ForAll("steps") List<Step> steps, @ForAll @IntRange(min = 1, max = 500) int length, @ForAll long origin) {
        TimeWindow window = new TimeWindow(length, origin);
        long bucketNanos = (length + TimeWindow.BUCKETS - 1) / TimeWindow.BUCKETS;
        List<Call> model = new ArrayList<>();
        long now = 0;
        for (Step step : steps) {
            now += step.waitNanos;
            long bucket = now / bucketNanos;
            int tick = window.tick(origin + now);
            for (int i = 0; i < step.successes; i++) {
                window.outcome(tick, false, false);
                model.add(new Call(bucket, false, false));
            }
            window.outcome(tick, step.failed, step.slow);
            model.add(new Call(bucket, step.failed, step.slow));
            model.removeIf(call -> call.bucket <= bucket - TimeWindow.BUCKETS);
            agree(window, tick, model);
        }
    }

    @Property
    void spreadSuccessesAreAsManyAsTheWindowsShareOfTheSpan(
            @ForAll @IntRange(max = 1_000_000) int count, @ForAll @IntRange(max = 1_000) int span) {
        TimeWindow window = new TimeWindow(10, 0);
        window.successes(count, span, span);
        long buckets = Math.min(span + 1, TimeWindow.BUCKETS);
        long exact = count * buckets;
        assertThat(2 * Math.abs(window.calls(span) * (span + 1) - exact)).isLessThanOrEqualTo(span + 1);
        assertThat(window.calls(span + TimeWindow.BUCKETS)).isZero();
    }

    @Property
    void looksTakeOverWhatAFeedCounts(@ForAll("steps") List<Step> steps) {
        CountedFeed feed = new CountedFeed();
        feed.succeeded(1_000_000);
        CountWindow window = new CountWindow(CountWindow.LONGEST, false);
        FeedMark mark = new FeedMark(feed, 0);
        long sum = 0;
        long now = 0;
        for (Step step : steps) {
            now += step.waitNanos;
            feed.succeeded(step.successes);
            sum += step.successes;
            mark.look(window, (int) now);
            mark.look(window, (int) now - 1);
            assertThat(window.calls(0)).isEqualTo(sum);
        }
    }

    private static void agree(Window window, int tick, List<Call> model) {
        assertThat(window.calls(tick)).isEqualTo(model.size());
        assertThat(window.failures(tick))
                .isEqualTo(model.stream().filter(Call::failed).count());
        assertThat(window.slow(tick))
                .isEqualTo(model.stream().filter(Call::slow).count());
    }
}
