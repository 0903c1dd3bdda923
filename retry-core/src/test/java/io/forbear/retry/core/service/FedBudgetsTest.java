package io.forbear.retry.core.service;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ScriptedRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the budgets of the library learn of the calls of their service, most of it from its counters. */
class FedBudgetsTest {

    private final World world = new World();
    private int attempts;

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    private Retries.Builder named() {
        return world.named("users")
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .withoutBudget()
                .withoutCircuitBreaker();
    }

    private Retry with(RetryBudget.Spec budget) {
        return named().budget(budget).build();
    }

    private int attemptsWith(Retry retry, int failures) {
        attempts = 0;
        catchThrowable(() -> retry.run(() -> {
            if (attempts++ < failures) {
                throw new IOException();
            }
        }));
        return attempts;
    }

    /** It refuses with a probability of requests / (requests + 1) where nothing was accepted. */
    @Test
    void theAdaptiveThrottleKnowsOfACallByItsFirstFailure() {
        assertThat(attemptsWith(with(RetryBudgets.adaptiveThrottle().random(ScriptedRandom.always(0.49))), 1))
                .isEqualTo(1);
        assertThat(attemptsWith(with(RetryBudgets.adaptiveThrottle().random(ScriptedRandom.always(0.51))), 1))
                .isEqualTo(2);
    }

    @Test
    void theAdaptiveThrottleKnowsOfCallsThatSucceedAtOnce() {
        Retry retry = with(RetryBudgets.adaptiveThrottle().random(ScriptedRandom.always(0)));
        for (int i = 0; i < 10; i++) {
            retry.run(() -> {});
        }

        assertThat(attemptsWith(retry, 1)).isEqualTo(2);
    }

    @Test
    void theAdaptiveThrottleKnowsOfACallThatWasAbandoned() {
        Retry retry = with(RetryBudgets.adaptiveThrottle().random(ScriptedRandom.always(0.7)));
        for (int i = 0; i < 3; i++) {
            retry.begin().abandoned();
        }

        assertThat(attemptsWith(retry, 1)).as("refused with 4 / 5").isEqualTo(1);
    }

    @Test
    void aCallThatRecoversDepositsAsMuchAsOneThatSucceedsAtOnce() {
        Retry retry = with(RetryBudgets.ratio(0.5).minPerSecond(0).window(ofSeconds(10)));
        for (int i = 0; i < 4; i++) {
            retry.run(() -> {});
        }
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(2);

        assertThat(attemptsWith(retry, 1)).isEqualTo(2);

        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(1.5);
    }

    @Test
    void aQuotaGetsBackWhatTheLastRetryTookWhereTheCallRecovers() {
        Retry retry = with(RetryBudgets.awsQuota());
        double full = retry.snapshot().budgetRemaining();

        attemptsWith(retry, 1);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(full);

        attemptsWith(retry, 9);
        assertThat(retry.snapshot().budgetRemaining()).isLessThan(full);
    }

    @Test
    void aRetryThatIsNotMadeIsGivenBackToTheClientAndToTheService() {
        Retry retry = named().policy(RetryPolicy.defaults())
                .budget(RetryBudgets.tokenBucket(10))
                .clientBudget(RetryBudgets.tokenBucket(5))
                .build();
        Retry tenant = retry.forClient("tenant");
        world.duringWait = () -> {
            assertThat((long) tenant.clientSnapshot().orElseThrow().budgetRemaining())
                    .isEqualTo(4);
            assertThat((long) retry.snapshot().budgetRemaining()).isEqualTo(9);
            Thread.currentThread().interrupt();
        };

        assertThat(attemptsWith(tenant, 9)).isEqualTo(1);

        assertThat(tenant.clientSnapshot().orElseThrow().budgetRemaining()).isEqualTo(5);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
    }

    @Test
    void aRetryThatIsMadeIsPaidForWhateverBecomesOfTheCall() {
        Retry retry = named().clientBudget(RetryBudgets.tokenBucket(5)).build();
        Retry tenant = retry.forClient("tenant");
        var call = tenant.begin();
        call.failed(new IOException());
        call.resume();

        call.abandoned();

        assertThat(tenant.clientSnapshot().orElseThrow().budgetRemaining()).isEqualTo(4);
    }

    /** A budget of a user's that passes all on, as one writes to count or to log. */
    private record Decorator(RetryBudget to) implements RetryBudget {
        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            return to.tryWithdraw(category, criticality, alreadyTaken);
        }

        @Override
        public void refund(long milliTokens) {
            to.refund(milliTokens);
        }

        @Override
        public void callStarted() {
            to.callStarted();
        }

        @Override
        public void callSucceeded(long lastTaken) {
            to.callSucceeded(lastTaken);
        }

        @Override
        public void callFailed(long lastTaken) {
            to.callFailed(lastTaken);
        }

        @Override
        public boolean observesCalls() {
            return to.observesCalls();
        }

