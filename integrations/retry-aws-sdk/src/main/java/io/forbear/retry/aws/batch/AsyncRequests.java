package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallRefusedException;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import io.forbear.retry.aws.batch.RequestPlan.Part;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What {@link Requests} is to blocking clients: the same plans, answers and failures, one request after the other, and
 * no thread that waits.
 */
final class AsyncRequests<I, A, T extends @Nullable Object> {

    private final Retry retry;
    private final BatchLimits<I> limits;
    private final Function<List<I>, CompletableFuture<A>> client;
    private final ServiceOperation.Reader<I, A, T> reader;

    AsyncRequests(
            Retry retry,
            BatchLimits<I> limits,
            Function<List<I>, CompletableFuture<A>> client,
            ServiceOperation.Reader<I, A, T> reader) {
        this.retry = Objects.requireNonNull(retry, "retry");
        this.limits = limits;
        this.client = client;
        this.reader = reader;
    }

    /** Makes one request of which nothing can fail alone. */
    static <Q, A, R> CompletableFuture<R> answer(
            Retry retry, Q request, Function<Q, CompletableFuture<A>> client, Function<A, R> value) {
        CompletableFuture<BatchResult<Q, A>> sent = new AsyncRequests<Q, A, A>(
                        retry,
                        BatchLimits.ofCount(1),
                        one -> client.apply(one.get(0)),
                        (answer, one) -> BatchOutcome.byPosition(List.of(ItemOutcome.success(answer))))
                .send(List.of(request));
        CompletableFuture<R> end = new CompletableFuture<>();
        passCancelOn(end, sent);
        sent.whenComplete((result, thrown) -> {
            if (thrown != null) {
                end.completeExceptionally(thrown);
                return;
            }
            try {
                end.complete(value.apply(Requests.onlyAnswer(result)));
            } catch (RuntimeException failure) {
                end.completeExceptionally(failure);
            }
        });
        return end;
    }

    private static void passCancelOn(CompletableFuture<?> from, CompletableFuture<?> to) {
        from.whenComplete((value, thrown) -> {
            if (from.isCancelled()) {
                to.cancel(true);
            }
        });
    }

    CompletableFuture<BatchResult<I, T>> send(List<? extends I> items) {
        return new Sending(RequestPlan.filled(retry.name(), items, limits)).begin();
    }

    CompletableFuture<BatchResult<I, T>> sendInOrder(List<? extends I> items, Function<? super I, ?> group) {
        return new Sending(RequestPlan.inOrder(retry.name(), items, limits, group)).begin();
    }

    /** The requests of one list of entries. */
    private final class Sending {

        private final RequestPlan<I, T> plan;
        private final CompletableFuture<BatchResult<I, T>> whole = new CompletableFuture<>();

        /**
         * How often the next request has been asked for and not been begun. The thread that raises it from 0 begins
         * requests until it is 0 again, so that requests which end at once build no stack.
         */
        private final AtomicInteger due = new AtomicInteger();

        private volatile @Nullable CompletableFuture<?> underWay;

        Sending(RequestPlan<I, T> plan) {
            this.plan = plan;
        }

        CompletableFuture<BatchResult<I, T>> begin() {
            whole.whenComplete((result, thrown) -> stopIfDone());
            goOn();
            return whole;
        }

        /** The caller has cancelled; at another end nothing is under way. */
        private void stopIfDone() {
            CompletableFuture<?> call = underWay;
            if (call != null && whole.isDone()) {
                call.cancel(true);
            }
        }

        private void goOn() {
            if (due.getAndIncrement() == 0) {
                do {
                    sendNext();
                } while (due.decrementAndGet() > 0);
            }
        }

        private void sendNext() {
            if (whole.isDone()) {
                return;
            }
            try {
                Part<I> part = plan.next();
                if (part == null) {
                    whole.complete(plan.result());
                    return;
                }
                AttemptAnswers<I, T> answers = new AttemptAnswers<>();
                CompletableFuture<BatchResult<I, T>> call =
                        retry.callBatchAsync(part.items(), items -> once(items, answers));
                underWay = call;
                stopIfDone();
                call.whenComplete((result, thrown) -> ended(part, result, thrown));
            } catch (RuntimeException | Error broken) {
                whole.completeExceptionally(broken);
            }
        }

        private void ended(Part<I> part, @Nullable BatchResult<I, T> result, @Nullable Throwable thrown) {
            try {
                if (result != null) {
                    plan.ended(part, result);
                } else if (thrown instanceof CallRefusedException || thrown instanceof UnfitAnswerException) {
                    plan.failed(part, (RuntimeException) thrown);
                } else {
                    whole.completeExceptionally(Objects.requireNonNull(thrown, "thrown"));
                    return;
                }
            } catch (RuntimeException | Error ofFirst) {
                whole.completeExceptionally(ofFirst);
                return;
            }
            goOn();
        }
    }

    /** One attempt. */
    private CompletionStage<BatchOutcome<I, T>> once(List<I> items, AttemptAnswers<I, T> answers) {
        CompletableFuture<A> asked;
        try {
            asked = client.apply(items);
        } catch (SdkException atOnce) {
            asked = CompletableFuture.failedFuture(atOnce);
        }
        CompletableFuture<BatchOutcome<I, T>> outcome =
                asked.handle((answer, thrown) -> outcome(answer, thrown, items, answers));
        passCancelOn(outcome, asked);
        return outcome;
    }

    private BatchOutcome<I, T> outcome(
            @Nullable A answer, @Nullable Throwable thrown, List<I> items, AttemptAnswers<I, T> answers) {
        if (answer != null) {
            try {
                return answers.read(reader.read(answer, items), items);
            } catch (UnfitAnswerException unfit) {
                return answers.unfit(unfit);
            }
        }
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (failure == null) {
            return answers.unfit(new UnfitAnswerException("null", "what the service said"));
        }
        BatchOutcome<I, T> known = failure instanceof SdkException ofSdk ? AttemptAnswers.ofFailure(ofSdk) : null;
        if (known == null) {
            throw new CompletionException(failure);
        }
        return known;
    }
}
