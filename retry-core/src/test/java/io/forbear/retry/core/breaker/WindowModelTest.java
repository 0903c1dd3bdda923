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
            @ForAll("steps") List<Step> steps, @ForAll @IntRange(min = 1, max = 5_000) int length) {
        CountedFeed feed = new CountedFeed();
        Feeds feeds = new Feeds();
        feeds.add(feed, this);
        CountWindow window = new CountWindow(length, true, new Successes(feeds));
        Deque<Call> model = new ArrayDeque<>();
        for (Step step : steps) {
            feed.succeeded(step.successes);
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
        TimeWindow window = new TimeWindow(length, new Successes(null), origin);
        long bucketNanos = (length + TimeWindow.BUCKETS - 1) / TimeWindow.BUCKETS;
        List<Call> model = new ArrayList<>();
        long now = 0;
        for (Step step : steps) {
            now += step.waitNanos;
            long bucket = now / bucketNanos;
            for (int i = 0; i < step.successes; i++) {
                window.outcome(origin + now, false, false);
                model.add(new Call(bucket, false, false));
            }
            window.outcome(origin + now, step.failed, step.slow);
            model.add(new Call(bucket, step.failed, step.slow));
            model.removeIf(call -> call.bucket <= bucket - TimeWindow.BUCKETS);
            agree(window, origin + now, model);
        }
    }

    /** With a look before time moves, a window of read successes is as exact as one that is told each. */
    @Property
    void aWindowThatLooksBeforeTimeMovesHoldsTheCallsOfTheLastBuckets(
            @ForAll("steps") List<Step> steps, @ForAll @IntRange(min = 1, max = 500) int length, @ForAll long origin) {
        CountedFeed feed = new CountedFeed();
        Feeds feeds = new Feeds();
        feeds.add(feed, this);
        TimeWindow window = new TimeWindow(length, new Successes(feeds), origin);
        long bucketNanos = TimeWindow.bucketNanos(length);
        List<Call> model = new ArrayList<>();
        long now = 0;
        for (Step step : steps) {
            if (step.successes > 0 || step.failed) {
                window.look(origin + now);
            }
            now += step.waitNanos;
            long bucket = now / bucketNanos;
            for (int i = 0; i < step.successes; i++) {
                feed.succeeded();
                model.add(new Call(bucket, false, false));
            }
            window.outcome(origin + now, true, step.slow);
            model.add(new Call(bucket, true, step.slow));
            model.removeIf(call -> call.bucket <= bucket - TimeWindow.BUCKETS);
            agree(window, origin + now, model);
        }
    }

    private static void agree(Window window, long nowNanos, List<Call> model) {
        assertThat(window.counts(nowNanos))
                .isEqualTo(new BreakerCounts(
                        model.size(),
                        model.stream().filter(Call::failed).count(),
                        model.stream().filter(Call::slow).count(),
                        0));
    }
}
