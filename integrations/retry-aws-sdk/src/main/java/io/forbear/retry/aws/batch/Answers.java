package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.aws.AwsClassifier;
import io.forbear.retry.aws.internal.SingleAttempt;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/** How the answers of a service say what became of each entry: by position, or by a key of the entry. */
final class Answers {

    /** Switches the retries of the client off for one request. */
    static final AwsRequestOverrideConfiguration ONCE = SingleAttempt.ONCE;

    private static final Classification NOT_OF_SENDER =
            Classification.of(ErrorCategory.SERVER_ERROR).retryable();

    private Answers() {}

    /** Returns the outcome of an entry to which the service gave an error code. */
    static <T extends @Nullable Object> ItemOutcome<T> failure(
            String service, @Nullable String code, @Nullable String message) {
        return failure(service, code, message, AwsClassifier.services().ofEntry(service, code));
    }

    /**
     * Returns the outcome of an entry of which the service says whether it was at fault. It goes again if not. A
     * throttle goes again too: SQS counts one as a fault of the sender.
     */
    static <T extends @Nullable Object> ItemOutcome<T> failure(
            String service, @Nullable String code, @Nullable String message, boolean senderFault) {
        Classification found = AwsClassifier.services().ofEntry(service, code);
        boolean throttled = found.category() == ErrorCategory.RATE_LIMIT;
        if (senderFault && !throttled) {
            found = Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();
        } else if (!senderFault && !found.isRetryable(found.category() != ErrorCategory.CLIENT_ERROR)) {
            found = NOT_OF_SENDER;
        }
        return failure(service, code, message, found);
    }

    private static <T extends @Nullable Object> ItemOutcome<T> failure(
            String service, @Nullable String code, @Nullable String message, Classification found) {
        return ItemOutcome.failure(found, new BatchEntryException(service, code == null ? "" : code, message));
    }

    /** Reads answers that stand in the order of the entries. */
    static <I, A, T extends @Nullable Object> BatchOutcome<I, T> byPosition(
            List<A> answers, Function<A, ItemOutcome<T>> outcome) {
        List<ItemOutcome<T>> outcomes = new ArrayList<>(answers.size());
        for (A answer : answers) {
            outcomes.add(outcome.apply(answer));
        }
        return BatchOutcome.byPosition(outcomes);
    }

    /**
     * Reads answers that name their entry.
     *
     * @param answers by the key of the entry
     * @param key the key of an entry, distinct within the request
     * @param otherwise the outcome of an entry that no answer names, {@code null} where each must be named
     */
    static <I, T extends @Nullable Object> BatchOutcome<I, T> byKey(
            Keyed<T> answers, List<I> items, Function<? super I, ?> key, @Nullable ItemOutcome<T> otherwise) {
        List<ItemOutcome<T>> outcomes = new ArrayList<>(items.size());
        for (I item : items) {
            Object own = key.apply(item);
            ItemOutcome<T> told = answers.outcomes.remove(own);
            if (told == null) {
                told = otherwise;
            }
            if (told == null) {
                throw new UnfitAnswerException("no word on entry " + own, "one on each entry of the request");
            }
            outcomes.add(told);
        }
        if (!answers.outcomes.isEmpty()) {
            throw new UnfitAnswerException(
                    "a word on " + answers.outcomes.keySet(), "one on each entry of the request, and on no other");
        }
        return BatchOutcome.byPosition(outcomes);
    }

    /** Answers by the key of their entry. */
    static final class Keyed<T extends @Nullable Object> {

        private final Map<Object, ItemOutcome<T>> outcomes = new HashMap<>();

        Keyed<T> add(@Nullable Object key, ItemOutcome<T> outcome) {
            if (key == null || outcomes.put(key, outcome) != null) {
                throw new UnfitAnswerException("two words on entry " + key, "one on each entry of the request");
            }
            return this;
        }
    }
}
