package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short storm over real sockets. */
class StormIT {

    private static final List<StormPolicy> TWO = Policies.standard().stream()
            .filter(policy -> List.of("naive", "default").contains(policy.name()))
            .toList();

    private static final class Log implements StormListener {
        final List<String> turns = new ArrayList<>();
        long millis;

        @Override
        public void began(StormPolicy policy, int number, int of) {
            turns.add(number + "/" + of + " " + policy.name());
        }

        @Override
        public void progressed(Now now) {
            millis = now.millis();
        }

        @Override
        public void ended(PolicyResult result) {}
    }

    @Test
    void naiveRetriesMultiplyTheLoadAndTheDefaultDoesNot() throws Exception {
        Log log = new Log();

        StormResult result = new Storm(Scenario.of(Duration.ofSeconds(5), 100, 7), TWO, log, () -> false).run("test");

        PolicyResult naive = result.policies().get(0);
        PolicyResult ours = result.policies().get(1);
        assertThat(log.turns).containsExactly("1/2 naive", "2/2 default");
        assertThat(result.partial()).isFalse();
        assertThat(naive.calls()).isEqualTo(500);
        assertThat(ours.calls()).isEqualTo(500);
        assertThat(naive.outageAmplification()).isGreaterThanOrEqualTo(3);
        assertThat(ours.amplification()).isLessThanOrEqualTo(1.15);
        assertThat(ours.succeeded()).isGreaterThan(naive.succeeded());
        assertThat(ours.series().seconds()).hasSize(20);
    }

    @Test
    void everyRequestThatArrivesIsOneThatAPolicyDecidedOn() throws Exception {
        StormPolicy none = Policies.standard().get(0);

        StormResult result = new Storm(
                        Scenario.of(Duration.ofSeconds(1), 100, 7), List.of(none), new Log(), () -> false)
                .run("test");

        PolicyResult measured = result.policies().get(0);
        double arrived =
                measured.series().load().stream().mapToDouble(load -> load / 4).sum();
        assertThat(measured.attempts()).isEqualTo(100);
        assertThat(arrived)
                .as("on a loaded machine the last ones come after the end")
                .isBetween(50.0, 100.0);
    }

    @Test
    void aStoppedStormKeepsWhatWasMeasured() throws Exception {
        Log log = new Log();

        StormResult result =
                new Storm(Scenario.of(Duration.ofSeconds(12), 100, 7), TWO, log, () -> log.millis >= 1000).run("test");

        assertThat(result.partial()).isTrue();
        assertThat(result.policies()).hasSize(1);
        assertThat(result.policies().get(0).partial()).isTrue();
        assertThat(result.policies().get(0).calls())
                .as("some of the 1,200 of a whole turn")
                .isBetween(1L, 1_199L);
        assertThat(result.policies().get(0).recoverySeconds()).isNull();
    }
}
