package io.forbear.retry;

import io.forbear.retry.operations.ServiceOperations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls to one downstream service, and makes them again where that is worth it and allowed.
 *
 * <p>There is one for each service and it lives as long as the application; it is made by {@code Retries} or a {@code
 * RetryRegistry} of {@code retry-core}. Policy, budgets, breaker and counters are shared by all calls, and by the views
 * that {@link #forClient} and {@link #with} return.
 *
 * <h2>How a call ends</h2>
 *
 * <ul>
 *   <li>With the result of the first attempt that succeeded.
 *   <li>With the failure of the last attempt, the same object that was thrown; a suppressed {@link RetryStopped} says
 *       why there was no further attempt. {@link Error}s are never retried.
 *   <li>With a {@link CallRefusedException}, where the first attempt was not made: {@link CircuitOpenException}, {@link
 *       GateRefusedException} or {@link DeadlinePassedException}.
 * </ul>
 *
 * <p>An interrupt during a wait ends the call with its last failure and leaves the interrupt flag set. Thread-safe;
 * every method may be called from virtual threads.
 *
 * @since 0.1
 */
public interface Retry extends AutoCloseable {

    /**
     * Returns the name of the service.
     *
     * @return the name that was given at building
     */
    String name();

    /**
     * Returns the policy that calls follow now; a registry may replace it.
     *
     * @return the policy
     */
    RetryPolicy policy();

    /**
     * Makes a call on this thread, and waits on this thread between attempts.
     *
     * @param operation makes one attempt
     * @return the result of the first attempt that succeeded
     * @param <T> what the operation returns
     * @param <X> what the operation throws
     * @throws X when the call ended with this failure of its last attempt
     * @throws CallRefusedException where the first attempt was not made
     */
    <T extends @Nullable Object, X extends Throwable> T call(Operation<T, X> operation) throws X;

    /**
     * As {@link #call} for an operation that may be interrupted, such as {@code HttpClient.send}. The other checked
     * exception of the operation is inferred alone: a method that calls this declares {@code IOException} and {@code
     * InterruptedException}, where {@link #call} makes it declare {@code Exception}.
     *
     * @param operation makes one attempt
     * @return the result of the first attempt that succeeded
     * @param <T> what the operation returns
     * @param <X> what the operation throws beside {@link InterruptedException}
     * @throws X when the call ended with this failure of its last attempt
     * @throws InterruptedException when an attempt ended so; the interrupt flag is set too
     * @throws CallRefusedException where the first attempt was not made
     */
    default <T extends @Nullable Object, X extends Throwable> T callInterruptibly(
            InterruptibleOperation<T, X> operation) throws X, InterruptedException {
        Objects.requireNonNull(operation, "operation");
        return this.<T, RuntimeException>callAs(operation);
    }

    /** Lets the exceptions of the operation pass as what they are. */
    @SuppressWarnings("unchecked")
    private <T extends @Nullable Object, X extends Throwable> T callAs(InterruptibleOperation<T, ?> operation)
            throws X {
        return call(() -> {
            try {
                return operation.call();
            } catch (Throwable failure) {
                throw (X) failure;
            }
        });
    }

    /**
     * As {@link #call}, with one type parameter, for languages without checked exceptions, such as Kotlin, and for code
     * that declares {@code Exception}.
     *
     * @param operation makes one attempt
     * @return the result of the first attempt that succeeded
     * @param <T> what the operation returns
     * @throws Exception when the call ended with this failure of its last attempt
     * @throws CallRefusedException where the first attempt was not made
     */
    default <T extends @Nullable Object> T execute(Callable<? extends T> operation) throws Exception {
        Objects.requireNonNull(operation, "operation");
        return this.<T, Exception>call(operation::call);
    }

    /**
     * As {@link #call}, and returns how the call ended as a value: the result or the failure, why there was no further
     * attempt, and the failures of all attempts. Nothing is thrown but an {@link Error}.
     *
     * <pre>{@code
     * User user = users.callForOutcome(() -> client.get(id)).orElse(outcome -> cache.get(id));
     * }</pre>
     *
     * @param operation makes one attempt
     * @return how the call ended
     * @param <T> what the operation returns
     */
    <T extends @Nullable Object> CallOutcome<T> callForOutcome(Operation<T, ?> operation);

    /**
     * As {@link #callAsync}, with the outcome as {@link #callForOutcome} has it. The future fails only with an {@link
     * Error}, and where it is cancelled.
     *
     * @param operation begins one attempt
     * @return the future outcome
     * @param <T> what the operation's stage completes with
     */
    <T extends @Nullable Object> CompletableFuture<CallOutcome<T>> callAsyncForOutcome(
            Supplier<? extends CompletionStage<T>> operation);

    /**
     * As {@link #call} for an operation that returns nothing.
     *
     * @param action makes one attempt
     * @param <X> what the action throws
     * @throws X when the call ended with this failure of its last attempt
     * @throws CallRefusedException where the first attempt was not made
     */
    default <X extends Throwable> void run(Action<X> action) throws X {
        Objects.requireNonNull(action, "action");
        this.<@Nullable Void, X>call(() -> {
            action.run();
            return null;
        });
    }

    /**
     * Makes an asynchronous call. The first attempt is begun on this thread, the others on the executor of this {@code
     * Retry}, as is a first one that waits at a gate; no thread waits between attempts.
     *
     * <p>Cancelling the returned future cancels the attempt that is under way, where its stage is a future, or the
     * timer of the next. A stage that ends in a failure, a supplier that throws and one that returns {@code null} are
     * failed attempts. The future completes with the failure itself, not with a {@code CompletionException} around it.
     *
     * <p>The future ends at the deadline of the call, whatever becomes of the stage, the executor and the scheduler: an
     * attempt that is under way is cancelled, and the future fails with a {@link java.util.concurrent.TimeoutException}
     * that has the failure before it suppressed; a call that waits ends with its last failure.
     *
     * @param operation begins one attempt
     * @return the future result
     * @param <T> what the operation's stage completes with
     */
    <T extends @Nullable Object> CompletableFuture<T> callAsync(Supplier<? extends CompletionStage<T>> operation);

    /**
     * Makes a batch call on this thread: attempts all items, and then again those that failed and may be retried, until
     * none is left or there is no further attempt. It waits on this thread between attempts.
     *
     * <p>Items are judged one by one, each by its own kind of failure: one that is not retryable, or has been in as
     * many attempts as its kind allows, is given up, and the others go on. Whether there is a next attempt is decided
     * once for all that is left: it waits for the longest of the delays that its kinds of failure ask for, and takes
     * one token of each budget. For counters, listeners and the breaker the batch is one call, which succeeds if every
     * item does.
     *
     * <p>What failed is in the result and is not thrown, so that no failure hides what was done: also where the
     * operation throws, which is the failure of every item of that attempt, and where the thread was interrupted, in
     * which case the flag is set.
     *
     * @param items what is to be done, without {@code null}; equal items are told apart by their position. An empty
     *     list makes no attempt and counts for nothing
     * @param operation makes one attempt with what is left
     * @return how each item ended
     * @param <I> the items
     * @param <T> what there is for an item that succeeded
     * @throws Error if an attempt throws one; it is never retried
     * @throws IllegalStateException if the operation's outcome does not fit the items of the attempt: {@code null}, of
     *     another size, or about items that were not in it
     * @throws CallRefusedException where the first attempt was not made
     */
    <I, T extends @Nullable Object> BatchResult<I, T> callBatch(
            List<? extends I> items, BatchOperation<I, T> operation);

    /**
     * Makes an asynchronous batch call: as {@link #callBatch} says what is attempted, and as {@link #callAsync} says
     * where and how it is cancelled. What {@link #callBatch} throws, the future fails with.
     *
     * @param items what is to be done, without {@code null}
     * @param operation begins one attempt with what is left, which is an unmodifiable list
     * @return the future result
     * @param <I> the items
     * @param <T> what there is for an item that succeeded
     */
    <I, T extends @Nullable Object> CompletableFuture<BatchResult<I, T>> callBatchAsync(
            List<? extends I> items,
            Function<? super List<I>, ? extends CompletionStage<BatchOutcome<I, T>>> operation);

    /**
     * Returns a view for the calls of one client: they count for its figures, and draw on its own budget too where
     * clients have one.
     *
     * <p>A view that is kept finds its client without a look-up from the second call on.
     *
     * <p>The state of clients is bounded: beyond the limit, unknown clients share the state of an overflow bucket. An
     * id of more than 256 characters is kept as its first 200 and a hash of all of them.
     *
     * @param client the key of the client, such as a tenant; the same string is the same client
     * @return a view of this; cheap, made for one call or kept
     */
    Retry forClient(String client);

    /**
     * Returns a view whose calls have options, beside those that this view has already: see {@link CallOptions#with}.
     *
     * @param options the options that are added
     * @return a view of this; cheap, made for one call or kept
     */
    Retry with(CallOptions options);

    /**
     * Returns the options of this view.
     *
     * @return what {@link #with} has added up to; {@link CallOptions#defaults()} where it was not called
     */
    CallOptions options();

    /**
     * Returns the number of the attempt that this thread makes inside a call of any service, as {@code
     * Retries.currentAttempt()} of the engine does; for adapters, which see this interface alone.
     *
     * @return from 1; 1 outside of an attempt too
     */
    int currentAttempt();

    /**
     * Returns how much time is left to the attempt that this thread makes inside a call of any service, as {@code
     * Retries.remaining()} of the engine does; for adapters, which see this interface alone.
     *
     * @return zero where the time is over; empty outside of an attempt, and where nothing limits it
     */
    Optional<Duration> remaining();

    /**
     * Begins a call whose attempts the caller makes.
     *
     * @return the call, whose first attempt is to be made now
     * @throws CallRefusedException where the first attempt must not be made
     */
    RetryCall begin();

    /**
     * Returns the figures of the service, the same on every view.
     *
     * @return a snapshot of this moment
     */
    RetrySnapshot snapshot();

    /**
     * Returns the figures of the client whose view this is.
     *
     * @return a snapshot of this moment; empty where {@link #forClient} did not make this view
     */
    Optional<ClientSnapshot> clientSnapshot();

    /**
     * Returns the budget that the calls of the service share now; a registry may replace it. The balance of a client's
     * own budget is in its {@link #clientSnapshot()}.
     *
     * @return the object that its {@link RetryBudget.Spec} made; empty where the service has none
     */
    Optional<RetryBudget> budget();

    /**
     * Returns the circuit breaker of the service, to read its state or to control it; a registry may replace it.
     *
     * <pre>{@code
     * users.circuitBreaker().ifPresent(CircuitBreaker::forceOpen); // until reset()
     * }</pre>
     *
     * @return the object that its {@link CircuitBreaker.Spec} made; empty where the service has none
     */
    Optional<CircuitBreaker> circuitBreaker();

    /**
     * Returns what those who operate the service look at and switch: events, configuration, clients that fail most,
     * the breaker, a pause of retries. The same on every view.
     *
     * <pre>{@code
     * users.operations().pauseRetries(Duration.ofMinutes(10), "alice", "INC-7: the database is being moved");
     * }</pre>
     *
     * @return the operations of the service
     */
    ServiceOperations operations();

    /**
     * Takes this out of use: listeners are told and let go, and so does a registry that made it. Calls under way go on.
     * A second close does nothing; closing a view closes what it is a view of.
     */
    @Override
    void close();
}
