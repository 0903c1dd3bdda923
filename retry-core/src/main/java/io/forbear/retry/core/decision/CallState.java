package io.forbear.retry.core.decision;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Classification;
import io.forbear.retry.ErrorCategory;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.internal.Nesting;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call: what it has spent, what it was admitted by, and how it ended. A call that succeeds at once has none, where
 * nobody needs it.
 *
 * <p>A batch is a call too: {@link BatchState} says what it does otherwise.
 *
 * <p>Not thread-safe: it belongs to one thread at a time, and whoever hands it over does so safely.
 */
public sealed class CallState implements RetryCall permits BatchState {
    /*
     * Protocol   DUE --> ATTEMPT --failed--> GRANTED --(resume: DUE)--> ATTEMPT ...; every phase ends in ENDED, once.
     * Invariant  in GRANTED and DUE, and only there, a retry may be paid for that has not been made; leaving them to ENDED
     *            refunds it. In DUE, and only there, the call holds a place at the gate; leaving it to ENDED gives it back.
     *            In ATTEMPT, either admission or permit is set where there is a breaker; it is settled before anything is
     *            decided and before the call ends.
     */

    private enum Phase {
        /** The next attempt is to be made as soon as the gate lets it pass. */
        DUE,
        ATTEMPT,
        GRANTED,
        ENDED
    }

    final Service service;
    final Plan plan;
    final CallOptions options;
    final @Nullable Client client;
    private final @Nullable String clientId;
    private final CallObserver[] observers;
    private final long startNanos;
    private final long deadlineNanos;
    private final int outerAttempt;
    private final @Nullable GatePass gate;

    private Phase phase = Phase.ATTEMPT;
    private @Nullable StopReason stopReason;
    private @Nullable Throwable failure;
    private @Nullable Object admission;
    private CircuitBreaker.@Nullable Permit permit;
    private @Nullable Client payer;
    private boolean probe;
    private boolean troubled;
    int attempt = 1;
    private long attemptStartNanos;
    private long firstWaitNanos;
    long previousDelayNanos = -1;
    long takenFromService;
    long takenFromClient;
    private long lastFromService;
    private long lastFromClient;

    private CallState(
            Service service,
            Plan plan,
            @Nullable String clientId,
            @Nullable Client client,
            CallOptions options,
            CallObserver[] observers,
            long startNanos,
            long deadlineNanos) {
        this.service = service;
        this.plan = plan;
        this.clientId = clientId;
        this.client = client;
        this.options = options;
        this.observers = observers;
        this.startNanos = startNanos;
        this.deadlineNanos = deadlineNanos;
        this.outerAttempt = Math.max(Nesting.attempt(), options.upstreamAttempt());
        this.gate = plan.gate == null ? null : new GatePass(plan.gate);
    }

    /** Makes the state of a call that observers are told of. */
    CallState(Service service, Plan plan, @Nullable String clientId, @Nullable Client client, CallOptions options) {
        this.service = service;
        this.plan = plan;
        this.clientId = clientId;
        this.client = client;
        this.options = options;
        this.observers =
                plan.enabled() ? plan.listeners.observers(service.name(), clientId, options) : Listeners.noObservers();
        this.deadlineNanos = Math.min(options.deadlineNanos(), plan.rules.deadlineNanos);
        this.startNanos = deadlineNanos == Long.MAX_VALUE ? 0 : service.clock().nanoTime();
        this.outerAttempt = Math.max(Nesting.attempt(), options.upstreamAttempt());
        this.gate = plan.gate == null ? null : new GatePass(plan.gate);
    }

    /**
     * Makes the state of a call whose first attempt was admitted without one, and needs it now.
     *
     * @param admission what {@link Plan#leanAdmission} returned
     */
    public static CallState afterLeanAdmission(
            Service service,
            Plan plan,
            @Nullable String clientId,
            @Nullable Client client,
            CallOptions options,
            long startNanos,
            long deadlineNanos,
            Object admission) {
        CallState call = new CallState(
                service, plan, clientId, client, options, Listeners.noObservers(), startNanos, deadlineNanos);
        call.admission = admission;
        return call;
    }

