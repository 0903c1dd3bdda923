package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Failure;
import io.forbear.retry.lab.simulate.Fault;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import io.forbear.retry.lab.simulate.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class CourseTest {

    private static final FleetShape FLEET = new FleetShape(4, 25, Scenario.UTILISATION);

    private static io.forbear.retry.lab.simulate.Scenario preset(String name) {
        return Presets.named(name).scenario(FLEET);
    }

    private static List<Long> due(Course course) {
        List<Long> due = new ArrayList<>();
        Calls calls = course.calls();
        while (calls.next()) {
            due.add(calls.dueNanos());
        }
        return due;
    }

    @Test
    void theStormsOwnCallsHaveASlotEach() {
        Course course = Course.of(Scenario.of(Scenario.DEFAULT_DURATION, Scenario.DEFAULT_LOAD, 1));
        long slot = TimeUnit.MILLISECONDS.toNanos(10);

        List<Long> due = due(course);

        assertThat(due).hasSize(1700);
        for (int i = 0; i < due.size(); i++) {
            assertThat(due.get(i)).isBetween(i * slot, (i + 1) * slot);
        }
    }

    @Test
    void aFileHasTheCallsThatTheSimulatorMakesWithTheSameSeed() {
        io.forbear.retry.lab.simulate.Scenario surge = preset("surge");
        List<Long> simulated = new ArrayList<>();
        Simulation.run(
                surge,
                world -> () -> {
                    simulated.add(world.clock().nanoTime());
                    return new Once();
                },
                3);

        assertThat(due(Course.of(surge, 3))).isEqualTo(simulated);
        assertThat(due(Course.of(surge, 3))).isNotEqualTo(due(Course.of(surge, 4)));
        assertThat(due(Course.of(surge, 3).run(2))).isEqualTo(due(Course.of(surge, 4)));
    }

    /** One attempt. */
    private static final class Once implements Control.Call {

        @Override
        public void succeeded() {}

        @Override
        public long failed(Failure failure) {
            return Control.STOP;
        }

        @Override
        public boolean resume() {
            return false;
        }
    }

    @Test
    void demandIsMoreCallsWhileItLasts() {
        io.forbear.retry.lab.simulate.Scenario surge = preset("surge");
        Fault demand = surge.faults().get(0);
        LongPredicate during = nanos -> nanos >= demand.fromNanos() && nanos < demand.toNanos();
        LongPredicate before = nanos -> nanos < demand.toNanos() - demand.fromNanos();

        List<Long> due = due(Course.of(surge, 1));

        double usual = due.stream().mapToLong(Long::longValue).filter(before).count();
        double more = due.stream().mapToLong(Long::longValue).filter(during).count();
        assertThat(more / usual).isBetween(1.5, 2.1);
    }

    @Test
    void aRunBeginsWhereTheClientsStart() {
        Course course = Course.of(preset("cold-slow"), 1); // starts at 20 s, judged from 20 to 26 s

        assertThat(course.scenario().durationMillis()).isEqualTo(55_000);
        assertThat(course.phaseAt(0)).isEqualTo(Phase.JUDGED);
        assertThat(course.phaseAt(6_000)).isEqualTo(Phase.AFTER);
        assertThat(Course.of(preset("dip"), 1).phaseAt(0)).isEqualTo(Phase.BEFORE);
        assertThat(due(course).get(due(course).size() - 1)).isLessThan(TimeUnit.SECONDS.toNanos(55));
    }

    @Test
    void thePresetStormIsTheStormsOwnOutage() {
        Scenario own = Scenario.of(Scenario.DEFAULT_DURATION, Scenario.DEFAULT_LOAD, 1);

        Scenario preset = Course.of(preset("storm"), 1).scenario();

        assertThat(preset)
                .usingRecursiveComparison()
                .ignoringFields("name", "title", "transientRate", "slowAtMillis", "serviceMillis")
                .isEqualTo(own);
        assertThat(preset("storm").faults())
                .containsExactly(
                        fault(Fault.Kind.ERRORS, 0, own.errorsAtMillis(), own.transientRate()),
                        fault(Fault.Kind.ERRORS, own.errorsAtMillis(), own.slowAtMillis(), 1),
                        fault(Fault.Kind.SLOW, own.slowAtMillis(), own.wellAtMillis(), own.slowFactor()));
    }

    private static Fault fault(Fault.Kind kind, long fromMillis, long toMillis, double value) {
        return new Fault(
                kind, TimeUnit.MILLISECONDS.toNanos(fromMillis), TimeUnit.MILLISECONDS.toNanos(toMillis), value, 1, 1);
    }

    @Test
    void theFiguresOfAFileAreThoseOfTheSimulator() {
        Course course = Course.of(preset("dip"), 1); // judged from 20 to 25 s
        Meter meter = StormRun.meter(course, 0);
        for (int second = 0; second < 65; second++) {
            long due = TimeUnit.SECONDS.toNanos(second);
            boolean bad = second >= 20 && second < 27;
            meter.called(due, due + TimeUnit.MILLISECONDS.toNanos(second == 0 ? 51 : 50));
            meter.attempted(due);
            if (bad) {
                meter.attempted(due);
            }
            meter.ended(due, due, !bad);
        }

        assertThat(course.judged(meter)).isEqualTo(new PolicyResult.Judged(0, 0, 2, 1.1, 94.59, 1.054, 1.54));
        assertThat(Course.of(Scenario.of(Scenario.DEFAULT_DURATION, 100, 1)).judged(meter))
                .isNull();
    }
}
