package io.forbear.retry.core.call;

import static io.forbear.retry.StopReason.ATTEMPTS_EXHAUSTED;
import static io.forbear.retry.StopReason.BUDGET_EXHAUSTED;
import static io.forbear.retry.StopReason.CIRCUIT_OPEN;
import static io.forbear.retry.StopReason.DEADLINE_EXCEEDED;
import static io.forbear.retry.StopReason.DISABLED;
import static io.forbear.retry.StopReason.FATAL;
import static io.forbear.retry.StopReason.INTERRUPTED;
import static io.forbear.retry.StopReason.NESTED;
import static io.forbear.retry.StopReason.NOT_IDEMPOTENT;
import static io.forbear.retry.StopReason.NOT_REPEATABLE;
import static io.forbear.retry.StopReason.NOT_RETRYABLE;
import static io.forbear.retry.StopReason.OVERLOADED;
import static io.forbear.retry.StopReason.PUSHED_BACK;
import static io.forbear.retry.StopReason.RATE_LIMITED;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.fixture.Flow.Outcome;
import io.forbear.retry.core.fixture.Flow.Shell;
import io.forbear.retry.core.fixture.Situation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Of the reasons that hold, the first in the order of the decision is given, and what comes after it is neither asked
 * nor spent.
 */
class DecisionOrderTest {

    /** After a failure that is classified. */
    private static final List<StopReason> AFTER_A_FAILURE = List.of(
            NOT_RETRYABLE,
            NOT_REPEATABLE,
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
            after.flow.atWaking = () -> holds.forEach(after::refuse);

            after.fails();

            // an asynchronous call has a timer of its own for the deadline, which has rung before the call wakes
            boolean atDeadline = shell.hasDeadlineTimer() && holds.contains(DEADLINE_EXCEEDED);
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

    /** A pause goes before all that a failure may be stopped for, and asks no budget. */
    @ParameterizedTest
    @EnumSource(Shell.class)
    void whileRetriesArePausedThatIsTheReason(Shell shell) throws InterruptedException {
        for (int set = 0; set < 1 << AFTER_A_FAILURE.size(); set++) {
            Situation after = new Situation(shell, subset(AFTER_A_FAILURE, set));
            after.flow.retry.operations().pauseRetries(Duration.ofHours(1), "alice", "INC-7");

            after.fails();

            after.hasEndedWithoutCost(DISABLED);
            assertThat(after.budget.asked).isZero();
        }
    }

    /** A retry that was granted before the pause is not made, whatever else holds on waking, and is refunded. */
    @ParameterizedTest
    @EnumSource(Shell.class)
    void aPauseThatComesDuringTheWaitIsTheReasonOnWaking(Shell shell) throws InterruptedException {
        for (StopReason holds : List.of(RATE_LIMITED, CIRCUIT_OPEN)) {
            Situation after = new Situation(shell, Set.of());
            after.flow.atWaking = () -> {
                after.refuse(holds);
                after.flow.retry.operations().pauseRetries(Duration.ofHours(1), "alice", "INC-7");
            };

            after.fails();

            after.hasEndedWithoutCost(DISABLED);
            assertThat(after.budget.refunded).isEqualTo(1_000);
        }
    }

    // ---- before all of these

    /** By shell, what is thrown that is never classified, though every other reason holds too. */
    @TestFactory
    Stream<DynamicTest> whatCutsAnAttemptShortIsNotEvenClassified() {
        Map<String, Supplier<Throwable>> thrown = new LinkedHashMap<>();
        thrown.put("FATAL", StackOverflowError::new);
        thrown.put("INTERRUPTED", InterruptedException::new);
        thrown.put("INTERRUPTED in disguise", () -> new IllegalStateException(new InterruptedException()));
        return Stream.of(Shell.values()).flatMap(shell -> thrown.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.getKey() + " [" + shell + "]",
                        () -> cutsShort(
                                shell, each.getValue().get(), each.getKey().equals("FATAL") ? FATAL : INTERRUPTED))));
    }

    private static void cutsShort(Shell shell, Throwable thrown, StopReason reason) throws InterruptedException {
        Set<StopReason> all = EnumSet.copyOf(AFTER_A_FAILURE);
        Situation after = new Situation(shell, all);

        after.flow.call(List.of(Outcome.never(thrown)).iterator());

        assertThat(after.flow.last().outcome()).isEqualTo(reason.name());
        assertThat(after.flow.retry.snapshot().stopped(reason)).isEqualTo(1);
        assertThat(after.flow.retry.snapshot().failedAttempts(SERVER_ERROR)).isZero();
        assertThat(after.breaker.settled).containsExactly("ignore");
        assertThat(after.budget.asked).isZero();
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void whereRetryingIsOffNoShellAsksAnything(Shell shell) throws InterruptedException {
        Set<StopReason> all = EnumSet.copyOf(AFTER_A_FAILURE);
        all.add(DISABLED);
        Situation off = new Situation(shell, all);

        off.fails();

        assertThat(off.flow.numbers).containsExactly(1);
        assertThat(off.flow.retry.snapshot().calls()).isZero();
        assertThat(off.budget.asked).isZero();
        assertThat(off.breaker.settled).isEmpty();
        assertThat(off.gate.entered).isZero();
    }

    // ---- what breaks a wait off

    @ParameterizedTest
    @EnumSource(Shell.class)
    void aWaitThatIsBrokenOffEndsTheCallWithItsReasonAndTheLastRealFailure(Shell shell) throws InterruptedException {
        for (StopReason broken : BrokenWait.reasons(shell)) {
            Situation after = new Situation(shell, Set.of());

            BrokenWait.of(shell, broken, after);

            assertThat(Thread.interrupted()).isEqualTo(broken == INTERRUPTED);
            after.hasEndedWithoutCost(broken);
            assertThat(after.budget.asked).isEqualTo(1);
            assertThat(after.budget.refunded).isEqualTo(1_000);
            assertThat(after.lastTold).isEqualTo(after.failure);
        }
    }

    /** Whatever ends a call after a failed attempt, listeners hear what that attempt failed with. */
    @ParameterizedTest
    @EnumSource(Shell.class)
    void listenersHearTheClassificationOfTheLastRealFailure(Shell shell) throws InterruptedException {
        for (StopReason reason : AFTER_A_FAILURE) {
            Situation after = new Situation(shell, Set.of(reason)).fails();

            assertThat(after.lastTold).as(reason.name()).isEqualTo(after.failure);
        }
        for (StopReason reason : ON_WAKING) {
            Situation after = new Situation(shell, Set.of());
            after.flow.atWaking = () -> after.refuse(reason);

            after.fails();

            assertThat(after.lastTold).as(reason.name()).isEqualTo(after.failure);
        }
    }

    @Test
    void everyReasonHasItsPlaceInTheOrder() {
        Set<StopReason> covered = EnumSet.of(FATAL, INTERRUPTED, DISABLED);
        covered.addAll(AFTER_A_FAILURE);
        covered.addAll(ON_WAKING);
        for (Shell shell : Shell.values()) {
            covered.addAll(BrokenWait.reasons(shell));
        }

        assertThat(covered).containsExactlyInAnyOrder(StopReason.values());
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
