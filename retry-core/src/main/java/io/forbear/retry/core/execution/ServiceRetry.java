package io.forbear.retry.core.execution;

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
import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.BatchWork;
import io.forbear.retry.core.call.BeforeAttempt;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Discarder;
import io.forbear.retry.core.call.Handover;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.ThreadMark;
import io.forbear.retry.core.service.LiveOperations;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.operations.ServiceOperations;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A service as its users see it, and every view of it. Immutable but for what it remembers, thread-safe. */
public final class ServiceRetry implements Retry {
    /*
     * State      used: a call was made through this view. kept: the client that a later call found, so that the next
     *            need not look it up.
     * Invariant  a kept client is used only while it is in the table of the plan at hand and not retired, see
     *            Plan.client.
     * Writers    any thread; each value is right, so it does not matter whose stays. Neither is written again while it
     *            holds, so threads that share a view do not take its cache line from each other.
     * Ordering   kept is volatile, for a client is not safe to hand over through a plain field. used may be seen late.
     * Progress   wait-free. Weak, so that a view that nobody uses holds neither an evicted client nor the table of an
     *            old plan.
     * Stress     KeptClientTest
     */
    private final Service service;
    private final Means means;
    private final @Nullable String clientId;
    private final CallOptions options;
    private boolean used;
    private volatile @Nullable WeakReference<Client> kept;

    /** Creates the service's own view: no client, no options. */
    public ServiceRetry(Service service, Means means) {
        this(service, means, null, CallOptions.defaults());
    }

    private ServiceRetry(Service service, Means means, @Nullable String clientId, CallOptions options) {
        this.service = service;
        this.means = means;
        this.clientId = clientId;
        this.options = options;
    }

    @Override
    public String name() {
        return service.name();
    }

    @Override
    public RetryPolicy policy() {
        return service.policy();
    }

    /**
     * Hands its fields to a static method, so that a view does not leave this one: where this is inlined, a view that
     * was made for one call, as {@link #forClient} often is, costs no object, however large that method grows. Where it
     * is not, it costs 40 bytes.
     */
    @Override
    public <T extends @Nullable Object, X extends Throwable> T call(Operation<T, X> operation) throws X {
        Objects.requireNonNull(operation, "operation");
        return FirstAttempt.call(service, means, clientId, kept(), options, operation);
    }

    /**
     * Returns the client to try. The first call through a view remembers nothing, so one made for one call costs no
     * more.
     */
    private @Nullable Client kept() {
        String id = clientId;
        if (id == null) {
            return null;
        }
        if (used) {
            return remembered(id);
        }
        used = true;
        return null;
    }

    /**
     * Returns the client that this view found before, or looks it up; {@code null} where the table does not know it.
     */
    private @Nullable Client remembered(String id) {
        WeakReference<Client> reference = kept;
        Client client = reference == null ? null : reference.get();
        Plan plan = service.plan();
        if (plan.keeps(client) || !plan.enabled()) {
            return client;
        }
        Client found = plan.known(id);
        if (found != null) {
            kept = new WeakReference<>(found);
        }
        return found;
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Supplier<? extends CompletionStage<T>> operation) {
        Objects.requireNonNull(operation, "operation");
        try {
            return FirstAttempt.callAsync(service, means, clientId, kept(), options, operation);
        } catch (Throwable fault) {
            return notBegun(fault);
        }
    }

    /** An asynchronous call that cannot begin, such as by a clock that throws, is a future too. */
    private static <R> CompletableFuture<R> notBegun(Throwable fault) {
        if (fault instanceof VirtualMachineError dying) {
            throw dying;
        }
        return CompletableFuture.failedFuture(fault);
    }

    @Override
    public <I, T extends @Nullable Object> BatchResult<I, T> callBatch(
            List<? extends I> items, BatchOperation<I, T> operation) {
        Objects.requireNonNull(operation, "operation");
        List<I> all = BatchCall.checked(items);
        if (all.isEmpty()) {
            return BatchCall.empty(service);
        }
        BatchWork<I, T> batch = BatchWork.of(all);
        return BatchCall.make(batch, batch.call(service.plan(), clientId, options), operation, means);
    }