    /**
     * Begins a call with its state. Its first attempt may have to wait at the gate: {@link #firstWaitNanos()}.
     *
     * @throws CircuitOpenException where the breaker does not let the first attempt through; all who count are told
     * @throws GateRefusedException where the gate does not
     */
    public static CallState begin(
            Service service, Plan plan, @Nullable String clientId, @Nullable Client client, CallOptions options) {
        CallState call = new CallState(service, plan, clientId, client, options);
        call.starts();
        return call;
    }

    /** Asks leave for the first attempt. */
    final void starts() {
        if (plan.enabled()) {
            attempt = 0;
            phase = Phase.DUE;
            firstWaitNanos = proceed(null);
            if (firstWaitNanos < 0) {
                throw (RuntimeException) failure();
            }
        }
    }

    /** Asks the breaker for leave to make an attempt. */
    private boolean admit() {
        admission = plan.admission();
        CircuitBreaker breaker = plan.breaker;
        if (admission != null || breaker == null) {
            return true;
        }
        permit = plan.fedBreaker != null ? plan.fedBreaker.tryAcquireFed() : breaker.tryAcquire();
        if (permit == null) {
            return false;
        }
        probe = permit.isProbe();
        attemptStartNanos = service.clock().nanoTime();
        return true;
    }

    // ---- what happens to attempts

    /** Tells observers that the operation is about to run on this thread. */
    public void attemptStarted() {
        if (observers.length > 0) {
            int number = attempt;
            Listeners.tell(observers, observer -> observer.attemptStarted(number));
        }
    }

    /** Tells observers that the operation has returned, on the same thread. */
    public void attemptReturned() {
        if (observers.length > 0) {
            int number = attempt;
            Listeners.tell(observers, observer -> observer.attemptReturned(number));
        }
    }

    /**
     * Decides after an attempt that threw.
     *
     * @param thrown what it threw, wrappers and all
     * @param ownThread whether the attempt ran on this thread, whose interrupt flag then matters
     * @return a delay in nanoseconds, negative where the call has ended
     */
    public long afterFailure(Throwable thrown, boolean ownThread) {
        requirePhase(Phase.ATTEMPT);
        Throwable failure = Failures.unwrap(thrown);
        StopReason never = Failures.never(failure);
        if (never == null && ownThread && Thread.currentThread().isInterrupted()) {
            never = StopReason.INTERRUPTED;
        }
        if (never != null) {
            if (ownThread
                    && thrown
                            instanceof InterruptedException) { // inside a wrapper it is the interrupt of another thread
                Thread.currentThread().interrupt();
            }
            StopReason reason = plan.enabled() ? never : StopReason.DISABLED;
            end(reason, Failures.NEVER, failure);
            return Decision.stop(reason);
        }
        return afterFailure(
                plan.enabled() ? Failures.classify(plan.rules.classifier, failure) : Failures.NEVER, failure);
    }

    /** Decides after an attempt whose failure is classified. */
    public long afterFailure(Classification classification, @Nullable Throwable failure) {
        requirePhase(Phase.ATTEMPT);
        if (!plan.enabled()) {
            end(StopReason.DISABLED, classification, failure);
            return Decision.stop(StopReason.DISABLED);
        }
        long now =
                plan.timed || deadlineNanos != Long.MAX_VALUE ? service.clock().nanoTime() : 0;
        recordFailure(classification, failure, now);
        long decision = decide(classification, now);
        if (Decision.isStop(decision)) {
            end(Decision.reason(decision), classification, failure);
        } else {
            grant(decision, classification, failure);
        }
        return decision;
    }

    /** Asks the decision; a batch asks it for its items. */
    long decide(Classification classification, long nowNanos) {
        return Decision.decide(this, classification, nowNanos);
    }

