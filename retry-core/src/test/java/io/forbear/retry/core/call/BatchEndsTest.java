package io.forbear.retry.core.call;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallOptions;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.Classification;
import io.forbear.retry.testkit.RecordingListener;
import io.forbear.retry.testkit.RetryEvent;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a batch ends with where its items end differently. */
class BatchEndsTest {

    private static final Classification MAYBE_DONE = Classification.of(TIMEOUT);
    private static final Classification NOT_DONE = Classification.of(TIMEOUT).notExecuted();
    private static final Classification BAD = Classification.of(CLIENT_ERROR);

    private final World world = new World();
    private final RecordingListener listener = new RecordingListener();
    private final Map<String, Integer> attempts = new HashMap<>();

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    private Retries.Builder named() {
        return world.named("users").withoutBudget().withoutCircuitBreaker().listener(listener);
    }

    /** Lets each item fail as its script says, one entry for each attempt, and then succeed. */
    private BatchOutcome<String, String> attempt(List<String> items, Map<String, List<Classification>> script) {
        return BatchOutcome.byItem(item -> {
            List<Classification> failures = script.getOrDefault(item, List.of());
            int number = attempts.merge(item, 1, Integer::sum);
            return number <= failures.size()
                    ? ItemOutcome.failure(failures.get(number - 1))
                    : ItemOutcome.success(item);
        });
    }

    private BatchResult<String, String> unrepeatable(List<String> items, Map<String, List<Classification>> script) {
        attempts.clear();
        return named().build()
                .with(CallOptions.defaults().nonIdempotent())
                .callBatch(items, left -> attempt(left, script));
    }

    @Test
    void theReasonIsThatOfTheItemThatGotFurthestInTheDecision() {
        Map<String, List<Classification>> script =
                Map.of("bad", List.of(BAD), "slow", List.of(MAYBE_DONE), "again", List.of(NOT_DONE));

        assertThat(unrepeatable(List.of("slow", "bad", "again"), script).stopReason())
                .contains(StopReason.NOT_IDEMPOTENT);
        assertThat(unrepeatable(List.of("again", "bad", "slow"), script).stopReason())
                .contains(StopReason.NOT_IDEMPOTENT);
    }

    @Test
    void theReasonIsThatOfTheLastAttemptThatGaveAnItemUp() {
        Map<String, List<Classification>> script = Map.of(
                "slow", List.of(MAYBE_DONE), "later", List.of(NOT_DONE, BAD), "again", List.of(NOT_DONE, NOT_DONE));

        BatchResult<String, String> result = unrepeatable(List.of("slow", "later", "again"), script);

        assertThat(result.stopReason()).contains(StopReason.NOT_RETRYABLE);
        assertThat(result.succeeded()).hasSize(1);
        assertThat(result.attempts()).isEqualTo(3);
    }

