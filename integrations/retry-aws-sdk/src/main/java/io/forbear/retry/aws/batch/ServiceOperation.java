package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchOperation;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A batch operation of a service: what a request takes, how it is made of entries, and what its answer says of them. It
 * knows no client, so that the blocking and the asynchronous one have the same.
 *
 * @param limits what a request takes
 * @param request makes a request of entries
 * @param reader reads the answer
 * @param <I> the entries
 * @param <Q> the requests of the SDK
 * @param <A> their answers
 * @param <T> what there is for an entry that succeeded
 */
record ServiceOperation<I, Q, A, T extends @Nullable Object>(
        BatchLimits<I> limits, Function<List<I>, Q> request, Reader<I, A, T> reader) {

    /** Reads what an answer says of each entry of its request. */
    interface Reader<I, A, T extends @Nullable Object> {
        BatchOutcome<I, T> read(A answer, List<I> items);
    }

    /** Returns one attempt by a blocking client. */
    BatchOperation<I, T> by(Function<Q, A> client) {
        return items -> reader.read(client.apply(request.apply(items)), items);
    }

    Requests<I, T> requests(Retry retry, Function<Q, A> client) {
        return new Requests<>(retry, limits, by(client));
    }

    AsyncRequests<I, A, T> asyncRequests(Retry retry, Function<Q, CompletableFuture<A>> client) {
        return new AsyncRequests<>(retry, limits, items -> client.apply(request.apply(items)), reader);
    }
}
