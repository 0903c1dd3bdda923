package io.forbear.retry.core.execution;

import static io.forbear.retry.StopReason.ATTEMPTS_EXHAUSTED;
import static io.forbear.retry.StopReason.BUDGET_EXHAUSTED;
import static io.forbear.retry.StopReason.CIRCUIT_OPEN;
import static io.forbear.retry.StopReason.DEADLINE_EXCEEDED;
import static io.forbear.retry.StopReason.DISABLED;
import static io.forbear.retry.StopReason.FATAL;
import static io.forbear.retry.StopReason.INTERRUPTED;
import static io.forbear.retry.StopReason.NESTED;
import static io.forbear.retry.StopReason.NOT_IDEMPOTENT;
import static io.forbear.retry.StopReason.NOT_RETRYABLE;
import static io.forbear.retry.StopReason.OVERLOADED;
import static io.forbear.retry.StopReason.PUSHED_BACK;
import static io.forbear.retry.StopReason.RATE_LIMITED;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.execution.Flow.Outcome;
import io.forbear.retry.core.execution.Flow.Shell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of the reasons that hold, the first in the order of the decision is given, and what comes after it is neither asked nor spent. */
class DecisionOrderTest {

    /** After a failure that is classified. */
    private static final List<StopReason> AFTER_A_FAILURE = List.of(
            NOT_RETRYABLE,
            NOT_IDEMPOTENT,
            ATTEMPTS_EXHAUSTED,
            NESTED,
            PUSHED_BACK,
            DEADLINE_EXCEEDED,
            CIRCUIT_OPEN,
            OVERLOADED,
            BUDGET_EXHAUSTED);

    /** When the wait is over. */
    private static final List<StopReason> ON_WAKING = List.of(RATE_LIMITED, DEADLINE_EXCEEDED, CIRCUIT_OPEN);

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    private static void givesTheFirst(Shell shell, Set<StopReason> holds) throws InterruptedException {
        StopReason first =
                AFTER_A_FAILURE.stream().filter(holds::contains).findFirst().orElseThrow();

        Situation after = new Situation(shell, holds).fails();

        after.hasEndedWithoutCost(first);
        assertThat(after.budget.asked).isEqualTo(first == BUDGET_EXHAUSTED ? 1 : 0);
        assertThat(after.flow.retry.snapshot().delayNanos()).isZero();
        assertThat(after.flow.retry.snapshot().nested()).isZero();
        assertThat(after.gate.entered).isEqualTo(1);
    }

