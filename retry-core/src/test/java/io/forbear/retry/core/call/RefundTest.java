package io.forbear.retry.core.call;

import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.Flow;
import io.forbear.retry.core.fixture.Flow.Outcome;
import io.forbear.retry.core.fixture.Flow.Shell;
import io.forbear.retry.core.fixture.Situation;
import io.forbear.retry.error.Classification;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A token pays for an attempt that was really made; what was paid for and not made is given back, by both budgets or by
 * none.
 */
class RefundTest {

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    private static void givesBack(Situation after, StopReason reason) {
        after.hasEndedWithoutCost(reason);
        assertThat(after.budget.asked).isEqualTo(1);
        assertThat(after.budget.refunded).isEqualTo(1_000);
    }

    @Test
    void anInterruptedWaitGivesBack() throws InterruptedException {
        Situation after = new Situation(Shell.BLOCKING, Set.of());
        after.flow.atWaking = () -> {
            throw new InterruptedException();
        };

        after.fails();

        assertThat(Thread.interrupted()).isTrue();
        givesBack(after, StopReason.INTERRUPTED);
    }

    @Test
    void aSleeperThatThrowsGivesBack() throws InterruptedException {
        Situation after = new Situation(Shell.BLOCKING, Set.of());
        after.flow.atWaking = () -> {
            throw new IllegalStateException("no sleep");
        };

        after.fails();

        givesBack(after, StopReason.REJECTED);
    }

    @Test
    void anExecutorThatRejectsGivesBack() throws InterruptedException {
        Situation after = new Situation(Shell.ASYNC, Set.of());
        after.flow.atWaking = () -> {
            throw new RejectedExecutionException("full");
        };

        after.fails();

        givesBack(after, StopReason.REJECTED);
    }

    @Test
    void aSchedulerThatRejectsGivesBack() throws InterruptedException {
        Situation after = new Situation(Shell.ASYNC, Set.of());
        after.flow.scheduler.shutdown();

        after.fails();

        givesBack(after, StopReason.REJECTED);
    }

    @Test
    void aCancelDuringTheWaitGivesBack() {
        Situation after = new Situation(Shell.ASYNC, Set.of());
        CompletableFuture<Object> call = after.flow.caller.callAsync(() -> {
            after.flow.numbers.add(1);
            return CompletableFuture.failedFuture(new Flow.Failed(after.failure));
        });
        assertThat(after.budget.taken).isEqualTo(1_000);

        call.cancel(true);

        assertThat(after.flow.scheduler.pending()).isZero();
        givesBack(after, StopReason.CANCELLED);
    }

    @Test
    void aCancelOnTheExecutorGivesBack() throws InterruptedException {
        Situation after = new Situation(Shell.ASYNC, Set.of());
        after.flow.atWaking = () -> ((CompletableFuture<?>) after.flow.running).cancel(false);

        after.fails();

        givesBack(after, StopReason.CANCELLED);
    }

    @Test
    void aCallThatIsAbandonedBeforeItsRetryGivesBackOnce() {
        Situation after = new Situation(Shell.DECISIONS, Set.of());
        RetryCall call = after.flow.caller.begin();
        after.flow.numbers.add(call.attempt());
        call.failed(after.failure);
        assertThat(after.budget.taken).isEqualTo(1_000);

        call.abandoned();
        call.close();

        givesBack(after, StopReason.CANCELLED);
        assertThatThrownBy(call::resume).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRetryThatWasBegunIsNotGivenBack() {
        Situation after = new Situation(Shell.DECISIONS, Set.of());
        RetryCall call = after.flow.caller.begin();
        call.failed(after.failure);
        assertThat(call.resume()).isTrue();

        call.abandoned();

        assertThat(after.budget.taken).isEqualTo(1_000);
        assertThat(after.flow
                        .retry
                        .forClient("tenant")
                        .clientSnapshot()
                        .orElseThrow()
                        .budgetRemaining())
                .isEqualTo(9);
        assertThat(after.breaker.settled).containsExactly("failure SERVER_ERROR", "ignore");
    }

    // ---- both or none

    private static Flow budgets(Shell shell, int service, int client, double reserve) {
        RetryPolicy policy =
                RetryPolicy.builder().maxAttempts(20).backoff(Backoff.none()).build();
        Duration year = Duration.ofDays(365);
        return new Flow(
                shell,
                policy,
                RetryBudgets.tokenBucket(service).refill(0.001, year).reserveForCritical(reserve),
                builder -> builder.clientBudget(RetryBudgets.tokenBucket(client).refill(0.001, year)));
    }

    private static void failsForTenant(Flow flow, Criticality criticality) throws InterruptedException {
        flow.caller = flow.retry.forClient("tenant").with(CallOptions.defaults().criticality(criticality));
        flow.call(Collections.nCopies(99, Outcome.failure(Classification.of(SERVER_ERROR)))
                .iterator());
        assertThat(flow.last().outcome()).isEqualTo("retry_quota_exceeded");
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void whereTheServiceRefusesTheClientPaysNothing(Shell shell) throws InterruptedException {
        Flow flow = budgets(shell, 3, 8, 0);

        failsForTenant(flow, Criticality.NORMAL);

        assertThat(flow.numbers).hasSize(4);
        assertThat(flow.tokens()).isZero();
        assertThat(flow.retry.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void whereTheClientRefusesTheServicePaysNothing(Shell shell) throws InterruptedException {
        Flow flow = budgets(shell, 8, 3, 0);

        failsForTenant(flow, Criticality.NORMAL);

        assertThat(flow.numbers).hasSize(4);
        assertThat(flow.tokens()).isEqualTo(5);
        assertThat(flow.retry.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void theReserveOfTheServiceIsForCriticalCalls(Shell shell) throws InterruptedException {
        Flow flow = budgets(shell, 4, 100, 0.5);

        failsForTenant(flow, Criticality.NORMAL);
        assertThat(flow.numbers).as("two retries").hasSize(3);
        assertThat(flow.tokens()).isEqualTo(2);
        failsForTenant(flow, Criticality.SHEDDABLE);
        assertThat(flow.numbers).as("none").hasSize(4);
        failsForTenant(flow, Criticality.CRITICAL);

        assertThat(flow.numbers).as("two more").hasSize(7);
        assertThat(flow.tokens()).isZero();
        assertThat(flow.retry.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                .isEqualTo(96);
    }

    /** What the decision grants and the server then delays is paid for at once, and only once. */
    @Test
    void aLongPushbackIsPaidForOnce() {
        Situation after = new Situation(Shell.DECISIONS, Set.of());
        RetryCall call = after.flow.caller.begin();

        RetryDecision decision = call.failed(after.failure.pushback(ofMillis(700)));

        assertThat(decision).isEqualTo(new RetryDecision.Again(ofMillis(700)));
        assertThat(after.budget.taken).isEqualTo(1_000);
        after.flow.clock.advance(ofMillis(700));
        assertThat(call.resume()).isTrue();
        call.succeeded();
        assertThat(after.budget.taken).isEqualTo(1_000);
    }
}
