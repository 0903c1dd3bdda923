package io.forbear.retry.benchmarks.report;

import static io.forbear.retry.benchmarks.report.Finding.atLeast;
import static io.forbear.retry.benchmarks.report.Finding.atMost;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * What the project promises of its costs, as rules over the figures of one run. Each figure is held against others of
 * the same run, so that a rule means the same on any machine; but for the 60 ns of a retried call.
 */
final class Targets {

    private static final String SUCCESS = "SuccessPathBenchmark.call";
    private static final String RETRY = "RetryPathBenchmark.call";
    private static final String EXHAUSTED = "ExhaustedPathBenchmark.call";
    private static final String FULL = "forbearFull";

    /**
     * The peers as their users have them; those whose sleep was taken out by a hook for tests are shown, and not
     * counted.
     */
    static final List<String> PEERS = List.of(
            "resilience4jRetry",
            "resilience4jRetryAndBreaker",
            "failsafeRetry",
            "failsafeRetryAndBreaker",
            "awsStandardWithRoom",
            "springCoreRetry",
            "springRetry",
            "gax",
            "smallrye");

    private final Results results;
    private final List<Finding> findings = new ArrayList<>();

    private Targets(Results results) {
        this.results = results;
    }

    /** Holds the results against every target, in the order of the list in {@code docs/internals/performance.md}. */
    static List<Finding> findings(Results results) {
        Targets targets = new Targets(results);
        targets.successPath();
        targets.failurePaths();
        targets.budgets();
        targets.breaker();
        targets.backoff();
        targets.pending();
        return targets.findings;
    }

    private void successPath() {
        Supplier<Figure> full = () -> time(SUCCESS, 1, FULL);
        Supplier<Figure> direct = () -> time(SUCCESS, 1, "direct");
        Supplier<Figure> adder = () -> time(SUCCESS, 1, "longAdderIncrement");
        add(
                "success path",
                "≤ 1.5 × LongAdder.increment + direct",
                (question, target) -> atMost(
                        question, target, full.get(), adder.get().times(1.5).plus(direct.get()), "ns"));
        noBytes("success path, allocation", FULL);
        add(
                "success path",
                "≥ 8 × faster than Resilience4j's retry and breaker",
                (question, target) -> atLeast(
                        question,
                        target,
                        time(SUCCESS, 1, "resilience4jRetryAndBreaker").over(full.get()),
                        Figure.exactly(8),
                        "×"));
        add(
                "success path, 2 threads",
                "throughput ≥ 1.8 × one thread's, or as much as LongAdder.increment's",
                (question, target) -> atLeast(
                        question,
                        target,
                        scaling(SUCCESS, FULL),
                        least(1.8, scaling(SUCCESS, "longAdderIncrement")),
                        "×"));
        add(
                "with a deadline",
                "≤ without + one nanoTime",
                (question, target) -> atMost(
                        question,
                        target,
                        time(SUCCESS, 1, "forbearFullDeadline"),
                        full.get().plus(time(SUCCESS, 1, "nanoTime")).minus(direct.get()),
                        "ns"));
        add(
                "for one of 100,000 clients",
                "≤ ConcurrentHashMap.get + 1.5 × without",
                (question, target) -> atMost(
                        question,
                        target,
                        time(SUCCESS, 1, "forbearFullClient"),
                        time(SUCCESS, 1, "concurrentHashMapGet")
                                .minus(direct.get())
                                .plus(full.get().times(1.5)),
                        "ns"));
        noBytes("for one of 100,000 clients, allocation", "forbearFullClient");
        add(
                "with Micrometer bound",
                "≤ 1.1 × without",
                (question, target) -> atMost(
                        question,
                        target,
                        time(SUCCESS, 1, "forbearFullMetrics"),
                        full.get().times(1.1),
                        "ns"));
    }

    private void noBytes(String question, String contender) {
        add(
                question,
                "0 B",
                (asked, target) -> atMost(asked, target, bytes(SUCCESS, contender), Figure.exactly(0.5), "B"));
    }

    private void failurePaths() {
        add(
                "retry path",
                "faster than every peer",
                (question, target) -> atMost(question, target, time(RETRY, 1, FULL), fastestPeer(RETRY), "ns"));
        add(
                "retry path, budget and breaker",
                "≤ 60 ns",
                (question, target) -> atMost(question, target, time(RETRY, 1, FULL), Figure.exactly(60), "ns"));
        add(
                "retry path, allocation",
                "≤ one object, 144 B",
                (question, target) -> atMost(question, target, bytes(RETRY, FULL), Figure.exactly(144), "B"));
        add(
                "exhausted path",
                "faster than every peer",
                (question, target) -> atMost(question, target, time(EXHAUSTED, 1, FULL), fastestPeer(EXHAUSTED), "ns"));
    }

    private Figure fastestPeer(String benchmark) {
        return PEERS.stream()
                .map(peer -> time(benchmark, 1, peer))
                .min(Comparator.comparingDouble(Figure::value))
                .orElseThrow();
    }