    @Test
    void listenersAreToldOfTheItemWhoseReasonItIs() {
        IOException lost = new IOException("lost");
        int[] made = {0};
        named().build()
                .with(CallOptions.defaults().nonIdempotent())
                .<String, String>callBatch(
                        List.of("lost", "bad", "again"),
                        left -> ++made[0] == 1
                                ? BatchOutcome.byPosition(List.of(
                                        ItemOutcome.failure(MAYBE_DONE, lost),
                                        ItemOutcome.failure(BAD),
                                        ItemOutcome.failure(NOT_DONE)))
                                : BatchOutcome.byItem(item -> ItemOutcome.success("done")));

        assertThat(listener.events(RetryEvent.Stopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.reason()).isEqualTo(StopReason.NOT_IDEMPOTENT);
            assertThat(stopped.failed().failure()).isSameAs(lost);
            assertThat(stopped.failed().attempt()).isEqualTo(2);
        });
    }

    @Test
    void moreItemsOfAKindMakeItTheOneThatIsReported() {
        named().build()
                .callBatch(
                        List.of("a", "b", "c"),
                        items -> attempt(
                                items,
                                Map.of(
                                        "a", List.of(Classification.of(SERVER_ERROR)),
                                        "b", List.of(MAYBE_DONE),
                                        "c", List.of(MAYBE_DONE))));

        assertThat(world.events).containsExactly("retry after 1 TIMEOUT in 75", "recovered after 2");
    }

    @Test
    void anItemThatMayGoAgainIsReportedHoweverManyMayNot() {
        named().build()
                .callBatch(
                        List.of("a", "b", "c"),
                        items ->
                                attempt(items, Map.of("a", List.of(BAD), "b", List.of(BAD), "c", List.of(MAYBE_DONE))));

        assertThat(world.events).containsExactly("retry after 1 TIMEOUT in 75", "stop after 2 NOT_RETRYABLE");
    }

    private BatchOutcome<String, String> fails(IOException failure) {
        return BatchOutcome.byItem(item -> ItemOutcome.failure(failure));
    }

    @Test
    void listenersAreToldWhatItemsFailedWithWhereTheWaitIsInterrupted() {
        world.duringWait = Thread.currentThread()::interrupt;
        IOException down = new IOException("down");

        named().build().callBatch(List.of("a"), items -> fails(down));

        assertThat(listener.events(RetryEvent.Stopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.reason()).isEqualTo(StopReason.INTERRUPTED);
            assertThat(stopped.failed().failure()).isSameAs(down);
        });
    }

    @Test
    void listenersAreToldWhatItemsFailedWithWhereTheWaitTookTooLong() {
        world.duringWait = () -> world.pass(ofSeconds(5));
        IOException down = new IOException("down");

        named().build()
                .with(CallOptions.defaults().deadline(ofSeconds(1)))
                .callBatch(List.of("a"), items -> fails(down));

        assertThat(listener.events(RetryEvent.Stopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.reason()).isEqualTo(StopReason.DEADLINE_EXCEEDED);
            assertThat(stopped.failed().failure()).isSameAs(down);
        });
    }

    @Test
    void listenersAreToldOfNoFailureWhereTheBatchIsCancelled() {
        CompletableFuture<?> batch =
                named().build().<String, String>callBatchAsync(List.of("a"), items -> new CompletableFuture<>());

        batch.cancel(true);

        assertThat(listener.events(RetryEvent.Stopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.reason()).isEqualTo(StopReason.CANCELLED);
            assertThat(stopped.failed().failure()).isNull();
        });
    }

    @Test
    void listenersAreToldWhatItemsFailedWithWhereTheExecutorHasNoRoom() {
        IOException down = new IOException("down");
        Retry retry = named().policy(
                        RetryPolicy.builder().backoff(Backoff.none()).build())
                .runtime(r -> r.executor(task -> {
                    throw new RejectedExecutionException("full");
                }))
                .build();

        BatchResult<String, String> result = retry.<String, String>callBatchAsync(
                        List.of("a"), items -> CompletableFuture.completedFuture(fails(down)))
                .join();

        assertThat(result.failed().get(0).failure()).isSameAs(down);
        assertThat(listener.events(RetryEvent.Stopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.reason()).isEqualTo(StopReason.REJECTED);
            assertThat(stopped.failed().failure()).isSameAs(down);
        });
    }

    @Test
    void aBatchOfWhichTheServiceFailedHalfDepositsNothing() {
        Retry retry = named().budget(RetryBudgets.ratio(0.5).minPerSecond(0).window(ofSeconds(10)))
                .build();
        for (int i = 0; i < 10; i++) {
            attempts.clear();
            retry.callBatch(
                    List.of("a", "ill"),
                    items -> attempt(items, Map.of("ill", List.of(MAYBE_DONE, MAYBE_DONE, MAYBE_DONE, MAYBE_DONE))));
        }

        assertThat(retry.snapshot().budgetRemaining()).isZero();
    }

    @Test
    void aFailureOfAnItemSaysWhyTheItemWasGivenUpThoughTheBatchWentOn() {
        IOException bad = new IOException("bad");
        int[] made = {0};

        BatchResult<String, String> result = named().build()
                .callBatch(
                        List.of("bad", "again"),
                        items -> ++made[0] == 1
                                ? BatchOutcome.byPosition(List.of(
                                        ItemOutcome.<String>failure(BAD, bad), ItemOutcome.<String>failure(NOT_DONE)))
                                : BatchOutcome.byItem(item -> ItemOutcome.success("done")));

        assertThat(result.attempts()).isEqualTo(2);
        assertThat(bad.getSuppressed())
                .singleElement()
                .extracting(Throwable::getMessage)
                .isEqualTo("users: stopped after 1 attempt: NOT_RETRYABLE");
    }

    @Test
    void anErrorThatIsTheOutcomeOfAnItemCarriesNoNote() {
        StackOverflowError error = new StackOverflowError();

        BatchResult<String, String> result = named().build()
                .callBatch(List.of("a"), items -> BatchOutcome.byItem(item -> ItemOutcome.failure(error)));

        assertThat(result.failed().get(0).failure()).isSameAs(error).hasNoSuppressedExceptions();
        assertThat(result.stopReason()).contains(StopReason.FATAL);
    }
}