    private void recordFailure(Classification classification, @Nullable Throwable failure, long now) {
        ErrorCategory category = classification.category();
        Counters counters = service.counters();
        if (!troubled) {
            troubled = true;
            counters.troubled.increment();
        }
        counters.failed(category);
        FedBreaker fed = plan.fedBreaker;
        CircuitBreaker.Permit held = permit;
        boolean well = isServiceWell();
        if (held != null) {
            permit = null;
            settle(held, well, now - attemptStartNanos, category);
        } else if (fed != null && admission != null && !well) {
            fed.failed(admission, category, now);
        }
        admission = null;
        if (gate != null) {
            gate.failed(category);
        }
        RetryBudget budget = plan.budget;
        if (budget != null && !well) {
            boolean retryable = classification.isRetryable(plan.rules.retryable(category));
            budget.attemptFailed(category, retryable || classification.isDoNotRetry());
        }
        if (observers.length > 0) {
            FailedAttempt failed = failedAttempt(classification, failure);
            Listeners.tell(observers, observer -> observer.attemptFailed(failed));
        }
    }

    private static void settle(CircuitBreaker.Permit held, boolean well, long nanos, ErrorCategory category) {
        if (well) {
            held.success(nanos);
        } else {
            held.failure(nanos, category);
        }
    }

    /** Tells whether the attempt that was just made shows that the service is well, though the call goes on or has failed. */
    boolean isServiceWell() {
        return false;
    }

    private void grant(long delayNanos, Classification classification, @Nullable Throwable failure) {
        phase = Phase.GRANTED;
        previousDelayNanos = delayNanos;
        Counters counters = service.counters();
        if (delayNanos > 0) {
            counters.delayNanos.add(delayNanos);
        }
        if (isNested()) {
            counters.nested.increment();
        }
        if (!plan.listeners.isEmpty()) {
            FailedAttempt failed = failedAttempt(classification, failure);
            Listeners.tell(observers, observer -> observer.retryScheduled(failed, delayNanos));
            plan.listeners.retry(failed, delayNanos);
        }
    }

    void paid(@Nullable Client from, long milliFromClient, long milliFromService) {
        payer = from;
        lastFromClient = milliFromClient;
        lastFromService = milliFromService;
        takenFromService += milliFromService;
        takenFromClient += milliFromClient;
    }

    /**
     * Asks again after the wait, and begins the next attempt.
     *
     * @param lastFailure what the call ends with if it ends now; where no attempt was made, {@link #failure()} has it
     * @return zero where the attempt is to be made; more where it waits at the gate for so long and then asks again; negative where
     *     the call has ended
     */
    public long proceed(@Nullable Throwable lastFailure) {
        GatePass pass = gate;
        boolean mayHaveWaited = pass != null;
        if (phase != Phase.DUE) {
            requirePhase(Phase.GRANTED);
            mayHaveWaited = true;
        }
        long wait = pass == null ? 0 : pass.ask();
        if (wait < 0) {
            return stopBeforeAttempt(Decision.reason(wait), lastFailure);
        }
        if (mayHaveWaited
                && deadlineNanos != Long.MAX_VALUE
                && isTooLong(wait, service.clock().nanoTime())) {
            return stopBeforeAttempt(StopReason.DEADLINE_EXCEEDED, lastFailure);
        }
        if (wait > 0 ? waitIsPointless() : !admit()) {
            return stopBeforeAttempt(StopReason.CIRCUIT_OPEN, lastFailure);
        }
        if (wait > 0) {
            phase = Phase.DUE;
            return GatePass.untilNextLook(wait);
        }
        begins();
        return 0;
    }

    /** Whoever waits at the gate asks the breaker afterwards, for a permit is not to be held meanwhile; an open one is seen before. */
    private boolean waitIsPointless() {
        CircuitBreaker breaker = plan.breaker;
        return breaker != null
                && breaker.state().refuses()
                && !breaker.untilProbe().isZero();
    }

    private void begins() {
        phase = Phase.ATTEMPT;
        if (gate != null) {
            gate.made();
        }
        RetryBudget budget = plan.budget;
        if (++attempt == 1 && budget != null && budget.observesCalls()) {
            budget.callStarted();
        }
    }

    private long stopBeforeAttempt(StopReason reason, @Nullable Throwable lastFailure) {
        end(reason, Failures.NEVER, lastFailure);
        return Decision.stop(reason);
    }

    /** Returns how long the first attempt waits at the gate before {@link #proceed} is to be asked; zero where it was let through. */
    public long firstWaitNanos() {
        return firstWaitNanos;
    }