    private void budgets() {
        Supplier<Figure> read = () -> time("BudgetBenchmark.refusal", 1, "volatileRead");
        for (String kind : List.of("Quota", "GrpcThrottle", "RatioAtKnownTime", "TokenBucketAtKnownTime")) {
            add(
                    "refusal, " + kind,
                    "≤ 2 × a volatile read",
                    (question, target) -> atMost(
                            question,
                            target,
                            time("BudgetBenchmark.refusal", 1, "forbear" + kind),
                            read.get().times(2),
                            "ns"));
            add(
                    "refusal, " + kind + ", 2 threads",
                    "scales as a volatile read does",
                    (question, target) -> atLeast(
                            question,
                            target,
                            scaling("BudgetBenchmark.refusal", "forbear" + kind),
                            least(1.8, scaling("BudgetBenchmark.refusal", "volatileRead")),
                            "×"));
        }
        Supplier<Figure> fullRead = () -> time("BudgetBenchmark.depositWhenFull", 1, "volatileRead");
        for (String kind : List.of("Quota", "GrpcThrottle")) {
            add(
                    "deposit into a full budget, " + kind,
                    "≤ 2 × a volatile read",
                    (question, target) -> atMost(
                            question,
                            target,
                            time("BudgetBenchmark.depositWhenFull", 1, "forbear" + kind),
                            fullRead.get().times(2),
                            "ns"));
        }
        for (String kind : List.of("TokenBucket", "Ratio")) {
            add(
                    "withdraw, refill included, " + kind,
                    "≤ 1.2 × (CAS loop + nanoTime)",
                    (question, target) -> atMost(
                            question,
                            target,
                            time("BudgetBenchmark.withdraw", 1, "forbear" + kind),
                            time("BudgetBenchmark.withdraw", 1, "compareAndSetAndNanoTime")
                                    .times(1.2),
                            "ns"));
        }
    }

    private void breaker() {
        String benchmark = "BreakerBenchmark.permissionAndSuccess";
        for (int threads : new int[] {1, 2}) {
            for (String peer : List.of("resilience4jCountWindow", "resilience4jTimeWindow")) {
                add(
                        "closed breaker beside " + peer + threads(threads),
                        "≥ 8 × faster",
                        (question, target) -> atLeast(
                                question,
                                target,
                                time(benchmark, threads, peer).over(time(benchmark, threads, "forbearInEngine")),
                                Figure.exactly(8),
                                "×"));
            }
        }
    }

    private void backoff() {
        String ours = "BackoffBenchmark.forbearFullJitter";
        for (String attempt : List.of("1", "10", "1000")) {
            add(
                    "backoff at attempt " + attempt,
                    "≤ 2 × nextLong(bound)",
                    (question, target) -> atMost(
                            question,
                            target,
                            time(ours, 1, attempt),
                            time("BackoffBenchmark.threadLocalRandom", 1).times(2),
                            "ns"));
        }
        add(
                "backoff at attempt 1000",
                "as at attempt 1, within a tenth",
                (question, target) -> atMost(
                        question,
                        target,
                        time(ours, 1, "1000"),
                        time(ours, 1, "1").times(1.1),
                        "ns"));
    }

    private void pending() {
        add(
                "a million pending retries, bytes each",
                "≤ a bare timer + 100 B",
                (question, target) -> atMost(
                        question,
                        target,
                        bytes("AsyncBenchmark.pendingForbear"),
                        bytes("AsyncBenchmark.pendingTimers").plus(Figure.exactly(100)),
                        "B"));
        add(
                "a million pending retries, time each",
                "≤ a bare timer",
                (question, target) -> atMost(
                        question,
                        target,
                        time("AsyncBenchmark.pendingForbear", 1),
                        time("AsyncBenchmark.pendingTimers", 1),
                        "ns"));
    }

    private static String threads(int threads) {
        return threads == 1 ? "" : ", " + threads + " threads";
    }

    // ---- figures

    @FunctionalInterface
    private interface Rule {
        Finding finding(String question, String target);
    }

    private void add(String question, String target, Rule rule) {
        Finding finding;
        try {
            finding = rule.finding(question, target);
        } catch (NoSuchElementException unmeasured) {
            finding = Finding.missing(question, target);
        }
        findings.add(finding);
    }

    private Row row(String benchmark, int threads, String... values) {
        return results.find(benchmark, threads, values).orElseThrow();
    }

    private Figure time(String benchmark, int threads, String... values) {
        return row(benchmark, threads, values).time();
    }

    private Figure bytes(String benchmark, String... values) {
        return row(benchmark, 1, values).bytes();
    }

    /** How much more two threads do than one. */
    private Figure scaling(String benchmark, String... values) {
        return time(benchmark, 1, values).times(2).over(time(benchmark, 2, values));
    }

    private static Figure least(double one, Figure other) {
        return other.value() < one ? other : Figure.exactly(one);
    }
}
