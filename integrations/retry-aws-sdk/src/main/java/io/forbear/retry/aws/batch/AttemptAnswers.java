package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.aws.AwsClassifier;
import io.forbear.retry.error.Classification;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What the attempts of one request make of answers and failures. Failures are classified here, so that the policy needs
 * no classifier of AWS. Attempts come one after the other.
 */
final class AttemptAnswers<I, T extends @Nullable Object> {

    private boolean answered;

    /** Returns the outcome of an attempt, which is read here, so that one that does not fit is known as that. */
    BatchOutcome<I, T> read(BatchOutcome<I, T> outcome, List<I> items) {
        BatchOutcome<I, T> fitting;
        try {
            fitting = BatchOutcome.byPosition(outcome.forItems(items));
        } catch (UnfitAnswerException unfit) {
            return unfit(unfit);
        } catch (IllegalStateException unfit) {
            return unfit(new UnfitAnswerException(unfit));
        }
        answered = true;
        return fitting;
    }

    /**
     * Returns the outcome of an attempt whose answer does not fit it. As the first answer it ends the call where the
     * outcome is read; later, so that what is done is not hidden, it is the failure of the entries that were left.
     */
    BatchOutcome<I, T> unfit(UnfitAnswerException unfit) {
        return BatchOutcome.byItem(item -> {
            if (!answered) {
                throw unfit;
            }
            return ItemOutcome.failure(Collected.UNKNOWN, unfit);
        });
    }

    /** Returns the outcome of an attempt that failed as a whole, {@code null} where the policy is to judge it. */
    static <I, T extends @Nullable Object> @Nullable BatchOutcome<I, T> ofFailure(SdkException failure) {
        Classification found = AwsClassifier.services().classify(failure);
        return found == null ? null : BatchOutcome.byItem(item -> ItemOutcome.failure(found, failure));
    }
}
