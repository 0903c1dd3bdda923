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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The engine of all batches, without a service. */
class RequestsTest {

    private static final Classification FAILS =
            Classification.of(ErrorCategory.SERVER_ERROR).retryable();
    private static final Classification REFUSED =
            Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    // ---- splitting

    @Property(tries = 200)
    void aRequestNeverExceedsALimitAndTakesWhatFits(
            @ForAll List<@IntRange(min = 0, max = 30) Integer> sizes,
            @ForAll @IntRange(min = 1, max = 10) int maxItems,
            @ForAll @IntRange(min = 30, max = 60) int maxBytes) {
        BatchLimits<Integer> limits = BatchLimits.of(maxItems, maxBytes, size -> size);

        List<List<Integer>> parts = limits.split(sizes);

        assertThat(parts.stream().flatMap(List::stream)).isEqualTo(sizes);
        for (int i = 0; i < parts.size(); i++) {
            int total = parts.get(i).stream().mapToInt(size -> size).sum();
            assertThat(parts.get(i)).isNotEmpty().hasSizeLessThanOrEqualTo(maxItems);
            assertThat(total).isLessThanOrEqualTo(maxBytes);
            if (i + 1 < parts.size()) {
                boolean full = parts.get(i).size() == maxItems;
                assertThat(full || total + parts.get(i + 1).get(0) > maxBytes).isTrue();
            }
        }
    }

    @Test
    void anEntryThatIsLargerThanARequestGoesAlone() {
        assertThat(BatchLimits.<Integer>of(10, 5, size -> size).split(List.of(1, 9, 1, 1)))
                .containsExactly(List.of(1), List.of(9), List.of(1, 1));
    }

    @Test
    void entriesWithTheSameKeyGoInDifferentRequests() {
        assertThat(BatchLimits.<String>ofCount(10)
                        .distinctBy(text -> text.charAt(0))
                        .split(List.of("a1", "b1", "a2", "a3", "b2")))
                .containsExactly(List.of("a1", "b1"), List.of("a2"), List.of("a3", "b2"));
    }

    // ---- results

    @Test
    void resultsOfAllRequestsStandInTheOrderOfTheEntries() {
        Set<Integer> failedOnce = new HashSet<>();
        List<List<Integer>> sent = new ArrayList<>();
        Requests<Integer, String> requests = new Requests<>(Retrying.of(3), BatchLimits.ofCount(10), left -> {
            sent.add(List.copyOf(left));
            return BatchOutcome.byItem(item -> item % 10 == 7
                    ? ItemOutcome.failure(REFUSED)
                    : item % 4 == 0 && failedOnce.add(item)
                            ? ItemOutcome.failure(FAILS)
                            : ItemOutcome.success("done " + item));
        });

        BatchResult<Integer, String> result = requests.send(numbers(25));

        assertThat(sent)
                .containsExactly(
                        numbers(10),
                        List.of(0, 4, 8),
                        IntStream.range(10, 20).boxed().toList(),
                        List.of(12, 16),
                        List.of(20, 21, 22, 23, 24),
                        List.of(20, 24));
        assertThat(result.items()).extracting(ItemResult::position).isEqualTo(numbers(25));
        assertThat(result.items()).extracting(ItemResult::item).isEqualTo(numbers(25));
        assertThat(result.failedItems()).containsExactly(7, 17);
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(result.stopReason()).contains(StopReason.NOT_RETRYABLE);
        assertThat(result.items().get(24).attempts()).isEqualTo(2);
    }

    @Test
    void noEntriesAreCompleteWithoutARequest() {
        BatchResult<Integer, String> result = new Requests<Integer, String>(
                        Retrying.of(3), BatchLimits.ofCount(10), left -> {
                            throw new AssertionError("no request is made");
                        })
                .send(List.of());

        assertThat(result.isComplete()).isTrue();
        assertThat(result.attempts()).isZero();
    }

    private static Retry withOpenBreaker() {
        Retry retry = Retries.named("open").policy(RetryPolicy.defaults()).build();
        retry.operations().forceBreakerOpen("test", "closed for it");
        return retry;
    }

    @Test
    void aRefusalOfTheFirstRequestIsThrownSinceNothingWasSent() {
        Requests<Integer, String> requests = new Requests<>(withOpenBreaker(), BatchLimits.ofCount(2), left -> {
            throw new AssertionError("no request is made");
        });

        assertThatThrownBy(() -> requests.send(numbers(4))).isInstanceOf(CircuitOpenException.class);
    }

    @Test
    void aRefusalOfALaterRequestIsTheFailureOfItsEntries() {
        Retry retry = Retries.named("opens").policy(RetryPolicy.defaults()).build();
        Requests<Integer, String> requests = new Requests<>(retry, BatchLimits.ofCount(2), left -> {
            retry.operations().forceBreakerOpen("test", "closed for it");
            return BatchOutcome.byItem(item -> ItemOutcome.success("done"));
        });

        BatchResult<Integer, String> result = requests.send(numbers(5));

        assertThat(result.succeeded()).extracting(ItemResult::item).containsExactly(0, 1);
        assertThat(result.failed()).hasSize(3).allSatisfy(failure -> {
            assertThat(failure.reason()).isEqualTo(StopReason.CIRCUIT_OPEN);
            assertThat(failure.attempts()).isZero();
            assertThat(failure.failure()).isInstanceOf(CircuitOpenException.class);
            assertThat(failure.classification().isNotExecuted()).isTrue();
        });
        assertThat(result.stopReason()).contains(StopReason.CIRCUIT_OPEN);
    }

