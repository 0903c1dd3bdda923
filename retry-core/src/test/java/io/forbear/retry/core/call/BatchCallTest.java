package io.forbear.retry.core.call;

import static io.forbear.retry.StopReason.ATTEMPTS_EXHAUSTED;
import static io.forbear.retry.StopReason.BUDGET_EXHAUSTED;
import static io.forbear.retry.StopReason.CIRCUIT_OPEN;
import static io.forbear.retry.StopReason.FATAL;
import static io.forbear.retry.StopReason.INTERRUPTED;
import static io.forbear.retry.StopReason.NOT_IDEMPOTENT;
import static io.forbear.retry.StopReason.NOT_RETRYABLE;
import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.IncompleteBatchException;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.ScriptedGate;
import io.forbear.retry.core.fixture.ToldBreaker;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchCallTest {

    private final World world = new World();

    /** What each attempt was made with. */
    private final List<List<String>> sent = new ArrayList<>();

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    private static Classification of(ErrorCategory category) {
        return Classification.of(category);
    }

    /** An operation whose items fail as the script says, one entry for each attempt, and then succeed. */
    private BatchOutcome<String, String> attempt(List<String> items, Map<String, List<Classification>> script) {
        sent.add(items);
        int number = sent.size();
        return BatchOutcome.byItem(item -> {
            List<Classification> failures = script.getOrDefault(item, List.of());
            return number <= failures.size()
                    ? ItemOutcome.failure(failures.get(number - 1))
                    : ItemOutcome.success(item + number);
        });
    }

    private static List<Classification> always(ErrorCategory category) {
        return List.of(of(category), of(category), of(category), of(category), of(category), of(category));
    }

    private static List<String> ends(BatchResult<String, ?> result) {
        List<String> ends = new ArrayList<>();
        for (ItemResult<String, ?> item : result.items()) {
            ends.add(
                    item instanceof ItemResult.Failure<String, ?> failure
                            ? item.item() + " " + item.attempts() + " " + failure.reason() + " "
                                    + failure.classification().category()
                            : item.item() + " " + item.attempts() + " "
                                    + ((ItemResult.Success<String, ?>) item).value());
        }
        return ends;
    }

    @Test
    void attemptsOnlyTheItemsThatFailedAgainAndKeepsTheOrder() {
        Retry retry = world.service();

        BatchResult<String, String> result = retry.callBatch(
                List.of("a", "b", "c", "d"),
                items -> attempt(
                        items, Map.of("a", List.of(of(TIMEOUT)), "c", List.of(of(SERVER_ERROR), of(SERVER_ERROR)))));

        assertThat(sent).containsExactly(List.of("a", "b", "c", "d"), List.of("a", "c"), List.of("c"));
        assertThat(ends(result)).containsExactly("a 2 a2", "b 1 b1", "c 3 c3", "d 1 d1");
        assertThat(result.isComplete()).isTrue();
        assertThat(result.orElseThrow()).containsExactly("a2", "b1", "c3", "d1");
        assertThat(result.attempts()).isEqualTo(3);
        assertThat(result.stopReason()).isEmpty();
        assertThat(world.events)
                .containsExactly(
                        "retry after 1 TIMEOUT in 75", "retry after 2 SERVER_ERROR in 150", "recovered after 3");
        RetrySnapshot figures = retry.snapshot();
        assertThat(figures.calls()).isEqualTo(1);
        assertThat(figures.recovered()).isEqualTo(1);
        assertThat(figures.attempts()).isEqualTo(3);
        assertThat(figures.failedAttempts(TIMEOUT)).isEqualTo(1);
        assertThat(figures.failedAttempts(SERVER_ERROR)).isEqualTo(1);
    }

    @Test
    void anItemThatIsNotRetryableIsGivenUpAtOnceAndTheOthersGoOn() {
        Retry retry = world.service();

        BatchResult<String, String> result = retry.callBatch(
                List.of("bad", "slow", "good"),
                items -> attempt(items, Map.of("bad", always(CLIENT_ERROR), "slow", List.of(of(TIMEOUT)))));

        assertThat(sent).containsExactly(List.of("bad", "slow", "good"), List.of("slow"));
        assertThat(ends(result)).containsExactly("bad 1 NOT_RETRYABLE CLIENT_ERROR", "slow 2 slow2", "good 1 good1");
        assertThat(result.stopReason()).contains(NOT_RETRYABLE);
        assertThat(result.failedItems()).containsExactly("bad");
        assertThat(world.events)
                .as("told as the items that go again, stopped as the item that was given up")
                .containsExactly("retry after 1 TIMEOUT in 75", "stop after 2 NOT_RETRYABLE");
        assertThat(retry.snapshot().stopped(NOT_RETRYABLE)).isEqualTo(1);
        assertThat(retry.snapshot().successes()).isZero();
        assertThat(retry.snapshot().attempts()).isEqualTo(2);
    }

    @Test
    void eachKindOfFailureHasItsOwnAttempts() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(4)
                        .on(RATE_LIMIT, p -> p.maxAttempts(2))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();

        BatchResult<String, String> result = retry.callBatch(
                List.of("limited", "failing"),
                items -> attempt(items, Map.of("limited", always(RATE_LIMIT), "failing", always(SERVER_ERROR))));

        assertThat(ends(result))
                .containsExactly(
                        "limited 2 ATTEMPTS_EXHAUSTED RATE_LIMIT", "failing 4 ATTEMPTS_EXHAUSTED SERVER_ERROR");
        assertThat(sent).hasSize(4);
    }

    @Test
    void waitsForTheLongestOfTheDelaysOfTheKindsThatGoAgain() {
        Retry retry = world.service();
        Classification pushed = of(TIMEOUT).pushback(ofSeconds(3));
        Classification endless = of(CLIENT_ERROR).pushback(ofSeconds(30));

        retry.callBatch(
                List.of("a", "b", "c"),
                items -> attempt(
                        items,
                        Map.of(
                                "a", List.of(of(SERVER_ERROR), of(SERVER_ERROR)),
                                "b", List.of(of(RATE_LIMIT), pushed),
                                "c", List.of(endless))));

        assertThat(world.waits)
                .as("three quarters of 1 s; what b was asked")
                .containsExactly(ofMillis(750), ofSeconds(3));
    }

    @Test
    void drawsOneDelayForEachKindHoweverManyItems() {
        int[] draws = {0};
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(ofMillis(80)).jitter(Jitter.full()))
                        .build())
                .runtime(r -> r.random(new java.util.random.RandomGenerator() {
                    @Override
                    public long nextLong() {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public double nextDouble() {
                        return draws[0]++ == 0 ? 0.5 : 0.9;
                    }
                }))
                .withoutBudget()
                .build();
        List<String> items = new ArrayList<>();
        Map<String, List<Classification>> script = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            items.add("item " + i);
            script.put("item " + i, List.of(of(TIMEOUT)));
        }

        retry.callBatch(items, left -> attempt(left, script));

        assertThat(world.waits).containsExactly(ofMillis(40));
    }

    @Test
    void equalItemsAreKeptApartByPosition() {
        Retry retry = world.service();

        BatchResult<String, @Nullable Void> result = retry.callBatch(List.of("x", "y", "x", "x"), items -> {
            sent.add(items);
            return BatchOutcome.unprocessed(sent.size() == 1 ? List.of("x", "x") : List.of());
        });

        assertThat(sent).containsExactly(List.of("x", "y", "x", "x"), List.of("x", "x"));
        assertThat(result.items()).extracting(ItemResult::position).containsExactly(0, 1, 2, 3);
        assertThat(result.items()).extracting(ItemResult::attempts).containsExactly(2, 1, 2, 1);
        assertThat(result.isComplete()).isTrue();
    }

    @Test
    void whatAnAttemptThrowsIsTheFailureOfEachOfItsItems() {
        Retry retry = world.service();
        IOException down = new IOException("down");

        BatchResult<String, String> result = retry.callBatch(List.of("a", "b"), items -> {
            BatchOutcome<String, String> outcome = attempt(items, Map.of("b", always(TIMEOUT)));
            if (sent.size() > 1) {
                throw new CompletionException(down);
            }
            return outcome;
        });

        assertThat(ends(result)).containsExactly("a 1 a1", "b 3 ATTEMPTS_EXHAUSTED NETWORK_ERROR");
        ItemResult.Failure<String, String> failed = result.failed().get(0);
        assertThat(failed.failure()).isSameAs(down);
        assertThat(down.getSuppressed())
                .singleElement()
                .isInstanceOf(RetryStopped.class)
                .extracting(Throwable::getMessage)
                .isEqualTo("users: stopped after 3 attempts: ATTEMPTS_EXHAUSTED");
        assertThatThrownBy(result::orElseThrow)
                .isInstanceOf(IncompleteBatchException.class)
                .hasMessage("users: 1 of 2 items failed after 3 attempts: 1 ATTEMPTS_EXHAUSTED")
                .hasCause(down)
                .satisfies(thrown ->
                        assertThat(((IncompleteBatchException) thrown).result()).isSameAs(result));
    }

    @Test
    void aFailureThatIsNotRetryableIsReturnedAndNotThrown() {
        Retry retry = world.service();

        BatchResult<String, String> result = retry.callBatch(List.of("a", "b"), items -> {
            throw new IllegalArgumentException("no such table");
        });

        assertThat(ends(result)).containsExactly("a 1 NOT_RETRYABLE CLIENT_ERROR", "b 1 NOT_RETRYABLE CLIENT_ERROR");
        assertThat(world.events).containsExactly("stop after 1 NOT_RETRYABLE");
    }

    @Test
    void anErrorIsThrown() {
        Retry retry = world.service();
        StackOverflowError error = new StackOverflowError();

        assertThatThrownBy(() -> retry.callBatch(List.of("a"), items -> {
                    throw error;
                }))
                .isSameAs(error)
                .hasNoSuppressedExceptions();

        assertThat(retry.snapshot().stopped(FATAL)).isEqualTo(1);
    }

    @Test
    void anErrorThatIsTheOutcomeOfAnItemEndsThatItemAlone() {
        Retry retry = world.service();
        ItemOutcome<String> fatal = ItemOutcome.failure(new StackOverflowError());
        ItemOutcome<String> cancelled = ItemOutcome.failure(new CancellationException());
        ItemOutcome<String> down = ItemOutcome.failure(new IOException());

        BatchResult<String, String> result = retry.callBatch(List.of("a", "b", "c"), items -> {
            sent.add(items);
            return sent.size() == 1
                    ? BatchOutcome.byPosition(List.of(fatal, cancelled, down))
                    : BatchOutcome.byItem(item -> ItemOutcome.success("done"));
        });

        assertThat(result.failed()).extracting(ItemResult.Failure::reason).containsExactly(FATAL, NOT_RETRYABLE);
        assertThat(sent).last().isEqualTo(List.of("c"));
    }

    @Test
    void anInterruptedAttemptReturnsWhatWasDoneAndSetsTheFlag() {
        Retry retry = world.service();
        InterruptedException interrupt = new InterruptedException();

        BatchResult<String, String> result = retry.callBatch(List.of("a", "b"), items -> {
            BatchOutcome<String, String> outcome = attempt(items, Map.of("b", always(TIMEOUT)));
            if (sent.size() == 2) {
                throw interrupt;
            }
            return outcome;
        });

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(ends(result)).containsExactly("a 1 a1", "b 2 INTERRUPTED CLIENT_ERROR");
        assertThat(result.failed().get(0).failure()).isSameAs(interrupt);
        assertThat(retry.snapshot().stopped(INTERRUPTED)).isEqualTo(1);
    }

    @Test
    void anInterruptDuringTheWaitReturnsWhatWasDoneRefundsAndSetsTheFlag() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .build();
        world.duringWait = () -> Thread.currentThread().interrupt();

        BatchResult<String, String> result =
                retry.callBatch(List.of("a", "b"), items -> attempt(items, Map.of("b", always(TIMEOUT))));

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(ends(result)).containsExactly("a 1 a1", "b 1 INTERRUPTED TIMEOUT");
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
    }

    @Test
    void aThreadThatWasInterruptedInAFailingAttemptDoesNotGoOn() {
        Retry retry = world.service();

        BatchResult<String, String> result = retry.callBatch(List.of("a"), items -> {
            Thread.currentThread().interrupt();
            throw new IOException("closed by interrupt");
        });

        assertThat(result.failed().get(0).reason()).isEqualTo(INTERRUPTED);
        assertThat(result.failed().get(0).failure()).hasMessage("closed by interrupt");
    }

    @Test
    void refusesOutcomesOfAnotherSize() {
        Retry retry = world.named("users").withoutBudget().build();

        assertThatThrownBy(() -> retry.callBatch(
                        List.of("a", "b", "c"), items -> BatchOutcome.byPosition(List.of(ItemOutcome.success("one")))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("outcomes: 1 (expected: 3, one for each item of the attempt)");
        assertThatThrownBy(() -> retry.<String, String>callBatch(List.of("a", "b"), items -> null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("outcome: null (expected: an outcome of the 2 items of the attempt)");
        assertThatThrownBy(() -> retry.callBatch(List.of("a", "b"), items -> BatchOutcome.unprocessed(List.of("z"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unprocessed: 1 items, 1 of them not in the attempt (expected: only items of the attempt,"
                        + " which has 2)");

        assertThat(retry.snapshot().stopped(NOT_RETRYABLE)).isEqualTo(3);
        assertThat(retry.snapshot().calls()).isEqualTo(3);
    }

    @Test
    void refusesNulls() {
        Retry retry = world.service();

        assertThatThrownBy(() -> retry.callBatch(null, items -> BatchOutcome.allSucceeded()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("items");
        assertThatThrownBy(() -> retry.callBatch(List.of("a"), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("operation");
        assertThatThrownBy(() -> retry.callBatch(Arrays.asList("a", null), items -> BatchOutcome.allSucceeded()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("items[1]: null (expected: an item)");
        assertThatThrownBy(() -> retry.callBatch(Arrays.asList(null, "b"), items -> BatchOutcome.allSucceeded()))
                .hasMessage("items[0]: null (expected: an item)");
        assertThat(retry.snapshot().calls()).isZero();
    }

    @Test
    void anEmptyBatchMakesNoAttemptAndCountsForNothing() {
        Retry retry = world.service();

        BatchResult<String, String> result = retry.callBatch(List.of(), items -> attempt(items, Map.of()));

        assertThat(result.isComplete()).isTrue();
        assertThat(result.attempts()).isZero();
        assertThat(result.items()).isEmpty();
        assertThat(sent).isEmpty();
        assertThat(retry.snapshot().calls()).isZero();
    }

    @Test
    void changesOfTheGivenListDoNotReachTheBatch() {
        Retry retry = world.service();
        List<String> given = new ArrayList<>(List.of("a", "b"));

        BatchResult<String, String> result = retry.callBatch(given, items -> {
            given.clear();
            assertThatThrownBy(items::clear).isInstanceOf(UnsupportedOperationException.class);
            return attempt(items, Map.of("b", List.of(of(TIMEOUT))));
        });

        assertThat(ends(result)).containsExactly("a 1 a1", "b 2 b2");
    }

    @Test
    void takesOneTokenForEachFurtherAttemptHoweverManyItems() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .clientBudget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .build();
        Retry client = retry.forClient("tenant");

        BatchResult<String, String> result = client.callBatch(
                List.of("a", "b", "c"),
                items -> attempt(
                        items, Map.of("a", always(TIMEOUT), "b", always(SERVER_ERROR), "c", List.of(of(TIMEOUT)))));

        assertThat(result.attempts()).isEqualTo(3);
        assertThat((long) retry.snapshot().budgetRemaining()).isEqualTo(8);
        assertThat((long) client.clientSnapshot().orElseThrow().budgetRemaining())
                .isEqualTo(8);
        assertThat(client.clientSnapshot().orElseThrow().calls()).isEqualTo(1);
        assertThat(client.clientSnapshot().orElseThrow().attempts()).isEqualTo(3);
        assertThat(client.clientSnapshot().orElseThrow().successes()).isZero();
    }

    @Test
    void withoutBudgetWhatIsLeftComesBack() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(1))
                .withoutCircuitBreaker()
                .build();

        BatchResult<String, String> result = retry.callBatch(
                List.of("a", "b", "bad"),
                items -> attempt(items, Map.of("b", always(TIMEOUT), "bad", always(CLIENT_ERROR))));

        assertThat(ends(result))
                .containsExactly("a 1 a1", "b 2 BUDGET_EXHAUSTED TIMEOUT", "bad 1 NOT_RETRYABLE CLIENT_ERROR");
        assertThat(result.stopReason()).contains(BUDGET_EXHAUSTED);
        assertThat(retry.snapshot().budgetDenied()).isEqualTo(1);
    }

    @Test
    void stopsWhereTheWaitWouldNotEndBeforeTheDeadlineAndSpendsNothing() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .build()
                .with(CallOptions.defaults().deadline(ofMillis(400)));

        BatchResult<String, String> result = retry.callBatch(
                List.of("limited", "slow"),
                items -> attempt(items, Map.of("limited", always(RATE_LIMIT), "slow", always(TIMEOUT))));

        assertThat(ends(result))
                .containsExactly("limited 1 DEADLINE_EXCEEDED RATE_LIMIT", "slow 1 DEADLINE_EXCEEDED TIMEOUT");
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
        assertThat(world.waits).isEmpty();
    }

    @Test
    void looksAtTheDeadlineAgainAfterTheWait() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .build()
                .with(CallOptions.defaults().deadline(ofSeconds(1)));
        world.duringWait = () -> world.pass(ofSeconds(5));

        BatchResult<String, String> result =
                retry.callBatch(List.of("a"), items -> attempt(items, Map.of("a", always(TIMEOUT))));

        assertThat(ends(result)).containsExactly("a 1 DEADLINE_EXCEEDED TIMEOUT");
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
    }

    @Test
    void repeatsOnlyItemsThatWereCertainlyNotCarriedOutWhereItIsNotIdempotent() {
        Retry retry = world.service().with(CallOptions.defaults().nonIdempotent());

        BatchResult<String, String> result = retry.callBatch(
                List.of("maybe", "no"),
                items -> attempt(
                        items,
                        Map.of(
                                "maybe",
                                always(TIMEOUT),
                                "no",
                                List.of(of(TIMEOUT).notExecuted()))));

        assertThat(ends(result)).containsExactly("maybe 1 NOT_IDEMPOTENT TIMEOUT", "no 2 no2");
        assertThat(result.failed().get(0).reason()).isEqualTo(NOT_IDEMPOTENT);
    }

    @Test
    void resultsThatThePolicyCallsFailuresAreFailedItemsAndComeBack() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .classifyResult(Integer.class, Classification::ofHttpStatus)
                        .build())
                .withoutBudget()
                .build();

        BatchResult<String, Integer> result = retry.callBatch(
                List.of("ok", "busy", "gone"),
                items -> BatchOutcome.byItem(
                        item -> ItemOutcome.success(item.equals("ok") ? 200 : item.equals("busy") ? 503 : 404)));

        assertThat(result.succeeded()).extracting(ItemResult.Success::value).containsExactly(200);
        assertThat(result.failed()).extracting(ItemResult.Failure::value).containsExactly(503, 404);
        assertThat(result.failed())
                .extracting(ItemResult.Failure::reason)
                .containsExactly(ATTEMPTS_EXHAUSTED, NOT_RETRYABLE);
        assertThat(result.items()).extracting(ItemResult::attempts).containsExactly(1, 3, 1);
    }

    @Test
    void aDisabledRetryMakesOneAttemptAndLeavesNoTrace() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder().enabled(false).build())
                .build();

        BatchResult<String, String> result =
                retry.callBatch(List.of("a", "b"), items -> attempt(items, Map.of("b", always(TIMEOUT))));
        BatchResult<String, String> thrown = retry.callBatch(List.of("c"), items -> {
            throw new IOException("down");
        });

        assertThat(ends(result)).containsExactly("a 1 a1", "b 1 DISABLED TIMEOUT");
        assertThat(thrown.failed().get(0).reason()).isEqualTo(StopReason.DISABLED);
        assertThat(thrown.failed().get(0).failure()).hasMessage("down").hasNoSuppressedExceptions();
        assertThat(retry.snapshot().calls()).isZero();
        assertThat(world.events).isEmpty();
    }

    /** cashapp/backfila#449: only attempts without progress count toward the limit. */
    @Test
    void anAttemptWithProgressMayBeFreeUntilThereIsNone() {
        Retry retry =
                world.named("users").withoutBudget().withoutCircuitBreaker().build();
        List<Integer> items = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            items.add(i);
        }
        int[] attempts = {0};

        BatchResult<Integer, @Nullable Void> done = retry.callBatch(items, left -> {
            attempts[0]++;
            return BatchOutcome.unprocessed(left.subList(1, left.size()), of(TIMEOUT))
                    .freeOnProgress();
        });
        BatchResult<Integer, @Nullable Void> stuck = retry.callBatch(items, left -> BatchOutcome.unprocessed(
                        left.size() > 15 ? left.subList(1, left.size()) : left, of(TIMEOUT))
                .freeOnProgress());

        assertThat(done.isComplete()).isTrue();
        assertThat(attempts[0]).isEqualTo(20);
        assertThat(world.waits.subList(0, 19)).as("the delay does not grow").containsOnly(ofMillis(75));
        assertThat(stuck.failed()).hasSize(15);
        assertThat(stuck.attempts()).as("5 with progress, 3 without").isEqualTo(8);
        assertThat(stuck.stopReason()).contains(ATTEMPTS_EXHAUSTED);
    }

    private Retry guarded(ToldBreaker breaker) {
        return world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .circuitBreaker((name, clock) -> breaker)
                .build();
    }

    @Test
    void anOpenBreakerRefusesTheFirstAttempt() {
        ToldBreaker breaker = new ToldBreaker();
        breaker.open = true;
        Retry retry = guarded(breaker);

        assertThatThrownBy(() -> retry.callBatch(List.of("a"), items -> attempt(items, Map.of())))
                .isInstanceOf(CircuitOpenException.class);

        assertThat(sent).isEmpty();
        assertThat(retry.snapshot().stopped(CIRCUIT_OPEN)).isEqualTo(1);
        assertThat(retry.callBatch(List.of(), items -> BatchOutcome.allSucceeded())
                        .isComplete())
                .as("nothing to ask for")
                .isTrue();
    }

    @Test
    void stopsAtTheOpenBreakerAfterTheWaitAndRefunds() {
        ToldBreaker breaker = new ToldBreaker();
        Retry retry = guarded(breaker);
        world.duringWait = () -> breaker.open = true;

        BatchResult<String, String> result =
                retry.callBatch(List.of("a", "b"), items -> attempt(items, Map.of("b", always(TIMEOUT))));

        assertThat(ends(result)).containsExactly("a 1 a1", "b 1 CIRCUIT_OPEN TIMEOUT");
        assertThat(result.stopReason()).contains(CIRCUIT_OPEN);
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
        assertThat(world.events).containsExactly("retry after 1 TIMEOUT in 75", "stop after 1 CIRCUIT_OPEN");
    }

    @Test
    void theBreakerIsToldOfAFailureUnlessMoreItemsSucceededThanFailedThroughTheService() {
        ToldBreaker breaker = new ToldBreaker();
        Retry retry = guarded(breaker);
        Map<String, List<Classification>> script = Map.of(
                "b", List.of(of(TIMEOUT), of(TIMEOUT), of(SERVER_ERROR)),
                "c", List.of(of(CLIENT_ERROR)),
                "d", List.of(of(CLIENT_ERROR)));

        retry.callBatch(List.of("a", "b"), items -> attempt(items, script));
        assertThat(breaker.settled).containsExactly("failure TIMEOUT", "failure TIMEOUT", "failure SERVER_ERROR");

        breaker.settled.clear();
        sent.clear();
        retry.callBatch(List.of("a", "e", "b"), items -> attempt(items, Map.of("b", List.of(of(TIMEOUT)))));
        assertThat(breaker.settled).containsExactly("success", "success");

        breaker.settled.clear();
        sent.clear();
        retry.callBatch(List.of("a", "c", "d"), items -> attempt(items, script));
        assertThat(breaker.settled).as("items at fault themselves").containsExactly("success");

        breaker.settled.clear();
        sent.clear();
        retry.callBatch(List.of("c", "d"), items -> attempt(items, script));
        assertThat(breaker.settled).containsExactly("failure CLIENT_ERROR");
    }

    @Test
    void aPermitIsSettledOnceWhateverTheEnd() {
        ToldBreaker breaker = new ToldBreaker();
        Retry retry = guarded(breaker);

        assertThatThrownBy(() -> retry.callBatch(List.of("a"), items -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> retry.<String, String>callBatch(List.of("a"), items -> null))
                .isInstanceOf(IllegalStateException.class);
        retry.callBatch(
                List.of("a", "bad"),
                items -> attempt(items, Map.of("a", List.of(of(TIMEOUT)), "bad", always(CLIENT_ERROR))));

        assertThat(breaker.settled).containsExactly("ignore", "failure CLIENT_ERROR", "failure TIMEOUT", "success");
    }

    @Test
    void aProbeIsNotRepeatedAndItsItemsComeBack() {
        ToldBreaker breaker = new ToldBreaker();
        breaker.probing = true;
        Retry retry = guarded(breaker);

        BatchResult<String, String> result =
                retry.callBatch(List.of("a", "b", "c"), items -> attempt(items, Map.of("b", always(TIMEOUT))));

        assertThat(ends(result)).containsExactly("a 1 a1", "b 1 CIRCUIT_OPEN TIMEOUT", "c 1 c1");
        assertThat(breaker.settled).containsExactly("success");
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
    }

    @Test
    void batchesThatAreMostlyDoneKeepTheBreakerClosedAndFillTheBudget() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder().maxAttempts(2).build())
                .budget(RetryBudgets.ratio(0.5).minPerSecond(0).window(ofSeconds(10)))
                .circuitBreaker(
                        CircuitBreakers.failureRate(0.6).minimumCalls(10).window(ofSeconds(10)))
                .build();
        for (int batch = 0; batch < 100; batch++) {
            sent.clear();
            retry.callBatch(
                    List.of("a", "b", "bad", "ill"),
                    items -> attempt(items, Map.of("bad", always(CLIENT_ERROR), "ill", always(SERVER_ERROR))));
        }

        assertThat(retry.snapshot().successes()).isZero();
        assertThat(retry.snapshot().breakerState()).contains(CircuitBreaker.State.CLOSED);
        assertThat(retry.snapshot().attempts()).as("some were retried").isGreaterThan(120);
        assertThat(retry.snapshot().stopped(BUDGET_EXHAUSTED)).isPositive();
    }

    @Test
    void aBatchThatIsMostlyDoneDepositsWhatOneSuccessDoes() {
        Retry batches = world.named("batches")
                .budget(RetryBudgets.ratio(0.5).minPerSecond(0).window(ofSeconds(10)))
                .withoutCircuitBreaker()
                .build();
        Retry calls = world.named("calls")
                .budget(RetryBudgets.ratio(0.5).minPerSecond(0).window(ofSeconds(10)))
                .withoutCircuitBreaker()
                .build();
        for (int i = 0; i < 10; i++) {
            batches.callBatch(
                    List.of("a", "b", "bad"), items -> attempt(items, Map.of("bad", nCopies(99, of(CLIENT_ERROR)))));
            calls.run(() -> {});
        }

        assertThat(batches.snapshot().successes()).isZero();
        assertThat(calls.snapshot().budgetRemaining()).isEqualTo(5);
        assertThat(batches.snapshot().budgetRemaining()).isEqualTo(5);
    }

    private Retry gated(ScriptedGate gate) {
        return world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .gate(clock -> gate)
                .build();
    }

    @Test
    void eachAttemptPassesTheGateAndTellsIt() {
        ScriptedGate gate = new ScriptedGate();
        gate.waits.addAll(List.of(ofMillis(7).toNanos(), 0L, ofMillis(9).toNanos()));
        Retry retry = gated(gate);

        BatchResult<String, String> result = retry.callBatch(
                List.of("a", "bad"),
                items -> attempt(items, Map.of("a", List.of(of(RATE_LIMIT)), "bad", always(CLIENT_ERROR))));

        assertThat(ends(result)).containsExactly("a 2 a2", "bad 1 NOT_RETRYABLE CLIENT_ERROR");
        assertThat(world.waits).containsExactly(ofMillis(7), ofMillis(750), ofMillis(9));
        assertThat(gate.told).containsExactly("failed RATE_LIMIT", "succeeded 2");
    }

    @Test
    void theGateHearsOfOneThrottledItemWhateverTheOthersFailWith() {
        ScriptedGate gate = new ScriptedGate();

        BatchResult<String, String> result = gated(gate)
                .callBatch(
                        List.of("slow", "slower", "limited", "fine"),
                        items -> attempt(
                                items,
                                Map.of(
                                        "slow", List.of(of(TIMEOUT), of(TIMEOUT)),
                                        "slower", List.of(of(TIMEOUT)),
                                        "limited", List.of(of(RATE_LIMIT)))));

        assertThat(result.isComplete()).isTrue();
        assertThat(world.events).first().asString().startsWith("retry after 1 TIMEOUT");
        assertThat(gate.told).containsExactly("failed RATE_LIMIT", "failed TIMEOUT", "succeeded 3");
    }

    @Test
    void theGateHearsOfThrottledItemsThatAreGivenUpToo() {
        ScriptedGate gate = new ScriptedGate();
        Retry retry = gated(gate).with(CallOptions.defaults().nonIdempotent());

        BatchResult<String, String> result = retry.callBatch(
                List.of("limited", "no"),
                items -> attempt(
                        items,
                        Map.of(
                                "limited", List.of(of(RATE_LIMIT)),
                                "no", List.of(of(TIMEOUT).notExecuted()))));

        assertThat(ends(result)).containsExactly("limited 1 NOT_IDEMPOTENT RATE_LIMIT", "no 2 no2");
        assertThat(gate.told).containsExactly("failed RATE_LIMIT", "succeeded 2");
    }

    @Test
    void anAttemptThatFailsAsAWholeIsToldToTheGateAsItIs() {
        ScriptedGate gate = new ScriptedGate();

        gated(gate).callBatch(List.of("a", "b"), items -> {
            sent.add(items);
            if (sent.size() == 1) {
                throw new IOException("down");
            }
            return BatchOutcome.allSucceeded();
        });

        assertThat(gate.told).containsExactly("failed NETWORK_ERROR", "succeeded 2");
    }

    @Test
    void aGateThatRefusesTheFirstAttemptThrowsAndALaterOneReturnsWhatWasDone() {
        ScriptedGate gate = new ScriptedGate();
        Retry retry = gated(gate);

        BatchResult<String, String> result = retry.callBatch(List.of("a", "b"), items -> {
            gate.refuses = true;
            return attempt(items, Map.of("b", always(TIMEOUT)));
        });
        assertThatThrownBy(() -> retry.callBatch(List.of("a"), items -> attempt(items, Map.of())))
                .isInstanceOf(GateRefusedException.class);

        assertThat(ends(result)).containsExactly("a 1 a1", "b 1 RATE_LIMITED TIMEOUT");
        assertThat(sent).hasSize(1);
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
        assertThat(retry.snapshot().stopped(StopReason.RATE_LIMITED)).isEqualTo(2);
    }

    @Test
    void anInterruptWhileTheFirstAttemptWaitsAtTheGateThrows() {
        ScriptedGate gate = new ScriptedGate();
        gate.waits.add(ofSeconds(1).toNanos());
        Retry retry = gated(gate);
        world.duringWait = () -> Thread.currentThread().interrupt();

        assertThatThrownBy(() -> retry.callBatch(List.of("a"), items -> attempt(items, Map.of())))
                .isInstanceOf(GateRefusedException.class);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(sent).isEmpty();
        assertThat(gate.told).containsExactly("left");
    }

    @Test
    void viewsCountForTheServiceAndTheClient() {
        Retry retry = world.service();

        retry.forClient("a").callBatch(List.of(1), items -> BatchOutcome.allSucceeded());
        retry.with(CallOptions.defaults().deadline(ofSeconds(1)))
                .callBatch(List.of(1), items -> BatchOutcome.allSucceeded());

        assertThat(retry.snapshot().calls()).isEqualTo(2);
        assertThat(retry.snapshot().attempts()).isEqualTo(2);
        assertThat(retry.forClient("a").clientSnapshot().orElseThrow().successes())
                .isEqualTo(1);
    }

    @Test
    void aThousandImmediateAttemptsGrowNoStack() {
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(1_001)
                        .backoff(Backoff.none())
                        .on(RATE_LIMIT, p -> p.backoff(Backoff.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
        int[] depths = new int[1_001];
        int[] made = {0};

        BatchResult<Integer, @Nullable Void> result = retry.callBatch(List.of(1, 2), items -> {
            depths[made[0]] = new Throwable().getStackTrace().length;
            return BatchOutcome.unprocessed(++made[0] <= 1_000 ? List.of(2) : List.of());
        });

        assertThat(result.isComplete()).isTrue();
        assertThat(made[0]).isEqualTo(1_001);
        assertThat(Arrays.stream(depths).distinct().count()).isEqualTo(1);
    }
}
