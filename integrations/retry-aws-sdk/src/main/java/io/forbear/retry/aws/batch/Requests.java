package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchOperation;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallRefusedException;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Retry;
import io.forbear.retry.aws.AwsClassifier;
import io.forbear.retry.error.Classification;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The engine of all batches: splits entries into requests, makes a batch call of each, and puts the results together.
 *
 * <p>Two orders of sending. {@link #send} fills requests, one after the other: fast, but where an entry failed and a
 * later one of the same group was accepted, the later one has overtaken it. {@link #sendInOrder} has at most one entry
 * of a group in a request, and sends the next one after that has succeeded: nothing overtakes what failed before it.
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
        ItemResult<Q, A> end = new Requests<Q, A>(
                        retry,
                        BatchLimits.ofCount(1),
                        one -> BatchOutcome.byPosition(List.of(ItemOutcome.success(call.apply(one.get(0))))))
                .send(List.of(request))
                .items()
                .get(0);
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
        Collected<I, T> collected = new Collected<>(retry.name(), items);
        int from = 0;
        for (List<I> part : limits.split(collected.items())) {
            int[] positions = new int[part.size()];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = from++;
            }
            attempt(collected, positions, part);
        }
        return collected.result();
    }

    /**
     * Sends so that nothing overtakes what failed before it.
     *
     * @param group what an entry must not be overtaken in
     */
    BatchResult<I, T> sendInOrder(List<? extends I> items, Function<? super I, ?> group) {
        Collected<I, T> collected = new Collected<>(retry.name(), items);
        List<I> all = collected.items();
        Map<Object, Queue<Integer>> lines = new HashMap<>();
        PriorityQueue<Integer> heads = new PriorityQueue<>();
        for (int i = 0; i < all.size(); i++) {
            Queue<Integer> line = lines.computeIfAbsent(groupOf(group, all.get(i)), none -> new ArrayDeque<>());
            if (line.isEmpty()) {
                heads.add(i);
            }
            line.add(i);
        }
        while (!heads.isEmpty()) {
            int[] positions = firstThatFit(heads, all);
            List<I> part = new ArrayList<>(positions.length);
            for (int position : positions) {
                part.add(all.get(position));
            }
            attempt(collected, positions, part);
            for (int position : positions) {
                Queue<Integer> line = Objects.requireNonNull(lines.get(groupOf(group, all.get(position))));
                line.remove();
                advance(collected, collected.at(position), line, heads);
            }
        }
        return collected.result();
    }

    private static <I> Object groupOf(Function<? super I, ?> group, I item) {
        return Objects.requireNonNull(group.apply(item), "group");
    }

    private int[] firstThatFit(PriorityQueue<Integer> heads, List<I> all) {
        BatchLimits<I>.Filling filling = limits.filling();
        List<Integer> taken = new ArrayList<>();
        for (Integer head = heads.peek(); head != null && filling.takes(all.get(head)); head = heads.peek()) {
            taken.add(heads.remove());
        }
        return taken.stream().mapToInt(Integer::intValue).toArray();
    }

    private void advance(
            Collected<I, T> collected, ItemResult<I, T> end, Queue<Integer> line, PriorityQueue<Integer> heads) {
        if (end instanceof ItemResult.Failure<I, T> failure) {
            line.forEach(position -> collected.notSent(position, failure));
            line.clear();
        } else if (!line.isEmpty()) {
            heads.add(line.element());
        }
    }

    private void attempt(Collected<I, T> collected, int[] positions, List<I> part) {
        try {
            collected.add(positions, retry.callBatch(part, this::once));
        } catch (CallRefusedException | UnfitAnswerException thrown) {
            if (collected.isEmpty()) {
                throw thrown;
            }
            collected.failed(positions, thrown);
        }
    }

    /** One request. A failure of it is classified here, so that the policy needs no classifier of AWS. */
    private BatchOutcome<I, T> once(List<I> items) throws Exception {
        try {
            return read(request.attempt(items), items);
        } catch (UnfitAnswerException unfit) {
            return BatchOutcome.byItem(item -> {
                throw unfit; // where outcomes are read: that ends the call, as no failure of an attempt does
            });
        } catch (SdkException failure) {
            Classification found = AwsClassifier.services().classify(failure);
            if (found == null || Thread.currentThread().isInterrupted()) {
                throw failure;
            }
            return BatchOutcome.byItem(item -> ItemOutcome.failure(found, failure));
        }
    }

    /** Reads the outcome here, so that one that does not fit is known as that. */
    private BatchOutcome<I, T> read(BatchOutcome<I, T> outcome, List<I> items) {
        try {
            return BatchOutcome.byPosition(outcome.forItems(items));
        } catch (UnfitAnswerException unfit) {
            throw unfit;
        } catch (IllegalStateException unfit) {
            throw new UnfitAnswerException(unfit);
        }
    }
}