    /** Looks at a result: returns what kind of failure the policy calls it, {@code null} for a success. */
    public @Nullable Classification classifyResult(@Nullable Object result) {
        Function<@Nullable Object, @Nullable Classification> rule = plan.rules.resultClassifier;
        if (rule == null || !plan.enabled()) {
            return null;
        }
        try {
            return rule.apply(result);
        } catch (Throwable fault) {
            Faults.log("result classifier", fault);
            return null;
        }
    }

    // ---- how calls end

    /** Returns what the caller gets, given the last attempt's result: that, save for a batch. */
    public @Nullable Object answer(@Nullable Object result) {
        return result;
    }

    /** Returns what the caller is thrown, given what the last attempt threw: that, save for a batch. */
    public @Nullable Throwable thrown(@Nullable Throwable failure) {
        return failure;
    }

    /** Keeps what a blocking call is to throw; a call that ended before its first attempt keeps it itself. */
    public void failure(Throwable thrown) {
        failure = thrown;
    }

    /** Returns what a blocking call is to throw. */
    public Throwable failure() {
        return Objects.requireNonNull(failure, "failure");
    }

    @Override
    public void succeeded() {
        if (phase == Phase.ENDED) {
            return;
        }
        requirePhase(Phase.ATTEMPT);
        phase = Phase.ENDED;
        if (!plan.enabled()) {
            return;
        }
        Counters counters = service.counters();
        if (attempt == 1) {
            counters.firstTry.increment();
        } else {
            counters.recovered(attempt);
        }
        if (gate != null) {
            gate.succeeded(attempt);
        }
        CircuitBreaker.Permit held = permit;
        if (held != null) {
            permit = null;
            held.success(service.clock().nanoTime() - attemptStartNanos);
        }
        RetryBudget budget = plan.budget;
        if (budget != null && (attempt > 1 || budget.observesCalls())) {
            plan.callSucceeded(budget, lastFromService);
        }
        if (client != null) {
            client.succeeded(attempt);
        }
        int attempts = attempt;
        if (observers.length > 0) {
            Listeners.tell(observers, observer -> {
                observer.attemptSucceeded(attempts);
                observer.succeeded(attempts);
            });
        }
        if (attempts > 1) {
            plan.listeners.recovered(service.name(), attempts);
        }
    }

    /** Ends a call whose last attempt succeeded, though the call has not. */
    final void endsIncomplete(StopReason reason, Classification classification, @Nullable Throwable failure) {
        if (phase == Phase.ENDED) {
            return;
        }
        requirePhase(Phase.ATTEMPT);
        int attempts = attempt;
        if (gate != null) {
            gate.succeeded(attempts);
        }
        Listeners.tell(observers, observer -> observer.attemptSucceeded(attempts));
        end(reason, classification, failure);
    }

    /** Ends the call: its thread was interrupted while it waited, or its executor has no room. */
    public void stop(StopReason reason, @Nullable Throwable failure) {
        if (phase != Phase.ENDED) {
            end(reason, Failures.NEVER, failure);
        }
    }

    @Override
    public void abandoned() {
        stop(StopReason.CANCELLED, null);
    }

    final void end(StopReason reason, Classification classification, @Nullable Throwable lastFailure) {
        boolean unused = phase == Phase.GRANTED || phase == Phase.DUE;
        ending(reason);
        phase = Phase.ENDED;
        stopReason = reason;
        if (!plan.enabled()) {
            return;
        }
        Throwable failure = lastFailure;
        if (attempt == 0) {
            failure = refusal(reason);
            this.failure = failure;
        }
        if (gate != null) {
            gate.leave();
        }
        if (unused) {
            refund();
        }
        boolean mostlyDone = isMostlyDone();
        Counters counters = service.counters();
        if (attempt > 0 && !troubled) {
            counters.troubled.increment();
        }
        counters.stopped(reason, attempt, mostlyDone);
        CircuitBreaker.Permit held = permit;
        if (held != null) {
            permit = null;
            settleLast(held);
        }
        RetryBudget budget = plan.budget;
        if (budget != null && attempt > 0) {
            tellBudget(budget, mostlyDone, unused ? 0 : lastFromService);
        }
        if (client != null) {
            client.failed(attempt);
        }
        if (failure != null && attempt > 0 && isNoted(reason)) {
            Failures.note(failure, service.name(), reason, attempt);
        }
        tellStopped(reason, classification, failure);
    }