        @Override
        public long balance() {
            return to.balance();
        }

        @Override
        public long capacity() {
            return to.capacity();
        }
    }

    private double after(int successes, RetryBudget.Spec budget) {
        Retry retry = with(budget);
        for (int i = 0; i < successes; i++) {
            retry.run(() -> {});
        }
        return retry.snapshot().budgetRemaining();
    }

    private static RetryBudget.Spec decorated(RetryBudget.Spec spec) {
        return clock -> new Decorator(spec.create(clock));
    }

    @Test
    void successesAreDepositedHoweverABudgetIsWrappedAndCombined() {
        RetryBudget.Spec bucket = decorated(RetryBudgets.tokenBucket(100_000));
        for (RetryBudget.Spec ratio : List.of(
                RetryBudgets.ratio(0.1),
                decorated(RetryBudgets.ratio(0.1)),
                RetryBudgets.allOf(RetryBudgets.ratio(0.1), bucket),
                RetryBudgets.allOf(decorated(RetryBudgets.ratio(0.1)), bucket),
                RetryBudgets.allOf(RetryBudgets.ratio(0.1), RetryBudgets.concurrencyShare(1, 1_000_000)),
                decorated(RetryBudgets.allOf(RetryBudgets.ratio(0.1), bucket)),
                RetryBudgets.allOf(bucket, decorated(RetryBudgets.allOf(RetryBudgets.ratio(0.1)))))) {
            assertThat(after(1000, ratio)).isEqualTo(102);
        }
        RetryBudget.Spec quota = RetryBudgets.awsQuota().initial(0);
        for (RetryBudget.Spec spec : List.of(
                quota, decorated(quota), RetryBudgets.allOf(quota, bucket), decorated(RetryBudgets.allOf(quota)))) {
            assertThat(after(300, spec)).isEqualTo(300);
        }
    }

    @Test
    void aServiceThatIsClosedGoesOnFeedingItsBudget() {
        Retry retry = with(RetryBudgets.awsQuota().initial(0));
        retry.close();

        for (int i = 0; i < 10; i++) {
            retry.run(() -> {});
        }

        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
    }

    /** Calls wait for longer than the window, which gives back what they took, and are cancelled then. */
    @Test
    void aRetryThatIsNotMadeAfterTheWindowHasPassedGivesNothingBack() {
        Retry retry = named().policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.fixed(ofSeconds(15)))
                        .build())
                .budget(RetryBudgets.ratio(0).minPerSecond(1))
                .build();
        RetryCall[] waiting = new RetryCall[10];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = retry.begin();
            assertThat(waiting[i].failed(new IOException())).isInstanceOf(RetryDecision.Again.class);
        }
        world.now.addAndGet(11_000_000_000L);
        for (int i = 0; i < 10; i++) {
            retry.begin().failed(new IOException());
        }
        assertThat(retry.snapshot().budgetRemaining()).isZero();

        for (RetryCall call : waiting) {
            call.abandoned();
        }

        assertThat(retry.snapshot().budgetRemaining()).isZero();
    }

    @Test
    void aRetryThatIsNotMadeWithinTheWindowIsGivenBack() {
        Retry retry = with(RetryBudgets.ratio(0).minPerSecond(1));
        RetryCall call = retry.begin();
        call.failed(new IOException());
        world.now.addAndGet(9_000_000_000L);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(9);

        call.abandoned();

        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
    }

    @Test
    void anUnlimitedBudgetIsShownAsNoBudgetIs() {
        Retry unlimited = with(RetryBudgets.unlimited());
        Retry whole = with(RetryBudgets.allOf(RetryBudgets.unlimited(), RetryBudgets.unlimited()));

        for (Retry retry : List.of(unlimited, whole, named().build())) {
            assertThat(retry.snapshot().budgetRemaining()).isInfinite();
            assertThat(retry.snapshot().budgetCapacity()).isInfinite();
        }
    }

    /** The second call that fails used to be made once. */
    @Test
    void theFirstCallsOfAMorningAreRetried() {
        Retry retry = world.named("users")
                .withoutCircuitBreaker()
                .budget(RetryBudgets.ratio())
                .build();
        List<Integer> made = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            made.add(attemptsWith(retry, 9));
            world.now.addAndGet(2_000_000_000L);
        }

        assertThat(made).containsExactly(3, 3, 1, 1);
    }

    @Test
    void aServiceThatHasWorkedHasNoInitialAllowance() {
        Retry retry = world.named("users")
                .withoutCircuitBreaker()
                .budget(RetryBudgets.ratio(0.01))
                .build();
        for (int i = 0; i < 20; i++) {
            retry.run(() -> {});
        }
        world.now.addAndGet(60_000_000_000L);
        assertThat(attemptsWith(retry, 9)).isEqualTo(3);
        world.now.addAndGet(2_000_000_000L);

        assertThat(attemptsWith(retry, 9)).isEqualTo(1);
    }
}
