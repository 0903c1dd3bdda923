package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.benchmarks.report.Finding.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardTest {

    private static final String SUCCESS = "SuccessPathBenchmark";

    /** Results in which every target holds. */
    private static Written good() {
        Written written = new Written("17.0.17")
                .path(SUCCESS, "direct", 0.5, 0)
                .path(SUCCESS, "longAdderIncrement", 2.5, 0)
                .path(SUCCESS, "nanoTime", 25, 0)
                .path(SUCCESS, "concurrentHashMapGet", 48, 0)
                .path(SUCCESS, "forbearFull", 3, 0)
                .path(SUCCESS, "forbearFullDeadline", 26, 0)
                .path(SUCCESS, "forbearFullClient", 50, 0)
                .path(SUCCESS, "forbearFullMetrics", 3, 0)
                .path(SUCCESS, "resilience4jRetryAndBreaker", 70, 0)
                .path("RetryPathBenchmark", "forbearFull", 50, 96)
                .path("ExhaustedPathBenchmark", "forbearFull", 100, 96);
        for (String peer : Targets.PEERS) {
            written.path("RetryPathBenchmark", peer, 200, 500).path("ExhaustedPathBenchmark", peer, 300, 500);
        }
        for (int threads : new int[] {1, 2}) {
            for (String kind : List.of(
                    "volatileRead",
                    "forbearQuota",
                    "forbearGrpcThrottle",
                    "forbearRatioAtKnownTime",
                    "forbearTokenBucketAtKnownTime")) {
                written.with("BudgetBenchmark.refusal", threads, 1, 0.1, 0, "kind", kind);
            }
            for (String breaker :
                    List.of("resilience4jCountWindow", "resilience4jTimeWindow", "resilience4jTimeWindowLockFree")) {
                written.with("BreakerBenchmark.permissionAndSuccess", threads, 50, 5, 0, "breaker", breaker);
            }
            written.with("BreakerBenchmark.permissionAndSuccess", threads, 3, 0.1, 0, "breaker", "forbearInEngine");
        }
        for (String kind : List.of("volatileRead", "forbearQuota", "forbearGrpcThrottle")) {
            written.with("BudgetBenchmark.depositWhenFull", 1, 1, 0.1, 0, "kind", kind);
        }
        for (String kind : List.of("compareAndSetAndNanoTime", "forbearTokenBucket", "forbearRatio")) {
            written.with("BudgetBenchmark.withdraw", 1, 30, 1, 0, "kind", kind);
        }
        for (String attempt : List.of("1", "10", "1000")) {
            written.with("BackoffBenchmark.forbearFullJitter", 1, 5, 0.5, 0, "attempt", attempt);
        }
        return written.with("BackoffBenchmark.threadLocalRandom", 1, 3, 0.1, 0)
                .with("AsyncBenchmark.pendingForbear", 1, 300, 30, 400)
                .with("AsyncBenchmark.pendingTimers", 1, 350, 30, 320);
    }

    private static Written but(String benchmark, String subject, double nanos, double bytes) {
        return new Written("17.0.17").with(benchmark, 1, nanos, nanos / 10, bytes, "contender", subject);
    }

    @Test
    void passesWhereEveryTargetHolds() {
        Guard guard = new Guard(good().results());

        assertThat(guard.table().replaceAll(" +", " ")).endsWith("0 within error, 0 broken, 0 not measured.\n");
        assertThat(guard.fails()).isFalse();
    }

    @Test
    void failsWhereOneIsBrokenByMoreThanItsError() {
        Results results = good().path(SUCCESS, "direct", 0.5, 0).results();
        Results slow = replaced(SUCCESS + ".call", "forbearFull", 20);

        assertThat(new Guard(results).fails()).isFalse();
        assertThat(new Guard(slow).fails()).isTrue();
        assertThat(new Guard(slow).table().replaceAll(" +", " "))
                .contains("| success path | ≤ 1.5 × LongAdder.increment + direct | 20.0 ± 2.00 ns | 4.25 ± 0.38 ns |")
                .contains("| BROKEN |");
    }

    @Test
    void doesNotFailWithinTheError() {
        Guard guard = new Guard(replaced(SUCCESS + ".call", "forbearFull", 4.4));

        assertThat(guard.table().replaceAll(" +", " ")).contains("within error");
        assertThat(guard.fails()).isFalse();
    }

    @Test
    void failsWhereAFigureIsMissing() {
        Guard guard = new Guard(but(SUCCESS + ".call", "direct", 0.5, 0).results());

        assertThat(guard.fails()).isTrue();
        assertThat(guard.table().replaceAll(" +", " "))
                .contains("| retry path | faster than every peer | – | – | – | not measured |")
                .endsWith("0 hold, 0 within error, 0 broken, "
                        + Targets.findings(good().results()).size() + " not measured.\n");
    }

    @Test
    void failsWhereASuccessAllocates() {
        assertThat(new Guard(replacedBytes(SUCCESS + ".call", "forbearFull", 16)).fails())
                .isTrue();
    }

    @Test
    void failsWhereOnePeerIsFaster() {
        assertThat(new Guard(replaced("RetryPathBenchmark.call", "gax", 30)).fails())
                .isTrue();
        assertThat(new Guard(replaced("ExhaustedPathBenchmark.call", "springRetry", 50)).fails())
                .isTrue();
    }

    @Test
    void failsWhereBackoffGrowsWithTheAttempt() {
        assertThat(new Guard(replaced("BackoffBenchmark.forbearFullJitter", "1000", 9)).fails())
                .isTrue();
    }

    @Test
    void anErrorThatIsNotKnownDecidesNothing() {
        Finding finding = Finding.atMost("", "", new Figure(3, Double.NaN), new Figure(2, 0.1), "ns");

        assertThat(finding.verdict()).isEqualTo(Verdict.UNCLEAR);
    }

    @Test
    void aFigureThatMustBeLargeIsTurnedRound() {
        assertThat(Finding.atLeast("", "", new Figure(9, 0.1), Figure.exactly(8), "×")
                        .verdict())
                .isEqualTo(Verdict.HOLDS);
        assertThat(Finding.atLeast("", "", new Figure(7, 0.1), Figure.exactly(8), "×")
                        .verdict())
                .isEqualTo(Verdict.BROKEN);
        assertThat(Finding.atLeast("", "", new Figure(7.9, 0.2), Figure.exactly(8), "×")
                        .verdict())
                .isEqualTo(Verdict.UNCLEAR);
    }

    private static Results replaced(String benchmark, String subject, double nanos) {
        return good().replacing(benchmark, subject, nanos, 0).results();
    }

    private static Results replacedBytes(String benchmark, String subject, double bytes) {
        return good().replacing(benchmark, subject, 3, bytes).results();
    }
}
