package io.forbear.retry.spring;

import io.forbear.retry.BatchOperation;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CallOutcome;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.ClientSnapshot;
import io.forbear.retry.Operation;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.operations.ServiceOperations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** A {@code Retry} in front of another, for tests that watch how one is used. */
abstract class RetryDelegate implements Retry {

    private final Retry retry;

    RetryDelegate(Retry retry) {
        this.retry = retry;
    }

    @Override
    public String name() {
        return retry.name();
    }

    @Override
    public RetryPolicy policy() {
        return retry.policy();
    }

    @Override
    public <T, X extends Throwable> T call(Operation<T, X> operation) throws X {
        return retry.call(operation);
    }

    @Override
    public <T> CallOutcome<T> callForOutcome(Operation<T, ?> operation) {
        return retry.callForOutcome(operation);
    }

    @Override
    public <T> CompletableFuture<CallOutcome<T>> callAsyncForOutcome(Supplier<? extends CompletionStage<T>> operation) {
        return retry.callAsyncForOutcome(operation);
    }

    @Override
    public <T> CompletableFuture<T> callAsync(Supplier<? extends CompletionStage<T>> operation) {
        return retry.callAsync(operation);
    }

    @Override
    public <I, T> BatchResult<I, T> callBatch(List<? extends I> items, BatchOperation<I, T> operation) {
        return retry.callBatch(items, operation);
    }

    @Override
    public <I, T> CompletableFuture<BatchResult<I, T>> callBatchAsync(
            List<? extends I> items,
            Function<? super List<I>, ? extends CompletionStage<BatchOutcome<I, T>>> operation) {
        return retry.callBatchAsync(items, operation);
    }

    @Override
    public Retry forClient(String client) {
        return retry.forClient(client);
    }

    @Override
    public Retry with(CallOptions options) {
        return retry.with(options);
    }

    @Override
    public CallOptions options() {
        return retry.options();
    }

    @Override
    public int currentAttempt() {
        return retry.currentAttempt();
    }

    @Override
    public Optional<Duration> remaining() {
        return retry.remaining();
    }

    @Override
    public RetryCall begin() {
        return retry.begin();
    }

    @Override
    public RetrySnapshot snapshot() {
        return retry.snapshot();
    }

    @Override
    public Optional<ClientSnapshot> clientSnapshot() {
        return retry.clientSnapshot();
    }

    @Override
    public Optional<RetryBudget> budget() {
        return retry.budget();
    }

    @Override
    public Optional<CircuitBreaker> circuitBreaker() {
        return retry.circuitBreaker();
    }

    @Override
    public ServiceOperations operations() {
        return retry.operations();
    }

    @Override
    public void close() {
        retry.close();
    }
}
