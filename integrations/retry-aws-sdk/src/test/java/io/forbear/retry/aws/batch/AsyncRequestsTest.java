package io.forbear.retry.aws.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The engine of batches by asynchronous clients, without a service. What it shares is tried in RequestsTest. */
class AsyncRequestsTest {

    private static final Classification FAILS =
            Classification.of(ErrorCategory.SERVER_ERROR).retryable();
    private static final Classification REFUSED =
            Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /** An answer is the outcome itself. */
    private static AsyncRequests<Integer, BatchOutcome<Integer, String>, String> requests(
            Retry retry, int most, Function<List<Integer>, CompletableFuture<BatchOutcome<Integer, String>>> client) {
        return new AsyncRequests<>(retry, BatchLimits.ofCount(most), client, (answer, items) -> answer);
    }

    private static BatchOutcome<Integer, String> done() {
        return BatchOutcome.byItem(item -> ItemOutcome.success("done " + item));
    }

    // ---- the same as blocking

    private static BatchOutcome<Integer, String> drawn(List<Integer> left, Random chance, List<List<Integer>> sent) {
        sent.add(List.copyOf(left));
        List<ItemOutcome<String>> outcomes = new ArrayList<>();
        for (Integer item : left) {
            int draw = chance.nextInt(10);
            outcomes.add(
                    draw == 0
                            ? ItemOutcome.failure(REFUSED)
                            : draw < 3 ? ItemOutcome.failure(FAILS) : ItemOutcome.success("done " + item));
        }
        return BatchOutcome.byPosition(outcomes);
    }

    @Property(tries = 100)
    void requestsAndResultsAreThoseOfABlockingClient(
            @ForAll @IntRange(min = 0, max = 60) int count,
            @ForAll @IntRange(min = 1, max = 7) int groups,
            @ForAll boolean inOrder,
            @ForAll boolean elsewhere,
            @ForAll long seed) {
        List<List<Integer>> blocking = new ArrayList<>();
        Random chance = new Random(seed);
        Requests<Integer, String> ofBlocking =
                new Requests<>(Retrying.of(3), BatchLimits.ofCount(10), left -> drawn(left, chance, blocking));
        List<List<Integer>> async = new CopyOnWriteArrayList<>();
        Random again = new Random(seed);
        AsyncRequests<Integer, BatchOutcome<Integer, String>, String> ofAsync = requests(
                Retrying.atOnce(3),
                10,
                left -> elsewhere
                        ? CompletableFuture.supplyAsync(() -> drawn(left, again, async))
                        : CompletableFuture.completedFuture(drawn(left, again, async)));

        BatchResult<Integer, String> expected = inOrder
                ? ofBlocking.sendInOrder(numbers(count), item -> item % groups)
                : ofBlocking.send(numbers(count));
        BatchResult<Integer, String> result = Retrying.ended(
                inOrder ? ofAsync.sendInOrder(numbers(count), item -> item % groups) : ofAsync.send(numbers(count)));

        assertThat(async).isEqualTo(blocking);
        assertThat(result.items()).isEqualTo(expected.items());
        assertThat(result.attempts()).isEqualTo(expected.attempts());
        assertThat(result.stopReason()).isEqualTo(expected.stopReason());
    }

    @Test
    void requestsThatEndAtOnceBuildNoStack() {
        BatchResult<Integer, String> result =
                Retrying.ended(requests(Retrying.atOnce(3), 1, left -> CompletableFuture.completedFuture(done()))
                        .send(numbers(20_000)));

        assertThat(result.isComplete()).isTrue();
    }

    // ---- what ends early

    @Test
    void aRefusalOfTheFirstRequestIsTheFailureOfTheFuture() {
        Retry retry = Retries.named("open").policy(RetryPolicy.defaults()).build();
        retry.operations().forceBreakerOpen("test", "closed for it");

        CompletableFuture<BatchResult<Integer, String>> sent = requests(retry, 2, left -> {
                    throw new AssertionError("no request is made");
                })
                .send(numbers(4));

        assertThatThrownBy(() -> Retrying.ended(sent)).isInstanceOf(CircuitOpenException.class);
    }