    @Override
    public <I, T extends @Nullable Object> CompletableFuture<BatchResult<I, T>> callBatchAsync(
            List<? extends I> items,
            Function<? super List<I>, ? extends CompletionStage<BatchOutcome<I, T>>> operation) {
        Objects.requireNonNull(operation, "operation");
        List<I> all = BatchCall.checked(items);
        if (all.isEmpty()) {
            return CompletableFuture.completedFuture(BatchCall.empty(service));
        }
        BatchWork<I, T> batch = BatchWork.of(all);
        try {
            return BatchCall.start(batch, batch.call(service.plan(), clientId, options), operation, means);
        } catch (Throwable fault) {
            return notBegun(fault);
        }
    }

    /** A view shares the service: its counters, budget and breaker, and its place among the open ones. */
    @Override
    public Retry forClient(String client) {
        return new ServiceRetry(service, means, Objects.requireNonNull(client, "client"), options);
    }

    @Override
    public Retry with(CallOptions more) {
        return new ServiceRetry(service, means, clientId, options.with(Objects.requireNonNull(more, "options")));
    }

    @Override
    public CallOptions options() {
        return options;
    }

    @Override
    public int currentAttempt() {
        return ThreadMark.attempt();
    }

    @Override
    public Optional<Duration> remaining() {
        long nanos = ThreadMark.remainingNanos();
        return nanos == Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    /** Always with a state: the attempts are the user's, so there is nothing to be fast about. */
    @Override
    public RetryCall begin() {
        return ManualCall.begin(newState(), means);
    }

    /** Makes the state of a call that takes the long way. */
    private CallState newState() {
        Plan plan = service.plan();
        return BeforeAttempt.newCall(plan, clientId, plan.enabled() ? plan.client(clientId, kept()) : null, options);
    }

    /** The outcome is put together by an observer, so that the loops know nothing of it. */
    @Override
    public <T extends @Nullable Object> CallOutcome<T> callForOutcome(Operation<T, ?> operation) {
        Objects.requireNonNull(operation, "operation");
        OutcomeRecorder recorder = new OutcomeRecorder();
        CallState call = newState();
        call.observe(recorder);
        try {
            Object end = BlockingCall.begin(call, operation, means);
            return recorder.outcome(BlockingCall.<T, Throwable>handOver(end, call));
        } catch (Error fatal) {
            throw fatal;
        } catch (Throwable failure) {
            return recorder.failure(failure, StopReason.DISABLED);
        }
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<CallOutcome<T>> callAsyncForOutcome(
            Supplier<? extends CompletionStage<T>> operation) {
        Objects.requireNonNull(operation, "operation");
        OutcomeRecorder recorder = new OutcomeRecorder();
        try {
            CallState call = newState();
            call.observe(recorder);
            Discarder discarder = Handover.discarder(call);
            return OutcomeFuture.of(AsyncCall.<T>begin(call, operation, means), recorder, discarder);
        } catch (Throwable fault) {
            return notBegun(fault);
        }
    }

    @Override
    public RetrySnapshot snapshot() {
        return service.snapshot();
    }

    @Override
    public Optional<ClientSnapshot> clientSnapshot() {
        String id = clientId;
        return id == null ? Optional.empty() : Optional.of(service.clientSnapshot(id));
    }

    @Override
    public Optional<RetryBudget> budget() {
        return Optional.ofNullable(service.budget());
    }

    @Override
    public Optional<CircuitBreaker> circuitBreaker() {
        return Optional.ofNullable(service.breaker());
    }

    @Override
    public ServiceOperations operations() {
        return new LiveOperations(service);
    }

    @Override
    public void close() {
        service.close(new ServiceRetry(service, means));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServiceRetry that
                && service == that.service
                && Objects.equals(clientId, that.clientId)
                && options.equals(that.options);
    }

    @Override
    public int hashCode() {
        return Objects.hash(System.identityHashCode(service), clientId, options);
    }

    @Override
    public String toString() {
        return "Retry(" + service.name() + (clientId == null ? "" : ", client " + clientId) + ")";
    }
}