    @TestFactory
    Stream<DynamicTest> theEarlierOfTwoReasonsIsGiven() {
        List<DynamicTest> pairs = new ArrayList<>();
        for (StopReason earlier : AFTER_A_FAILURE) {
            for (StopReason later : AFTER_A_FAILURE.subList(AFTER_A_FAILURE.indexOf(earlier), AFTER_A_FAILURE.size())) {
                for (Shell shell : Shell.values()) {
                    String name = (earlier == later ? "" : earlier + " before ") + later + " [" + shell + "]";
                    pairs.add(DynamicTest.dynamicTest(name, () -> givesTheFirst(shell, EnumSet.of(earlier, later))));
                }
            }
        }
        return pairs.stream();
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void theFirstOfAnySetOfReasonsIsGiven(Shell shell) throws InterruptedException {
        for (int set = 1; set < 1 << AFTER_A_FAILURE.size(); set++) {
            givesTheFirst(shell, subset(AFTER_A_FAILURE, set));
        }
    }

    private static Set<StopReason> subset(List<StopReason> of, int bits) {
        Set<StopReason> subset = EnumSet.noneOf(StopReason.class);
        for (int i = 0; i < of.size(); i++) {
            if ((bits >> i & 1) == 1) {
                subset.add(of.get(i));
            }
        }
        return subset;
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void whereNoReasonHoldsTheRetryIsMadeAndPaidForTwice(Shell shell) throws InterruptedException {
        Situation after = new Situation(shell, Set.of());

        after.flow.call(List.of(Outcome.failure(after.failure)).iterator());

        assertThat(after.flow.numbers).containsExactly(1, 2);
        assertThat(after.breaker.settled).containsExactly("failure SERVER_ERROR", "success");
        assertThat(after.budget.taken).isEqualTo(1_000);
        assertThat(after.flow
                        .retry
                        .forClient("tenant")
                        .clientSnapshot()
                        .orElseThrow()
                        .budgetRemaining())
                .isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void aProbeThatFailedIsNotRetriedThoughTheBreakerLetItThrough(Shell shell) throws InterruptedException {
        Set<StopReason> later = EnumSet.of(OVERLOADED, BUDGET_EXHAUSTED);
        Set<StopReason> earlier = EnumSet.of(DEADLINE_EXCEEDED, OVERLOADED, BUDGET_EXHAUSTED);
        for (Set<StopReason> holds : List.of(Set.<StopReason>of(), later, earlier)) {
            Situation after = new Situation(shell, holds);
            after.breaker.probing = true;

            after.fails();

            after.hasEndedWithoutCost(holds.contains(DEADLINE_EXCEEDED) ? DEADLINE_EXCEEDED : CIRCUIT_OPEN);
            assertThat(after.budget.asked).isZero();
        }
    }

    /** A retry was paid for; whatever comes first on waking, it is given back. */
    @ParameterizedTest
    @EnumSource(Shell.class)
    void theFirstReasonOnWakingIsGivenAndTheRetryRefunded(Shell shell) throws InterruptedException {
        for (int set = 1; set < 1 << ON_WAKING.size(); set++) {
            Set<StopReason> holds = subset(ON_WAKING, set);
            Situation after = new Situation(shell, Set.of());
            after.flow.atWaking = () -> {
                after.gate.refuses = holds.contains(RATE_LIMITED);
                after.breaker.open = holds.contains(CIRCUIT_OPEN);
                after.flow.clock.advance(holds.contains(DEADLINE_EXCEEDED) ? ofMillis(960) : Duration.ZERO);
            };

            after.fails();

            // an asynchronous call has a timer of its own for the deadline, which has rung before the call wakes
            boolean atDeadline = shell == Shell.ASYNC && holds.contains(DEADLINE_EXCEEDED);
            after.hasEndedWithoutCost(
                    atDeadline
                            ? DEADLINE_EXCEEDED
                            : ON_WAKING.stream()
                                    .filter(holds::contains)
                                    .findFirst()
                                    .orElseThrow());
            assertThat(after.budget.asked).isEqualTo(1);
            assertThat(after.budget.refunded).isEqualTo(1_000);
        }
    }

    // ---- before all of these

    @TestFactory
    Stream<DynamicTest> whatIsNeverRetriedIsNotEvenClassified() {
        Set<StopReason> all = EnumSet.copyOf(AFTER_A_FAILURE);
        return Stream.of(
                DynamicTest.dynamicTest("FATAL", () -> isNever(all, new StackOverflowError(), FATAL)),
                DynamicTest.dynamicTest("INTERRUPTED", () -> isNever(all, new InterruptedException(), INTERRUPTED)),
                DynamicTest.dynamicTest(
                        "INTERRUPTED in disguise",
                        () -> isNever(all, new IllegalStateException(new InterruptedException()), INTERRUPTED)));
    }

    private static void isNever(Set<StopReason> holds, Throwable failure, StopReason reason) {
        int[] asked = {0};
        Situation after = new Situation(Shell.DECISIONS, holds);
        RetryPolicy policy = RetryPolicy.builder()
                .classifier(any -> {
                    asked[0]++;
                    return null;
                })
                .build();
        Flow unclassified = new Flow(Shell.DECISIONS, policy, clock -> after.budget, builder -> builder.policy(policy)
                .circuitBreaker((name, clock) -> after.breaker));

        RetryCall call = unclassified.retry.with(Situation.options(holds)).begin();
        after.breaker.open = true;

        assertThat(call.failed(failure)).isEqualTo(new RetryDecision.GiveUp(reason));
        assertThat(asked[0]).isZero();
        assertThat(after.breaker.settled).containsExactly("ignore");
        assertThat(after.budget.asked).isZero();
    }

    @Test
    void whereRetryingIsOffNothingElseIsAsked() {
        Set<StopReason> all = EnumSet.copyOf(AFTER_A_FAILURE);
        all.add(DISABLED);
        Situation off = new Situation(Shell.DECISIONS, all);

        RetryCall call = off.flow.caller.begin();

        assertThat(call.failed(off.failure)).isEqualTo(new RetryDecision.GiveUp(DISABLED));
        assertThat(off.flow.retry.snapshot().calls()).isZero();
        assertThat(off.budget.asked).isZero();
        assertThat(off.breaker.settled).isEmpty();
        assertThat(off.gate.entered).isZero();
    }
}
