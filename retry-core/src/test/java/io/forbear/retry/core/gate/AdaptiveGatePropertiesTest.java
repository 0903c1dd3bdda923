package io.forbear.retry.core.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.forbear.retry.AttemptGate.Place;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** The gate over any schedule, alone and against a {@link NaiveGate}. */
class AdaptiveGatePropertiesTest {

    record Step(int kind, long millis, int which) {}

    private static final int ENTER = 0;
    private static final int SUCCESS = 1;
    private static final int THROTTLE = 2;
    private static final int OTHER = 3;
    private static final int LEAVE = 4;

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> kinds = Arbitraries.frequency(
                net.jqwik.api.Tuple.of(8, ENTER),
                net.jqwik.api.Tuple.of(8, SUCCESS),
                net.jqwik.api.Tuple.of(1, THROTTLE),
                net.jqwik.api.Tuple.of(1, OTHER),
                net.jqwik.api.Tuple.of(1, LEAVE));
        Arbitrary<Long> millis = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.just(0L)),
                net.jqwik.api.Tuple.of(6, Arbitraries.longs().between(1, 400)),
                net.jqwik.api.Tuple.of(1, Arbitraries.longs().between(1000, 10_000)));
        return Combinators.combine(kinds, millis, Arbitraries.integers().between(0, 50))
                .as(Step::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(300);
    }

    /** Over every stretch of time: attempts that passed <= what the rate let in + what a bucket holds. */
    @Tag("bounds")
    @Property(tries = 200)
    void grantsNoMoreThanTheRateIntegratedAndOneBucket(@ForAll("steps") List<Step> steps) {
        Clock clock = new Clock();
        AdaptiveGate gate = (AdaptiveGate) AttemptGates.adaptive().create(clock);
        gate.failed(ErrorCategory.RATE_LIMIT);
        List<Place> waiting = new ArrayList<>();
        double[] filled = new double[steps.size() + 1];
        double[] held = new double[steps.size() + 1];
        int[] granted = new int[steps.size() + 1];
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            filled[i + 1] = filled[i] + gate.ratePerSecond() * step.millis() / 1e3;
            held[i] = Math.max(1, gate.ratePerSecond());
            clock.passNanos(step.millis() * 1_000_000);
            granted[i + 1] = granted[i] + act(gate, step, waiting);
            if (!gate.isEngaged()) {
                return; // it has let go, and everything passes
            }
            held[i + 1] = Math.max(1, gate.ratePerSecond());
            assertThat(gate.level()).isBetween(0.0, held[i + 1]);
            for (int from = 0; from <= i; from++) {
                assertThat((double) granted[i + 1] - granted[from])
                        .as("steps " + from + " to " + i)
                        .isLessThanOrEqualTo(filled[i + 1] - filled[from] + held[from] + 1e-6);
            }
        }
    }

    /** Returns how many places have been granted by the end of the step. */
    private static int act(AdaptiveGate gate, Step step, List<Place> waiting) {
        if (step.kind() == LEAVE) {
            if (!waiting.isEmpty()) {
                Place leaving = waiting.get(step.which() % waiting.size());
                if (leaving.waitNanos() > 0) {
                    leaving.leave();
                    waiting.remove(leaving);
                }
            }
        } else {
            tell(gate, step, waiting);
        }
        int before = waiting.size();
        waiting.removeIf(place -> place.waitNanos() == 0);
        return before - waiting.size();
    }

    private static void tell(AdaptiveGate gate, Step step, List<Place> waiting) {
        switch (step.kind()) {
            case ENTER -> {
                Place place = gate.enter();
                if (place != null) {
                    waiting.add(place);
                }
            }
            case SUCCESS -> gate.succeeded(1);
            case THROTTLE -> gate.failed(ErrorCategory.RATE_LIMIT);
            default -> gate.failed(ErrorCategory.SERVER_ERROR);
        }
    }

    @Property(tries = 500)
    void agreesWithTheNaiveGate(@ForAll("steps") List<Step> steps) {
        Clock clock = new Clock();
        AdaptiveGate gate = (AdaptiveGate) AttemptGates.adaptive().create(clock);
        NaiveGate naive = new NaiveGate();
        List<Place> places = new ArrayList<>();
        List<Integer> naively = new ArrayList<>();
        for (Step step : steps) {
            clock.passNanos(step.millis() * 1_000_000);
            naive.pass(step.millis());
            switch (step.kind()) {
                case ENTER -> {
                    Place place = gate.enter();
                    int number = naive.enter();
                    assertThat(place == null).isEqualTo(number < 0);
                    if (place != null) {
                        places.add(place);
                        naively.add(number);
                    }
                }
                case SUCCESS -> {
                    gate.succeeded(1);
                    naive.succeeded();
                }
                case LEAVE -> {
                    if (!places.isEmpty()) {
                        int which = step.which() % places.size();
                        places.remove(which).leave();
                        naive.leave(naively.remove(which));
                    }
                }
                default -> {
                    gate.failed(step.kind() == THROTTLE ? ErrorCategory.RATE_LIMIT : ErrorCategory.TIMEOUT);
                    naive.failed(step.kind() == THROTTLE);
                }
            }
            for (int i = 0; i < places.size(); i++) {
                assertThat(places.get(i).waitNanos() == 0).isEqualTo(naive.isGranted(naively.get(i)));
            }
            assertThat(gate.isEngaged()).isEqualTo(naive.engaged);
            assertThat(gate.ratePerSecond()).isCloseTo(naive.rate, offset(1e-9));
            assertThat(gate.measuredPerSecond()).isCloseTo(naive.measured, offset(1e-9));
        }
    }
}