    /** Returns what is thrown in place of a first attempt. */
    private Throwable refusal(StopReason reason) {
        CircuitBreaker breaker = plan.breaker;
        return reason == StopReason.CIRCUIT_OPEN
                ? new CircuitOpenException(service.name(), breaker == null ? Duration.ZERO : breaker.untilProbe())
                : new GateRefusedException(service.name(), reason);
    }

    /** Settles the permit of an attempt that did not fail and yet is the last. */
    private void settleLast(CircuitBreaker.Permit held) {
        if (isServiceWell()) {
            held.success(service.clock().nanoTime() - attemptStartNanos);
        } else {
            held.ignore();
        }
    }

    private void tellBudget(RetryBudget budget, boolean mostlyDone, long lastTaken) {
        if (mostlyDone) {
            plan.callSucceeded(budget, lastTaken); // one that is fed has read of it in the counters
        } else {
            budget.callFailed(lastTaken);
        }
    }

    /** The call is about to end without success. */
    void ending(StopReason reason) {}

    /** Tells whether a call that ended without success did most of what it was to do. */
    boolean isMostlyDone() {
        return false;
    }

    private void refund() {
        Client from = payer;
        if (from != null && lastFromClient > 0) {
            from.refund(lastFromClient, plan.timed ? service.clock().nanoTime() : 0);
        }
        RetryBudget budget = plan.budget;
        if (budget != null && lastFromService > 0) {
            budget.refund(lastFromService);
        }
    }

    /** An error of the machine and a call that nobody waits for carry no note. */
    static boolean isNoted(StopReason reason) {
        return reason != StopReason.FATAL && reason != StopReason.CANCELLED;
    }

    private void tellStopped(StopReason reason, Classification classification, @Nullable Throwable failure) {
        int attempts = attempt;
        if (observers.length > 0) {
            Listeners.tell(observers, observer -> observer.stopped(attempts, reason, failure));
        }
        if (!plan.listeners.isEmpty()) {
            plan.listeners.stop(failedAttempt(classification, failure), reason);
        }
    }

    // ---- what the decision reads

    /** Returns how many attempts count toward the most that are made. */
    int countedAttempts() {
        return attempt;
    }

    boolean wasProbe() {
        return probe;
    }

    boolean isNested() {
        return outerAttempt > 1;
    }

    /** Tells whether a wait that begins now would not end before the deadline. */
    boolean isTooLong(long delayNanos, long nowNanos) {
        return deadlineNanos != Long.MAX_VALUE && delayNanos >= deadlineNanos - Math.max(0, nowNanos - startNanos);
    }

    private FailedAttempt failedAttempt(Classification classification, @Nullable Throwable failure) {
        return new FailedAttempt(service.name(), clientId, attempt, classification, failure);
    }

    private void requirePhase(Phase expected) {
        if (phase != expected) {
            throw new IllegalStateException("call: " + phase + " (expected: " + expected + ")");
        }
    }

    // ---- decisions without execution

    @Override
    public int attempt() {
        return Math.max(1, attempt);
    }

    @Override
    public RetryDecision failed(Throwable failure) {
        return asValue(afterFailure(Objects.requireNonNull(failure, "failure"), true));
    }

    @Override
    public RetryDecision failed(Classification classification) {
        return asValue(afterFailure(Objects.requireNonNull(classification, "classification"), null));
    }

    private static RetryDecision asValue(long decision) {
        return Decision.isStop(decision)
                ? new RetryDecision.GiveUp(Decision.reason(decision))
                : new RetryDecision.Retry(Duration.ofNanos(decision));
    }

    @Override
    public boolean resume() {
        requirePhase(Phase.GRANTED);
        return proceed(null) >= 0;
    }

    @Override
    public RetryDecision atGate() {
        if (phase == Phase.ATTEMPT) {
            return asValue(0);
        }
        requirePhase(Phase.DUE);
        return asValue(proceed(null));
    }

    @Override
    public Optional<StopReason> stopReason() {
        return Optional.ofNullable(stopReason);
    }
}
