package io.forbear.retry.lab.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeersTest {

    private static Map<String, String> settings(String name) {
        return Peers.named(List.of(name)).get(0).settings();
    }

    @Test
    void allAreNamedInTheirOrder() {
        assertThat(Peers.all())
                .extracting(Peer::name)
                .containsExactly("resilience4j", "failsafe", "spring", "aws", "gax");
        assertThat(Peers.named(List.of("all")))
                .extracting(Peer::name)
                .containsExactly("resilience4j", "failsafe", "spring", "aws", "gax");
    }

    @Test
    void someAreFoundOnceInTheOrderAskedFor() {
        assertThat(Peers.named(List.of("gax", "aws", "gax")))
                .extracting(Peer::name)
                .containsExactly("gax", "aws");
        assertThat(Peers.named(List.of())).isEmpty();
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peers.named(List.of("aws", "gaxx")))
                .withMessage("peers: gaxx (expected: one of resilience4j, failsafe, spring, aws, gax, or all)");
    }

    /** An update of a library that changes one of these changes what the lab says about it. */
    @Test
    void settingsAreThoseOfTheLibraries() {
        assertThat(settings("resilience4j").toString())
                .isEqualTo("{attempts=3, wait=500 ms, breaker opens=at 50 % failures, window=100 attempts, "
                        + "at least=100 attempts, open for=60 s, probes=10}");
        assertThat(settings("failsafe").toString()).isEqualTo("{attempts=3, wait=none}");
        assertThat(settings("spring").toString()).isEqualTo("{attempts=4, wait=1 s}");
        assertThat(settings("aws").toString())
                .isEqualTo("{attempts=3, wait=up to 100 ms, doubled each time, "
                        + "wait if throttled=up to 1 s, doubled each time, longest wait=20 s, "
                        + "budget=500 tokens, 5 for a retry}");
        assertThat(settings("gax").toString())
                .isEqualTo("{attempts=no limit, time for a call=60 s, wait=up to 100 ms, each time times 1.3, "
                        + "longest wait=60 s}");
    }

    @Test
    void whatTheStrategyOfAwsDoesNotShowIsWhatItPrints() {
        assertThat(AwsPeer.standard().build().toString())
                .contains("backoffStrategy=" + jitter(AwsPeer.BASE_DELAY))
                .contains("throttlingBackoffStrategy=" + jitter(AwsPeer.THROTTLED_BASE_DELAY))
                .contains("exceptionCost=" + AwsPeer.COST);
    }

    private static String jitter(Duration baseDelay) {
        return "ExponentialDelayWithJitter(baseDelay=" + baseDelay + ", maxDelay=" + AwsPeer.MAX_DELAY + ")";
    }
}
