package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchOutcomeTest {

    private static final List<String> ITEMS = List.of("a", "b", "a");

    private static List<String> read(BatchOutcome<String, ?> outcome) {
        List<String> read = new ArrayList<>();
        for (ItemOutcome<?> item : outcome.forItems(ITEMS)) {
            read.add(
                    item instanceof ItemOutcome.Success<?> success
                            ? "ok " + success.value()
                            : "failed " + ((ItemOutcome.Failure<?>) item).classification());
        }
        return read;
    }

    @Test
    void unprocessedItemsAreRateLimitedAndWereNotExecuted() {
        assertThat(read(BatchOutcome.unprocessed(List.of("b"))))
                .containsExactly("ok null", "failed RATE_LIMIT, not executed", "ok null");
        assertThat(read(BatchOutcome.unprocessed(List.of("b"), Classification.of(ErrorCategory.TIMEOUT))))
                .containsExactly("ok null", "failed TIMEOUT", "ok null");
        assertThat(read(BatchOutcome.allSucceeded())).containsExactly("ok null", "ok null", "ok null");
    }

    @Test
    void anUnprocessedItemStandsForOneOfItsEqualsTheEarliestFirst() {
        assertThat(read(BatchOutcome.unprocessed(List.of("a"))))
                .containsExactly("failed RATE_LIMIT, not executed", "ok null", "ok null");
        assertThat(read(BatchOutcome.unprocessed(List.of("a", "a"))))
                .containsExactly("failed RATE_LIMIT, not executed", "ok null", "failed RATE_LIMIT, not executed");
    }

    @Test
    void foundValuesStandForAllEquals() {
        assertThat(read(BatchOutcome.results(Map.of("a", 7), List.of()))).containsExactly("ok 7", "ok null", "ok 7");
        assertThat(read(BatchOutcome.results(Map.of("a", 7), List.of("b"))))
                .containsExactly("ok 7", "failed RATE_LIMIT, not executed", "ok 7");
    }

    @Test
    void failuresAreLookedUpByItem() {
        IOException down = new IOException();

        List<ItemOutcome<? extends @Nullable Void>> outcomes =
                BatchOutcome.failures(Map.of("b", down)).forItems(List.copyOf(ITEMS));

        assertThat(outcomes)
                .containsExactly(ItemOutcome.success(null), ItemOutcome.failure(down), ItemOutcome.success(null));
    }

    @Test
    void refusesItemsThatWereNotInTheAttempt() {
        assertThatThrownBy(() -> read(BatchOutcome.unprocessed(List.of("b", "b", "z"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unprocessed: 3 items, 2 of them not in the attempt (expected: only items of the attempt,"
                        + " which has 3)");
        assertThatThrownBy(() -> read(BatchOutcome.failures(Map.of("z", new IOException()))))
                .hasMessageStartingWith("failures: 1 items, 1 of them not in the attempt");
        assertThatThrownBy(() -> read(BatchOutcome.results(Map.of("z", 1, "a", 2), List.of())))
                .hasMessageStartingWith("found: 2 items, 1 of them not in the attempt");
    }

    @Test
    void refusesAnotherNumberOfOutcomesAndNulls() {
        ItemOutcome<String> ok = ItemOutcome.success("ok");

        assertThatThrownBy(() -> read(BatchOutcome.byPosition(List.of(ok, ok))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("outcomes: 2 (expected: 3, one for each item of the attempt)");
        assertThatThrownBy(() -> read(BatchOutcome.byPosition(Collections.nCopies(4, ok))))
                .hasMessage("outcomes: 4 (expected: 3, one for each item of the attempt)");
        assertThatThrownBy(() -> read(BatchOutcome.byPosition(Arrays.asList(ok, null, ok))))
                .hasMessage("outcomes[1]: null (expected: an outcome)");
        assertThatThrownBy(() -> new ItemOutcome.Failure<>(null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("failure: null (expected: a failure or a classification)");
    }

    @Test
    void asksTheFunctionOnceForEachItemInOrder() {
        List<String> asked = new ArrayList<>();

        assertThat(read(BatchOutcome.byItem(item -> {
                    asked.add(item);
                    return ItemOutcome.success(item + asked.size());
                })))
                .containsExactly("ok a1", "ok b2", "ok a3");
        assertThat(asked).isEqualTo(ITEMS);
    }

    @Test
    void isFreeOnProgressOnlyWhereItIsSaid() {
        BatchOutcome<String, @Nullable Void> outcome = BatchOutcome.unprocessed(List.of("b"));

        assertThat(outcome.isFreeOnProgress()).isFalse();
        assertThat(outcome.freeOnProgress().isFreeOnProgress()).isTrue();
        assertThat(read(outcome.freeOnProgress())).isEqualTo(read(outcome));
    }

    private static ItemResult<String, Integer> failed(String item, int position, StopReason reason) {
        return new ItemResult.Failure<>(
                item, position, 2, reason, Classification.of(ErrorCategory.TIMEOUT), null, null);
    }

    @Test
    void aResultTellsWhatIsDoneFromWhatIsNot() {
        BatchResult<String, Integer> result = BatchResult.of(
                "users",
                List.of(
                        new ItemResult.Success<>("a", 0, 1, 7),
                        failed("b", 1, StopReason.ATTEMPTS_EXHAUSTED),
                        failed("c", 2, StopReason.NOT_RETRYABLE),
                        failed("d", 3, StopReason.ATTEMPTS_EXHAUSTED)),
                2,
                StopReason.ATTEMPTS_EXHAUSTED);

        assertThat(result.isComplete()).isFalse();
        assertThat(result.succeeded()).extracting(ItemResult.Success::value).containsExactly(7);
        assertThat(result.failedItems()).containsExactly("b", "c", "d");
        assertThat(result.failed()).hasSize(3);
        assertThat(result.stopReason()).contains(StopReason.ATTEMPTS_EXHAUSTED);
        assertThat(result)
                .hasToString("BatchResult(users: 3 of 4 items failed after 2 attempts: 1 NOT_RETRYABLE, 2"
                        + " ATTEMPTS_EXHAUSTED)");
        assertThatThrownBy(result::orElseThrow)
                .isInstanceOf(IncompleteBatchException.class)
                .hasNoCause();
    }

    @Test
    void aCompleteResultHasAllValuesNullsToo() {
        BatchResult<String, @Nullable Integer> result = BatchResult.of(
                "users",
                List.of(
                        new ItemResult.Success<String, @Nullable Integer>("a", 0, 1, 7),
                        new ItemResult.Success<String, @Nullable Integer>("b", 1, 1, null)),
                1,
                null);

        assertThat(result.isComplete()).isTrue();
        assertThat(result.orElseThrow()).containsExactly(7, null);
        assertThat(result.stopReason()).isEmpty();
        assertThat(result).hasToString("BatchResult(users: 0 of 2 items failed after 1 attempt)");
    }

    @Test
    void aSuccessIsNoFailureOfAnItem() {
        assertThatThrownBy(() -> ItemOutcome.failure(Classification.success()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("classification: success (expected: a failure)");
        assertThatThrownBy(() -> ItemOutcome.failure(Classification.ofHttpStatus(200), new IOException("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("classification: success (expected: a failure)");
    }
}
