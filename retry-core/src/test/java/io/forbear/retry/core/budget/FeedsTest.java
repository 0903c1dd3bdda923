package io.forbear.retry.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.testkit.ManualClock;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Feeds that come and go, compared with a count of what each counted while it was there. */
class FeedsTest {

    private static final int SERVICES = 30_000;

    private long reads;

    record Step(int kind, int which, int firstTries, int recovered, int failed) {}

    /** The counters of a service. */
    private final class Counted implements CallFeed {
        private long firstTries = 11;
        private long successes = 23;
        private long calls = 47;
        private boolean added;

        @Override
        public long firstTrySuccesses() {
            reads++;
            return firstTries;
        }

        @Override
        public long successes() {
            reads++;
            return successes;
        }

        @Override
        public long calls() {
            reads++;
            return calls;
        }

        private void succeed(int count) {
            firstTries += count;
            successes += count;
            calls += count;
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> calls = Arbitraries.integers().between(0, 9);
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 39),
                        calls,
                        calls,
                        calls)
                .as(Step::new)
                .list()
                .ofMaxSize(200);
    }

    /** If there are more feeds than one reading takes, several readings take all. */
    @Property(tries = 300)
    void sumWhatEachCountedSinceItWasAdded(@ForAll("steps") List<Step> steps) {
        Feeds feeds = new Feeds();
        List<Counted> services = Stream.generate(Counted::new).limit(40).toList();
        long firstTries = 0;
        long successes = 0;
        long calls = 0;
        for (Step step : steps) {
            Counted service = services.get(step.which);
            if (step.kind == 0) {
                feeds.add(service, this);
                service.added = true;
            } else {
                service.firstTries += step.firstTries;
                service.successes += step.firstTries + step.recovered;
                service.calls += step.firstTries + step.recovered + step.failed;
                if (service.added) {
                    firstTries += step.firstTries;
                    successes += step.firstTries + step.recovered;
                    calls += step.firstTries + step.recovered + step.failed;
                }
            }
            assertThat(feeds.firstTries()).isLessThanOrEqualTo(firstTries);
            feeds.takeOver();
            assertThat(feeds.firstTries()).isEqualTo(firstTries);
            assertThat(feeds.successes()).isEqualTo(successes);
            assertThat(feeds.calls()).isEqualTo(calls);
        }
    }

    @Tag("bounds")
    @Test
    void aFeedWhoseOwnerIsGoneIsKeptAsANumber() {
        for (int others : new int[] {0, 5, 40}) {
            Feeds feeds = new Feeds();
            for (int i = 0; i < others; i++) {
                feeds.add(new Counted(), this);
            }
            WeakReference<Counted> dropped = addAndDrop(feeds, 7);
            feeds.takeOver();
            assertThat(feeds.successes()).isEqualTo(7);

            collect(feeds, others);

            assertThat(feeds.successes()).isEqualTo(7);
            assertThat(feeds.calls()).isEqualTo(7);
            assertThat(feeds.firstTries()).isEqualTo(7);
            awaitCleared(dropped);
        }
    }

    private WeakReference<Counted> addAndDrop(Feeds feeds, int successes) {
        Counted feed = new Counted();
        feeds.add(feed, new Object());
        feed.succeed(successes);
        return new WeakReference<>(feed);
    }

    private static void collect(Feeds feeds, int expected) {
        for (int i = 0; i < 1000 && feeds.size() > expected; i++) {
            System.gc();
        }
        assertThat(feeds.size()).isEqualTo(expected);
    }

    private static void awaitCleared(WeakReference<?> reference) {
        for (int i = 0; i < 1000 && reference.get() != null; i++) {
            System.gc();
        }
        assertThat(reference.get()).isNull();
    }

    @Tag("bounds")
    @Test
    void aFeedLivesAsLongAsAnyOfItsOwners() {
        Feeds feeds = new Feeds();
        Counted feed = new Counted();
        Object second = new Object();
        feeds.add(feed, new Object());
        feeds.add(feed, second);
        feeds.add(feed, second);
        for (int i = 0; i < 20; i++) {
            System.gc();
        }
        assertThat(feeds.size()).isEqualTo(1);
        feed.succeed(3);
        assertThat(feeds.successes()).as("counted once").isEqualTo(3);
        Reference.reachabilityFence(second);
        second = null;

        collect(feeds, 0);
        feed.succeed(100);

        assertThat(feeds.successes()).isEqualTo(3);
    }

    /** Fifteen readings more would be the same. */
    @Test
    void fewFeedsAreExactAtEachReading() {
        Feeds feeds = new Feeds();
        List<Counted> services =
                Stream.generate(Counted::new).limit(Feeds.EXACT).toList();
        services.forEach(service -> feeds.add(service, this));

        for (int i = 0; i < 100; i++) {
            services.get(i % Feeds.EXACT).succeed(1);
            assertThat(feeds.successes()).isEqualTo(i + 1);
        }
    }

    @Test
    void thirtyThousandServicesAreNotReadAtEachFailure() {
        ManualClock clock = new ManualClock();
        FedBudget budget = (FedBudget) RetryBudgets.ratio(0.1)
                .minPerSecond(0)
                .window(Duration.ofSeconds(10))
                .create(clock);
        List<Counted> services = new ArrayList<>();
        for (int i = 0; i < SERVICES; i++) {
            Counted service = new Counted();
            services.add(service);
            budget.feed(service, service.getClass());
        }
        assertThat(reads).as("to add them").isLessThanOrEqualTo(3L * SERVICES);

        services.forEach(service -> service.succeed(1));
        reads = 0;
        for (int failures = 0; failures < 1000; failures++) {
            budget.balance();
        }
        assertThat(reads).as("a failure").isLessThanOrEqualTo(1000L * 4 * (Feeds.EXACT + 3 * Feeds.STEP));
        assertThat(budget.balance()).as("lags, and is never too much").isLessThanOrEqualTo(SERVICES * 100L);

        reads = 0;
        clock.advance(Duration.ofSeconds(1));
        budget.look(clock.nanoTime());
        assertThat(reads).as("a slot").isLessThanOrEqualTo(4L * SERVICES);
        assertThat(budget.balance()).isEqualTo(SERVICES * 100L);
    }

    @Test
    void thirtyThousandServicesAreForgotten() {
        Feeds feeds = new Feeds();
        for (int i = 0; i < SERVICES; i++) {
            addAndDrop(feeds, 1);
        }

        collect(feeds, 0);

        assertThat(feeds.successes()).isEqualTo(SERVICES);
    }

    private List<Counted> add(Feeds feeds, int count) {
        List<Counted> services = Stream.generate(Counted::new).limit(count).toList();
        services.forEach(service -> feeds.add(service, this));
        return services;
    }

    @Test
    void oneReadingTakesOverOneStepOfTheOthers() {
        Feeds feeds = new Feeds();
        add(feeds, Feeds.EXACT + Feeds.STEP + 1).forEach(service -> service.succeed(1));

        assertThat(feeds.firstTries()).isEqualTo(Feeds.EXACT + Feeds.STEP);
        assertThat(feeds.successes()).isEqualTo(Feeds.EXACT + Feeds.STEP + 1);
        assertThat(feeds.calls()).isEqualTo(Feeds.EXACT + Feeds.STEP + 1);
    }

    /** Whoever holds the lock keeps the others from taking over: so nothing may keep it. */
    @Test
    void noCallKeepsTheLock() throws Exception {
        for (Consumer<Feeds> call : List.<Consumer<Feeds>>of(
                feeds -> feeds.add(new Counted(), this), Feeds::takeOver, Feeds::calls, Feeds::size)) {
            Feeds feeds = new Feeds();
            List<Counted> services = add(feeds, Feeds.EXACT + 1);
            call.accept(feeds);
            services.forEach(service -> service.succeed(1));

            AtomicLong seen = new AtomicLong();
            Thread other = new Thread(() -> seen.set(feeds.successes()));
            other.start();
            other.join();

            assertThat(seen).hasValue(Feeds.EXACT + 1);
        }
    }

    @Test
    void theOthersAreReadOnAfterOneOfThemHasGone() {
        Feeds feeds = new Feeds();
        List<Counted> exact = add(feeds, Feeds.EXACT);
        addAndDrop(feeds, 5);
        List<Counted> others = add(feeds, 1);

        collect(feeds, Feeds.EXACT + 1);
        others.get(0).succeed(2);
        exact.get(0).succeed(1);

        assertThat(feeds.successes()).isEqualTo(8);
    }
}
