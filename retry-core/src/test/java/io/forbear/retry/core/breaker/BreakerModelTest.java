package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** The breaker and its model do the same after any sequence of commands. */
class BreakerModelTest {

    private enum Kind {
        WAIT,
        WAIT_LONG,
        ACQUIRE,
        ACQUIRE_FED,
        SUCCEED,
        FAIL,
        FAIL_UNCOUNTED,
        IGNORE,
        ADMITTED_SUCCESS,
        ADMITTED_FAILURE,
        FORCE,
        RESET
    }

    /** A command; the number says which permit, how long, which state. */
    record Command(Kind kind, int number) {}

    @Provide
    Arbitrary<List<Command>> commands() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                Tuple.of(30, Arbitraries.of(Kind.ACQUIRE, Kind.FAIL, Kind.SUCCEED, Kind.WAIT)),
                Tuple.of(12, Arbitraries.of(Kind.ACQUIRE_FED, Kind.ADMITTED_FAILURE, Kind.ADMITTED_SUCCESS)),
                Tuple.of(4, Arbitraries.of(Kind.IGNORE, Kind.FAIL_UNCOUNTED, Kind.WAIT_LONG)),
                Tuple.of(1, Arbitraries.of(Kind.FORCE, Kind.RESET)));
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 100))
                .as(Command::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(250);
    }

    @Property
    void agreesWithSuccessesFromAFeedAndACountWindow(@ForAll("commands") List<Command> commands, @ForAll long origin) {
        CircuitBreakerSpec spec = common().window(ModelBreaker.WINDOW);
        new Run(spec, false, origin).all(commands);
    }

    @Property
    void agreesWithSlowCallsAndATimeWindow(@ForAll("commands") List<Command> commands, @ForAll long origin) {
        CircuitBreakerSpec spec = common().window(Duration.ofMillis(ModelBreaker.WINDOW))
                .slowCallRate(0.75, Duration.ofNanos(Run.SLOW_NANOS - 1));
        new Run(spec, true, origin).all(commands);
    }

    private static CircuitBreakerSpec common() {
        return CircuitBreakers.failureRate(0.5)
                .minimumCalls(ModelBreaker.MINIMUM_CALLS)
                .openFor(Duration.ofMillis(ModelBreaker.OPEN_FOR))
                .probes(ModelBreaker.PROBES, ModelBreaker.REQUIRED)
                .probeTimeout(Duration.ofMillis(ModelBreaker.PROBE_TIMEOUT));
    }

    private static final class Run {

        static final long SLOW_NANOS = ModelBreaker.PROBE_TIMEOUT * 1_000_000L; // a probe that takes longer is lost

        private final boolean slowCounts;
        private final ManualClock clock;
        private final Breaker breaker;
        private final ModelBreaker model;
        private final CountedFeed feed = new CountedFeed();
        private final Transitions transitions = new Transitions();
        private final List<Pair> pairs = new ArrayList<>();
        private long millis;

        /** The same leave from both. */
        private record Pair(Permit permit, ModelBreaker.Leave leave, boolean fed) {}

        Run(CircuitBreakerSpec spec, boolean slowCounts, long origin) {
            this.slowCounts = slowCounts;
            this.clock = new ManualClock(origin);
            this.breaker = spec.create("users", clock, State.CLOSED);
            this.model = new ModelBreaker(slowCounts);
            breaker.feed(feed, this);
            breaker.onTransition(transitions);
        }

        void all(List<Command> commands) {
            for (Command command : commands) {
                execute(command.kind, command.number);
                assertThat(breaker.state()).as("state").isEqualTo(model.state);
                assertThat(transitions.told()).as("transitions").isEqualTo(model.transitions);
                if (model.state == State.CLOSED || model.state == State.METRICS_ONLY) {
                    BreakerCounts counts = breaker.counts();
                    assertThat(List.of(counts.calls(), counts.failures())).isEqualTo(model.counts(millis));
                }
            }
        }

        private void execute(Kind kind, int number) {
            switch (kind) {
                case WAIT -> advance(number / 20);
                case WAIT_LONG -> advance(number);
                case ACQUIRE -> acquire(false);
                case ACQUIRE_FED -> acquire(true);
                case SUCCEED -> settle(number, null, true);
                case FAIL -> settle(number, ErrorCategory.TIMEOUT, true);
                case FAIL_UNCOUNTED -> settle(number, ErrorCategory.CLIENT_ERROR, false);
                case IGNORE -> settle(number, null, false);
                case ADMITTED_SUCCESS -> admitted(false);
                case ADMITTED_FAILURE -> admitted(true);
                case FORCE -> {
                    State to = List.of(State.OPEN, State.FORCED_OPEN, State.METRICS_ONLY, State.DISABLED)
                            .get(number % 4);
                    breaker.force(to);
                    model.force(to, millis);
                }
                case RESET -> {
                    breaker.reset();
                    model.go(State.CLOSED, millis);
                }
            }
        }

        private void advance(int by) {
            millis += by;
            clock.advanceMillis(by);
        }

        private void acquire(boolean fed) {
            Permit permit = fed ? breaker.tryAcquireFed() : breaker.tryAcquire();
            ModelBreaker.Leave leave = model.acquire(millis);
            assertThat(permit != null).as("granted").isEqualTo(leave != null);
            if (permit != null && leave != null) {
                assertThat(permit.isProbe()).as("probe").isEqualTo(leave.probe);
                pairs.add(new Pair(permit, leave, fed));
            }
        }

        /** Settles one of the permits there ever were, so some of them late and some twice. */
        private void settle(int number, @Nullable ErrorCategory category, boolean counts) {
            if (pairs.isEmpty()) {
                return;
            }
            int newest = pairs.size() - 1;
            Pair pair = pairs.get(Math.max(0, newest - number % 5));
            boolean slow = slowCounts && number % 3 == 0;
            long nanos = slow ? SLOW_NANOS : SLOW_NANOS - 1;
            boolean first = !pair.leave.settled;
            boolean inTimeProbe = pair.leave.probe && model.isCurrent(pair.leave);
            boolean countedByFeed = pair.fed && category == null && counts && !slowCounts;
            model.settle(
                    pair.leave, counts && !countedByFeed || counts && pair.leave.probe, category != null, slow, millis);
            if (countedByFeed && first) {
                feed.succeeded();
                // a feed does not know which state the attempt was from
                if (!inTimeProbe) {
                    model.count(false, false, millis);
                }
            }
            if (category != null) {
                pair.permit.failure(nanos, category);
            } else if (counts) {
                pair.permit.success(nanos);
            } else {
                pair.permit.ignore();
            }
        }

        /** An attempt without a permit, begun and ended at once. */
        private void admitted(boolean failed) {
            Object token = breaker.admission();
            boolean none = slowCounts && model.state != State.DISABLED
                    || model.state == State.HALF_OPEN
                    || model.state.refuses();
            assertThat(token == null).isEqualTo(none);
            if (token == null) {
                return;
            }
            model.count(failed, false, millis);
            if (failed) {
                breaker.failed(token, ErrorCategory.SERVER_ERROR, clock.nanoTime());
            } else {
                feed.succeeded();
            }
        }
    }
}
