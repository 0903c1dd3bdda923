package io.forbear.retry.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.internal.CallFeed;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Feeds that come and go, beside a count of what each says while it is there. */
class FeedsTest {

    private static final int ADD = 0;
    private static final int REMOVE = 1;

    record Step(int kind, int which, int firstTries, int recovered, int failed) {}

    /** A service's counters, each of its own. */
    private static final class Counted implements CallFeed {
        private long firstTries = 11;
        private long successes = 23;
        private long calls = 47;
        private int times;

        @Override
        public long firstTrySuccesses() {
            return firstTries;
        }

        @Override
        public long successes() {
            return successes;
        }

        @Override
        public long calls() {
            return calls;
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> calls = Arbitraries.integers().between(0, 9);
        return Combinators.combine(
                        Arbitraries.of(ADD, ADD, REMOVE, 2, 2, 2),
                        Arbitraries.integers().between(0, 2),
                        calls,
                        calls,
                        calls)
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property
    void sumWhatEachCountedWhileItWasThere(@ForAll("steps") List<Step> steps) {
        Feeds feeds = new Feeds();
        List<Counted> services = List.of(new Counted(), new Counted(), new Counted());
        long firstTries = 0;
        long successes = 0;
        long calls = 0;
        for (Step step : steps) {
            Counted service = services.get(step.which);
            if (step.kind == ADD) {
                feeds.add(service);
                service.times++;
            } else if (step.kind == REMOVE) {
                feeds.remove(service);
                service.times = Math.max(0, service.times - 1);
            } else {
                service.firstTries += step.firstTries;
                service.successes += step.firstTries + step.recovered;
                service.calls += step.firstTries + step.recovered + step.failed;
                if (service.times > 0) {
                    firstTries += step.firstTries;
                    successes += step.firstTries + step.recovered;
                    calls += step.firstTries + step.recovered + step.failed;
                }
            }
            assertThat(feeds.firstTries()).isEqualTo(firstTries);
            assertThat(feeds.successes()).isEqualTo(successes);
            assertThat(feeds.calls()).isEqualTo(calls);
        }
    }
}
