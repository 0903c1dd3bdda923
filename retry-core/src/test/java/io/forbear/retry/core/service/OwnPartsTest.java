package io.forbear.retry.core.service;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Criticality;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A budget or a breaker that a user wrote is told what the protocol of its interface says, in that order. */
class OwnPartsTest {

    private final World world = new World();
    private final List<String> told = new ArrayList<>();
    private int attempts;

    private final class ToldBudget implements RetryBudget {
        private boolean observes = true;
        private long grants = TOKEN;

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            told.add("withdraw " + category + " " + criticality + " " + alreadyTaken);
            return grants;
        }

        @Override
        public void refund(long milliTokens) {
            told.add("refund " + milliTokens);
        }

        @Override
        public void callStarted() {
            told.add("call started");
        }

        @Override
        public void callSucceeded(long lastTaken) {
            told.add("call succeeded " + lastTaken);
        }

        @Override
        public void callFailed(long lastTaken) {
            told.add("call failed " + lastTaken);
        }

        @Override
        public void attemptFailed(ErrorCategory category, boolean retryable) {
            told.add("attempt failed " + category + " " + retryable);
        }

        @Override
        public boolean observesCalls() {
            return observes;
        }

        @Override
        public long balance() {
            return 2_500;
        }

        @Override
        public long capacity() {
            return 5_000;
        }
    }

    private final class ToldPermits implements CircuitBreaker {
        private State state = State.CLOSED;
        private @Nullable TransitionListener listener;

        private void enters(State next) {
            State last = state;
            state = next;
            if (listener != null) {
                listener.transitioned(last, next);
            }
        }

        @Override
        public @Nullable Permit tryAcquire() {
            told.add(state.refuses() ? "refused" : "acquired");
            return state.refuses()
                    ? null
                    : new Permit() {
                        @Override
                        public boolean isProbe() {
                            return state == State.HALF_OPEN;
                        }

                        @Override
                        public void success(long durationNanos) {
                            told.add(
                                    "success " + Duration.ofNanos(durationNanos).toMillis());
                        }

                        @Override
                        public void failure(long durationNanos, ErrorCategory category) {
                            told.add(
                                    "failure " + Duration.ofNanos(durationNanos).toMillis() + " " + category);
                        }

                        @Override
                        public void ignore() {
                            told.add("ignore");
                        }
                    };
        }

        @Override
        public State state() {
            return state;
        }

        @Override
        public Duration untilProbe() {
            return ofSeconds(7);
        }

        @Override
        public Subscription onTransition(TransitionListener added) {
            listener = added;
            return () -> {};
        }
    }

    private final ToldBudget budget = new ToldBudget();
    private final ToldPermits breaker = new ToldPermits();

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    private Retries.Builder named() {
        return world.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.executor(Runnable::run));
    }

    private Retry budgeted() {
        return named().budget(clock -> budget).build();
    }

    private Retry broken() {
        return named().circuitBreaker((name, clock) -> breaker).build();
    }

    private String failsTimes(int failures) throws IOException {
        world.pass(ofMillis(30));
        if (attempts++ < failures) {
            throw new IOException("attempt " + attempts);
        }
        return "result";
    }

    // ---- budgets

    @Test
    void aBudgetHearsOfACallThatSucceedsAtOnce() throws Exception {
        budgeted().<String, IOException>call(() -> failsTimes(0));

        assertThat(told).containsExactly("call started", "call succeeded 0");
    }

    @Test
    void aBudgetThatDoesNotObserveCallsHearsOfNoneThatSucceedsAtOnce() throws Exception {
        budget.observes = false;
        Retry retry = budgeted();

        retry.<String, IOException>call(() -> failsTimes(0));
        retry.begin().succeeded();
        assertThat(told).isEmpty();

        attempts = 0;
        retry.<String, IOException>call(() -> failsTimes(1));
        assertThat(told)
                .containsExactly(
                        "attempt failed NETWORK_ERROR true", "withdraw NETWORK_ERROR NORMAL 0", "call succeeded 1000");
    }

    @Test
    void aBudgetIsAskedForEachRetryWithWhatTheCallHasTaken() throws Exception {
        budgeted()
                .with(CallOptions.defaults().criticality(Criticality.CRITICAL))
                .<String, IOException>call(() -> failsTimes(2));

        assertThat(told)
                .containsExactly(
                        "call started",
                        "attempt failed NETWORK_ERROR true",
                        "withdraw NETWORK_ERROR CRITICAL 0",
                        "attempt failed NETWORK_ERROR true",
                        "withdraw NETWORK_ERROR CRITICAL 1000",
                        "call succeeded 1000");
    }

    @Test
    void aBudgetHearsWhatTheLastRetryTookWhereTheCallFails() {
        catchThrowable(() -> budgeted().call(() -> failsTimes(9)));

        assertThat(told).endsWith("attempt failed NETWORK_ERROR true", "call failed 1000");
    }

    @Test
    void aBudgetThatOnlyKnowsHowToHearOfAFailureHearsOfIt() {
        int[] failed = {0};
        Retry retry = named().budget(clock -> new RetryBudget() {
                    @Override
                    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
                        return REFUSED;
                    }

                    @Override
                    public void refund(long milliTokens) {}

                    @Override
                    public void callFailed(long lastTaken) {
                        failed[0]++;
                    }

                    @Override
                    public long balance() {
                        return 0;
                    }

                    @Override
                    public long capacity() {
                        return TOKEN;
                    }
                })
                .build();

        catchThrowable(() -> retry.call(() -> failsTimes(9)));

        assertThat(failed[0]).isEqualTo(1);
        assertThat(retry.snapshot().budgetDenied()).isEqualTo(1);
    }

    @Test
    void aBudgetIsNotAskedWhereTheFailureIsNeverRetried() {
        catchThrowable(() -> budgeted().run(() -> {
            throw new StackOverflowError();
        }));

        assertThat(told).containsExactly("call started", "call failed 0");
    }

    @Test
    void aBudgetHearsWhetherAFailureMayBeRetried() {
        catchThrowable(() -> budgeted().run(() -> {
            throw new IllegalArgumentException();
        }));
        assertThat(told).containsExactly("call started", "attempt failed CLIENT_ERROR false", "call failed 0");
    }

    @Test
    void aBudgetHearsThatAFailureMightBeRetriedThoughTheServerAsksNotTo() {
        Retry retry = named().policy(RetryPolicy.builder()
                        .classifier(failure ->
                                Classification.of(ErrorCategory.SERVER_ERROR).doNotRetry())
                        .build())
                .budget(clock -> budget)
                .build();

        catchThrowable(() -> retry.call(() -> failsTimes(9)));

        assertThat(told).containsExactly("call started", "attempt failed SERVER_ERROR true", "call failed 0");
    }

    @Test
    void aBudgetGetsBackWhatWasTakenForARetryThatIsNotMade() {
        world.duringWait = Thread.currentThread()::interrupt;

        catchThrowable(() -> budgeted().call(() -> failsTimes(9)));

        assertThat(told).endsWith("withdraw NETWORK_ERROR NORMAL 0", "refund 1000", "call failed 0");
    }

    @Test
    void aBudgetThatTookNothingGetsNothingBack() {
        budget.grants = 0;
        world.duringWait = Thread.currentThread()::interrupt;

        catchThrowable(() -> budgeted().call(() -> failsTimes(9)));

        assertThat(told).endsWith("withdraw NETWORK_ERROR NORMAL 0", "call failed 0");
    }

    @Test
    void aBudgetThatTakesNothingForARetryGrantsIt() throws Exception {
        budget.grants = 0;

        assertThat(budgeted().<String, IOException>call(() -> failsTimes(1))).isEqualTo("result");
        assertThat(told).endsWith("call succeeded 0");
    }

    @Test
    void aBudgetHearsOfACancelledCallOnce() {
        CompletableFuture<String> call = budgeted().callAsync(CompletableFuture::new);
        call.cancel(true);
        call.cancel(true);

        assertThat(told).containsExactly("call started", "call failed 0");
    }

    @Test
    void aBudgetHearsNothingOfACallThatTheBreakerRefuses() {
        breaker.state = CircuitBreaker.State.OPEN;
        Retry retry = named().budget(clock -> budget)
                .circuitBreaker((name, clock) -> breaker)
                .build();

        catchThrowable(() -> retry.call(() -> failsTimes(0)));

        assertThat(told).containsExactly("refused");
    }

    /** Two of three are done, and the third is at fault itself: the service is well. */
    @Test
    void aBudgetHearsOfABatchThatIsMostlyDoneAsOfASuccess() {
        budgeted().callBatch(List.of("a", "b", "bad"), items -> BatchOutcome.byItem(this::isFineUnlessBad));

        assertThat(told).containsExactly("call started", "call succeeded 0");
    }

    @Test
    void aBudgetHearsOfItemsThatAnInterruptLeftUndoneAsOfAFailure() {
        int[] made = {0};
        budgeted().<String, String>callBatch(List.of("a", "b", "c"), items -> {
            if (made[0]++ == 0) {
                return BatchOutcome.byItem(item -> item.equals("a")
                        ? ItemOutcome.success("done")
                        : ItemOutcome.failure(Classification.of(ErrorCategory.TIMEOUT)));
            }
            Thread.currentThread().interrupt();
            throw new IOException("closed by interrupt");
        });

        assertThat(told).endsWith("withdraw TIMEOUT NORMAL 0", "call failed 1000");
    }

    private ItemOutcome<String> isFineUnlessBad(String item) {
        return item.equals("bad")
                ? ItemOutcome.failure(Classification.of(ErrorCategory.CLIENT_ERROR))
                : ItemOutcome.success("done");
    }

    @Test
    void theBalanceOfABudgetIsInTheSnapshotInTokens() {
        assertThat(budgeted().snapshot().budgetRemaining()).isEqualTo(2.5);
        assertThat(budgeted().snapshot().budgetCapacity()).isEqualTo(5);
    }

    // ---- breakers

    @Test
    void aPermitIsToldHowLongItsAttemptTook() throws Exception {
        broken().<String, IOException>call(() -> failsTimes(1));

        assertThat(told).containsExactly("acquired", "failure 30 NETWORK_ERROR", "acquired", "success 30");
    }

    @Test
    void aPermitIsToldHowLongTheLastAttemptOfAnIncompleteBatchTook() {
        int[] made = {0};

        broken().<String, String>callBatch(List.of("a", "b", "bad", "again"), items -> {
            made[0]++;
            world.pass(ofMillis(30));
            return BatchOutcome.byItem(item -> item.equals("again") && made[0] == 1
                    ? ItemOutcome.failure(Classification.of(ErrorCategory.TIMEOUT))
                    : isFineUnlessBad(item));
        });

        assertThat(told).containsExactly("acquired", "success 30", "acquired", "success 30");
    }

    @Test
    void aPermitOfAnAttemptThatSaysNothingOfTheServiceIsIgnored() {
        Retry retry = broken();

        catchThrowable(() -> retry.run(() -> {
            throw new StackOverflowError();
        }));
        retry.callAsync(() -> new CompletableFuture<String>()).cancel(true);
        retry.begin().abandoned();

        assertThat(told).containsExactly("acquired", "ignore", "acquired", "ignore", "acquired", "ignore");
    }

    @Test
    void aBreakerThatRefusesSaysWhenItWouldNot() {
        breaker.state = CircuitBreaker.State.OPEN;

        assertThatThrownBy(() -> broken().call(() -> failsTimes(0)))
                .isInstanceOfSatisfying(CircuitOpenException.class, refusal -> assertThat(refusal.untilProbe())
                        .isEqualTo(ofSeconds(7)));
        assertThat(attempts).isZero();
    }

    @Test
    void aBreakerThatHasOpenedMeanwhileStopsTheCallBeforeItWaits() {
        Retry retry = named().budget(clock -> budget)
                .circuitBreaker((name, clock) -> breaker)
                .build();

        catchThrowable(() -> retry.call(() -> {
            breaker.state = CircuitBreaker.State.OPEN;
            return failsTimes(9);
        }));

        assertThat(world.waits).isEmpty();
        assertThat(told).noneMatch(line -> line.startsWith("withdraw"));
        assertThat(retry.snapshot().stopped(StopReason.CIRCUIT_OPEN)).isEqualTo(1);
    }

    @Test
    void aProbeIsNotRetried() {
        breaker.state = CircuitBreaker.State.HALF_OPEN;
        Retry retry = broken();

        assertThatThrownBy(() -> retry.call(() -> failsTimes(9))).hasMessage("attempt 1");

        assertThat(attempts).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.CIRCUIT_OPEN)).isEqualTo(1);
    }

    @Test
    void aRetryThatIsAProbeIsTheLastAttempt() {
        world.duringWait = () -> breaker.state = CircuitBreaker.State.HALF_OPEN;
        Retry retry = broken();

        assertThatThrownBy(() -> retry.call(() -> failsTimes(9))).hasMessage("attempt 2");

        assertThat(retry.snapshot().stopped(StopReason.CIRCUIT_OPEN)).isEqualTo(1);
    }

    @Test
    void theTransitionsOfABreakerAreToldAndCounted() {
        List<String> heard = new ArrayList<>();
        Retry retry = named().circuitBreaker((name, clock) -> breaker)
                .listener(new RetryListener() {
                    @Override
                    public void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
                        heard.add(service + " " + from + " " + to);
                    }
                })
                .build();

        breaker.enters(CircuitBreaker.State.OPEN);
        breaker.enters(CircuitBreaker.State.HALF_OPEN);
        breaker.enters(CircuitBreaker.State.OPEN);

        assertThat(heard).containsExactly("users CLOSED OPEN", "users OPEN HALF_OPEN", "users HALF_OPEN OPEN");
        assertThat(retry.snapshot().breakerTransitions(CircuitBreaker.State.OPEN))
                .isEqualTo(2);
        assertThat(retry.snapshot().breakerTransitions()).isEqualTo(3);
        assertThat(retry.snapshot().breakerState()).contains(CircuitBreaker.State.OPEN);
    }
}
