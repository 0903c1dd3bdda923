package io.forbear.retry.core.execution;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.testkit.ScriptedRandom;
import java.io.IOException;
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
            assertThat((long) tenant.snapshot().budgetRemaining()).isEqualTo(4);
            assertThat((long) retry.snapshot().budgetRemaining()).isEqualTo(9);
            Thread.currentThread().interrupt();
        };

        assertThat(attemptsWith(tenant, 9)).isEqualTo(1);

        assertThat(tenant.snapshot().budgetRemaining()).isEqualTo(5);
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

        assertThat(tenant.snapshot().budgetRemaining()).isEqualTo(4);
    }
}