    @Test
    void anUnfitAnswerToALaterRequestHidesNothingThatWasDone() {
        Requests<Integer, String> requests = new Requests<>(
                Retrying.of(3),
                BatchLimits.ofCount(2),
                left -> left.contains(2)
                        ? Answers.byKey(new Answers.Keyed<String>(), left, item -> item, null)
                        : BatchOutcome.byItem(item -> ItemOutcome.success("done")));

        BatchResult<Integer, String> result = requests.send(numbers(6));

        assertThat(result.failedItems()).containsExactly(2, 3);
        assertThat(result.failed()).allSatisfy(failure -> assertThat(failure.failure())
                .hasMessage("answer: no word on entry 2 (expected: one on each entry of the request)"));
    }

    /** By position, and of items that came back. */
    @Test
    void anOutcomeThatDoesNotFitALaterRequestHidesNothingThatWasDone() {
        for (BatchOutcome<Integer, @Nullable Void> unfit : List.of(
                BatchOutcome.<Integer, @Nullable Void>byPosition(List.of()),
                BatchOutcome.<Integer>unprocessed(List.of(99)))) {
            BatchResult<Integer, @Nullable Void> result = new Requests<Integer, @Nullable Void>(
                            Retrying.of(3),
                            BatchLimits.ofCount(2),
                            left -> left.contains(2) ? unfit : BatchOutcome.allSucceeded())
                    .send(numbers(6));

            assertThat(result.failedItems()).containsExactly(2, 3);
            assertThat(result.failed()).allSatisfy(failure -> assertThat(failure.failure())
                    .isInstanceOf(UnfitAnswerException.class)
                    .hasMessageStartingWith("answer: ")
                    .hasMessageContaining("(expected: "));
        }
    }

    @Test
    void aFailureOfTheWholeRequestIsClassifiedWithoutAClassifierInThePolicy() {
        List<Integer> requests = new ArrayList<>();
        BatchResult<Integer, String> result = new Requests<Integer, String>(
                        Retrying.of(2), BatchLimits.ofCount(10), left -> {
                            requests.add(left.size());
                            throw SdkClientException.create("no credentials");
                        })
                .send(numbers(3));

        assertThat(requests).containsExactly(3);
        assertThat(result.failed())
                .extracting(ItemResult.Failure::reason)
                .containsOnly(StopReason.NOT_RETRYABLE)
                .hasSize(3);
    }

    // ---- order

    /** A service that fails entries at random and keeps what it accepts, in the order of acceptance. */
    private static BatchOutcome<Integer, String> accept(List<Integer> left, Random chance, List<Integer> accepted) {
        Map<Integer, ItemOutcome<String>> outcomes = new HashMap<>();
        for (Integer item : left) {
            int draw = chance.nextInt(10);
            if (draw >= 3) {
                accepted.add(item);
            }
            outcomes.put(
                    item,
                    draw == 0
                            ? ItemOutcome.failure(REFUSED)
                            : draw < 3 ? ItemOutcome.failure(FAILS) : ItemOutcome.success("done"));
        }
        return BatchOutcome.byItem(outcomes::get);
    }

    @Property(tries = 200)
    void inOrderNothingOvertakesWhatFailedBeforeIt(
            @ForAll @IntRange(min = 0, max = 60) int count,
            @ForAll @IntRange(min = 1, max = 7) int groups,
            @ForAll long seed) {
        Random chance = new Random(seed);
        List<Integer> accepted = new ArrayList<>();
        Requests<Integer, String> requests =
                new Requests<>(Retrying.of(3), BatchLimits.ofCount(10), left -> accept(left, chance, accepted));

        BatchResult<Integer, String> result = requests.sendInOrder(numbers(count), item -> item % groups);

        assertThat(result.items()).extracting(ItemResult::item).isEqualTo(numbers(count));
        for (int group = 0; group < groups; group++) {
            int own = group;
            List<Integer> given =
                    numbers(count).stream().filter(item -> item % groups == own).toList();
            List<Integer> ofGroup =
                    accepted.stream().filter(item -> item % groups == own).toList();
            // the beginning of what was given: in order, and nothing after a failure
            assertThat(ofGroup).isEqualTo(given.subList(0, ofGroup.size()));
            assertThat(result.succeeded().stream().map(ItemResult::item).filter(item -> item % groups == own))
                    .isEqualTo(ofGroup);
            given.stream().skip(ofGroup.size() + 1L).forEach(item -> assertThat(
                            result.items().get(item).attempts())
                    .isZero());
        }
    }

    @Property(tries = 200)
    void anOrderThatWasBrokenIsTold(
            @ForAll @IntRange(min = 0, max = 60) int count,
            @ForAll @IntRange(min = 1, max = 7) int groups,
            @ForAll long seed) {
        Random chance = new Random(seed);
        List<Integer> accepted = new ArrayList<>();
        BatchLimits<Integer> limits = BatchLimits.ofCount(10);
        Requests<Integer, String> requests =
                new Requests<>(Retrying.of(3), limits, left -> accept(left, chance, accepted));

        BatchResult<Integer, String> result = requests.send(numbers(count));

        Set<Integer> broken = IntStream.range(0, groups)
                .filter(group -> {
                    List<Integer> ofGroup = accepted.stream()
                            .filter(item -> item % groups == group)
                            .toList();
                    List<Integer> given = numbers(count).stream()
                            .filter(item -> item % groups == group)
                            .toList();
                    return !ofGroup.equals(given.subList(0, ofGroup.size()));
                })
                .boxed()
                .collect(Collectors.toSet());
        assertThat(Order.brokenGroups(result, limits, item -> item % groups)).isEqualTo(broken);
    }
}
