package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchOperation;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallRefusedException;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Retry;
import io.forbear.retry.aws.batch.RequestPlan.Part;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The engine of all batches by blocking clients: makes a batch call of each request of a {@link RequestPlan}, and puts
 * the results together. {@link AsyncRequests} is that of asynchronous clients.
 */
final class Requests<I, T extends @Nullable Object> {

    private final Retry retry;
    private final BatchLimits<I> limits;
    private final BatchOperation<I, T> request;

    Requests(Retry retry, BatchLimits<I> limits, BatchOperation<I, T> request) {
        this.retry = Objects.requireNonNull(retry, "retry");
        this.limits = limits;
        this.request = request;
    }

    /**
     * Makes one request of which nothing can fail alone.
     *
     * @return its answer
     * @throws RuntimeException the failure of the last attempt
     */
    static <Q, A> A answer(Retry retry, Q request, Function<Q, A> call) {
        return onlyAnswer(new Requests<Q, A>(
                        retry,
                        BatchLimits.ofCount(1),
                        one -> BatchOutcome.byPosition(List.of(ItemOutcome.success(call.apply(one.get(0))))))
                .send(List.of(request)));
    }

    /**
     * Returns the answer to the one request of a result.
     *
     * @throws RuntimeException the failure of its last attempt
     */
    static <Q, A> A onlyAnswer(BatchResult<Q, A> result) {
        ItemResult<Q, A> end = result.items().get(0);
        if (end instanceof ItemResult.Success<Q, A> success) {
            return success.value();
        }
        Throwable failure = ((ItemResult.Failure<Q, A>) end).failure();
        if (failure instanceof RuntimeException thrown) {
            throw thrown;
        }
        throw new IllegalStateException(end.toString(), failure);
    }

    BatchResult<I, T> send(List<? extends I> items) {
        return send(RequestPlan.filled(retry.name(), items, limits));
    }

    /**
     * Sends so that nothing overtakes what failed before it.
     *
     * @param group what an entry must not be overtaken in
     */
    BatchResult<I, T> sendInOrder(List<? extends I> items, Function<? super I, ?> group) {
        return send(RequestPlan.inOrder(retry.name(), items, limits, group));
    }

    private BatchResult<I, T> send(RequestPlan<I, T> plan) {
        for (Part<I> part = plan.next(); part != null; part = plan.next()) {
            AttemptAnswers<I, T> answers = new AttemptAnswers<>();
            BatchResult<I, T> result;
            try {
                result = retry.callBatch(part.items(), items -> once(items, answers));
            } catch (CallRefusedException | UnfitAnswerException thrown) {
                plan.failed(part, thrown);
                continue;
            }
            plan.ended(part, result);
        }
        return plan.result();
    }

    /** One attempt. */
    private BatchOutcome<I, T> once(List<I> items, AttemptAnswers<I, T> answers) throws Exception {
        BatchOutcome<I, T> outcome;
        try {
            outcome = request.attempt(items);
        } catch (UnfitAnswerException unfit) {
            return answers.unfit(unfit);
        } catch (SdkException failure) {
            BatchOutcome<I, T> known =
                    Thread.currentThread().isInterrupted() ? null : AttemptAnswers.ofFailure(failure);
            if (known == null) {
                throw failure;
            }
            return known;
        }
        return answers.read(outcome, items);
    }
}