    @Test
    void aRefusalOfALaterRequestIsTheFailureOfItsEntries() {
        Retry retry = Retries.named("opens").policy(RetryPolicy.defaults()).build();

        BatchResult<Integer, String> result = Retrying.ended(requests(retry, 2, left -> {
                    retry.operations().forceBreakerOpen("test", "closed for it");
                    return CompletableFuture.completedFuture(done());
                })
                .send(numbers(5)));

        assertThat(result.succeeded()).extracting(ItemResult::item).containsExactly(0, 1);
        assertThat(result.failed()).extracting(ItemResult.Failure::reason).containsOnly(StopReason.CIRCUIT_OPEN);
    }

    @Test
    void anAnswerThatDoesNotFitEndsTheFirstRequestAndIsAFailureOfALaterOne() {
        AsyncRequests<Integer, BatchOutcome<Integer, String>, String> later = requests(
                Retrying.atOnce(3),
                2,
                left -> CompletableFuture.completedFuture(
                        left.contains(2) ? BatchOutcome.byPosition(List.of()) : done()));

        BatchResult<Integer, String> result = Retrying.ended(later.send(numbers(6)));

        assertThat(result.failedItems()).containsExactly(2, 3);
        assertThat(result.failed())
                .allSatisfy(failure -> assertThat(failure.failure()).isInstanceOf(UnfitAnswerException.class));
        assertThatThrownBy(() -> Retrying.ended(later.send(List.of(2, 3))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("answer: ");
    }

    /** One item is done by the first attempt, and the answer to the second does not fit. */
    @Test
    void anAnswerThatDoesNotFitAnAttemptHidesNothingThatTheOneBeforeDid() {
        Function<List<Integer>, BatchOutcome<Integer, String>> service = left -> left.size() == 1
                ? BatchOutcome.byPosition(List.of())
                : BatchOutcome.byItem(item -> item == 0 ? ItemOutcome.success("done") : ItemOutcome.failure(FAILS));

        for (BatchResult<Integer, String> result : List.of(
                new Requests<Integer, String>(Retrying.of(3), BatchLimits.ofCount(2), service::apply).send(numbers(2)),
                Retrying.ended(
                        requests(Retrying.atOnce(3), 2, left -> CompletableFuture.completedFuture(service.apply(left)))
                                .send(numbers(2))))) {
            assertThat(result.succeeded()).extracting(ItemResult::item).containsExactly(0);
            assertThat(result.failed()).hasSize(1).allSatisfy(failure -> {
                assertThat(failure.reason()).isEqualTo(StopReason.NOT_RETRYABLE);
                assertThat(failure.failure()).isInstanceOf(UnfitAnswerException.class);
            });
        }
    }

    @Test
    void aFailureIsClassifiedWhetherTheClientThrowsItOrItsFutureFailsWithIt() {
        AtomicInteger attempts = new AtomicInteger();
        SdkClientException failure = SdkClientException.create("no credentials");

        BatchResult<Integer, String> result = Retrying.ended(requests(Retrying.atOnce(3), 2, left -> {
                    attempts.incrementAndGet();
                    if (left.contains(0)) {
                        throw failure;
                    }
                    return CompletableFuture.failedFuture(failure);
                })
                .send(numbers(4)));

        assertThat(attempts).hasValue(2);
        assertThat(result.failed()).hasSize(4).allSatisfy(one -> {
            assertThat(one.reason()).isEqualTo(StopReason.NOT_RETRYABLE);
            assertThat(one.failure()).isSameAs(failure);
        });
    }

    @Test
    void aCancelReachesTheRequestThatIsUnderWayAndNoOtherFollows() {
        List<CompletableFuture<BatchOutcome<Integer, String>>> asked = new CopyOnWriteArrayList<>();
        CompletableFuture<BatchResult<Integer, String>> sent = requests(Retrying.atOnce(3), 1, left -> {
                    CompletableFuture<BatchOutcome<Integer, String>> answer = new CompletableFuture<>();
                    asked.add(answer);
                    return left.contains(0) ? CompletableFuture.completedFuture(done()) : answer;
                })
                .send(numbers(3));

        sent.cancel(true);

        assertThat(asked).hasSize(2);
        assertThat(asked.get(1)).isCancelled();
        assertThat(sent).isCancelled();
        assertThat(ForkJoinPool.commonPool().awaitQuiescence(1, TimeUnit.MINUTES))
                .isTrue();
        assertThat(asked).hasSize(2);
    }
}
