package io.forbear.retry.core.decision;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Classification;
import io.forbear.retry.ErrorCategory;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.Nesting;
import java.time.Duration;
import java.util.Objects;
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
public sealed class CallState extends CallTelling permits BatchState {
    /*
     * Protocol   DUE --> ATTEMPT --failed--> GRANTED --(resume: DUE)--> ATTEMPT ...; every phase ends in ENDED, once.
     * Invariant  in GRANTED and DUE, and only there, a retry may be paid for that has not been made; leaving them to ENDED
     *            refunds it. In DUE, and only there, the call holds a place at the gate; leaving it to ENDED gives it back.
     *            An attempt's admission is settled before anything is decided and before the call ends.
     * Size       104 bytes with compressed pointers, for a million calls may wait: hence flags, and phases as bytes.
     */

    /** No deadline is farther than this, 146 years, so that differences do not overflow. */
    private static final long FARTHEST_NANOS = Long.MAX_VALUE / 2;

    private static final byte DUE = 0; // the next attempt is to be made as soon as the gate lets it pass
    private static final byte ATTEMPT = 1;
    private static final byte GRANTED = 2;
    private static final byte ENDED = 3;
    private static final String[] PHASES = {"DUE", "ATTEMPT", "GRANTED", "ENDED"};
    private static final byte NONE = -1;

    final CallOptions options;
    private final @Nullable GatePass gate;

    /** When the call must have ended, where it is {@link #bounded}. */
    private final long endNanos;

    private final boolean bounded;
    private final boolean nested;

    private byte phase = ATTEMPT;
    private byte stopReason = NONE;
    private boolean troubled;
    int attempt = 1;
    long previousDelayNanos = -1;

    /** With what the last attempt failed, for whoever carries the call out: a throwable, or what it made of a bad result. */
    private @Nullable Object outcome;

    private CallState(
            Plan plan,
            @Nullable String clientId,
            @Nullable Client client,
            CallOptions options,
            CallObserver[] observers,
            long startNanos,
            long deadlineNanos) {
        super(plan, client, clientId, observers);
        this.options = options;
        this.bounded = deadlineNanos != Long.MAX_VALUE;
        this.endNanos = startNanos + Math.min(deadlineNanos, FARTHEST_NANOS);
        this.nested = Nesting.ofThread().attempt() > 1 || options.upstreamAttempt() > 1;
        this.gate = plan.gate == null ? null : new GatePass(plan.gate);
    }

    private CallState(
            Plan plan, @Nullable String clientId, @Nullable Client client, CallOptions options, long deadlineNanos) {
        this(
                plan,
                clientId,
                client,
                options,
                plan.enabled()
                        ? plan.listeners.observers(plan.service.name(), clientId, options)
                        : Listeners.noObservers(),
                plan.startNanos(deadlineNanos),
                deadlineNanos);
    }

    /** Makes the state of a call that observers are told of. */
    CallState(Plan plan, @Nullable String clientId, @Nullable Client client, CallOptions options) {
        this(plan, clientId, client, options, plan.deadlineNanos(options));
    }

    /**
     * Makes the state of a call whose first attempt was admitted without one, and needs it now.
     *
     * @param admission what {@link Plan#leanAdmission} returned
     */
    public static CallState afterLeanAdmission(
            Plan plan,
            @Nullable String clientId,
            @Nullable Client client,
            CallOptions options,
            long startNanos,
            long deadlineNanos,
            Object admission) {
        CallState call =
                new CallState(plan, clientId, client, options, Listeners.noObservers(), startNanos, deadlineNanos);
        call.admitted(admission);
        return call;
    }

    /** Makes the state of a call that has not begun: {@link #starts()} comes next. */
    public static CallState of(Plan plan, @Nullable String clientId, @Nullable Client client, CallOptions options) {
        return new CallState(plan, clientId, client, options);
    }

    /**
     * Asks leave for the first attempt.
     *
     * @return as {@link #proceed}; where it is negative, {@link #failure()} is what the caller is thrown
     */
    public final long starts() {
        if (!plan.enabled()) {
            return 0;
        }
        attempt = 0;
        phase = DUE;
        return proceed(false, null);
    }

    // ---- what happens to attempts

    /** Tells observers that the operation is about to run on this thread. */
    public final void attemptStarted() {
        tellStarted(attempt);
    }

    /** Tells observers that the operation has returned, on the same thread. */
    public final void attemptReturned() {
        tellReturned(attempt);
    }

    /**
     * Decides after an attempt that threw.
     *
     * @param thrown what it threw, wrappers and all
     * @param ownThread whether the attempt ran on this thread, whose interrupt flag then matters
     * @return a delay in nanoseconds, negative where the call has ended
     */
    public long afterFailure(Throwable thrown, boolean ownThread) {
        requirePhase(ATTEMPT);
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
        requirePhase(ATTEMPT);
        if (!plan.enabled()) {
            end(StopReason.DISABLED, classification, failure);
            return Decision.stop(StopReason.DISABLED);
        }
        long now = plan.timed || bounded ? now() : 0;
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
        Counters counters = plan.counters;
        becomesTroubled(counters);
        counters.failed(category);
        boolean well = isServiceWell();
        settleFailed(well, category, now);
        if (gate != null) {
            gate.failed(toldToGate(category));
        }
        if (!well) {
            tellOfFailure(classification);
        }
        tellFailed(attempt, classification, failure);
    }

    private void becomesTroubled(Counters counters) {
        if (plan.countsTroubled && !troubled) {
            troubled = true;
            counters.becameTroubled();
        }
    }

    /** Returns what the gate hears of the attempt that was just made: its category, save for a batch. */
    ErrorCategory toldToGate(ErrorCategory category) {
        return category;
    }

    /** Tells whether the attempt that was just made shows that the service is well, though the call goes on or has failed. */
    boolean isServiceWell() {
        return false;
    }

    private void grant(long delayNanos, Classification classification, @Nullable Throwable failure) {
        phase = GRANTED;
        previousDelayNanos = delayNanos;
        Counters counters = plan.counters;
        if (delayNanos > 0) {
            counters.delayNanos.add(delayNanos);
        }
        if (isNested()) {
            counters.nested.increment();
        }
        tellScheduled(attempt, classification, failure, delayNanos);
    }

    /**
     * Asks again after the wait, and begins the next attempt.
     *
     * @param waited whether time may have passed since the call was asked last; where not, the deadline is the one that the decision looked
     *     at
     * @param lastFailure what the call ends with if it ends now; where no attempt was made, {@link #failure()} has it
     * @return zero where the attempt is to be made; more where it waits at the gate for so long and then asks again; negative where
     *     the call has ended
     */
    public long proceed(boolean waited, @Nullable Throwable lastFailure) {
        if (phase != DUE) {
            requirePhase(GRANTED);
        }
        GatePass pass = gate;
        long wait = pass == null ? 0 : pass.ask();
        if (wait < 0) {
            return stopBeforeAttempt(Decision.reason(wait), lastFailure);
        }
        if (bounded && (waited || pass != null) && isTooLong(wait, now())) {
            return stopBeforeAttempt(StopReason.DEADLINE_EXCEEDED, lastFailure);
        }
        if (wait > 0 ? waitIsPointless() : !admit()) {
            return stopBeforeAttempt(StopReason.CIRCUIT_OPEN, lastFailure);
        }
        if (wait > 0) {
            phase = DUE;
            return GatePass.untilNextLook(wait);
        }
        begins();
        return 0;
    }

    private void begins() {
        phase = ATTEMPT;
        if (gate != null) {
            gate.made();
        }
        if (++attempt == 1) {
            tellOfStart();
        }
    }

    private long stopBeforeAttempt(StopReason reason, @Nullable Throwable lastFailure) {
        end(reason, Failures.NEVER, lastFailure);
        return Decision.stop(reason);
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

    /** Keeps with what the last attempt failed; a call that ended before its first attempt keeps what it was refused with itself. */
    public void outcome(@Nullable Object failed) {
        outcome = failed;
    }

    /** Returns with what the last attempt failed, or the first was refused. */
    public @Nullable Object outcome() {
        return outcome;
    }

    /** Returns {@link #outcome()} where it is to be thrown. */
    public Throwable failure() {
        return (Throwable) Objects.requireNonNull(outcome, "outcome");
    }

    /** The last attempt succeeded, and so has the call. */
    public void succeeded() {
        if (phase == ENDED) {
            return;
        }
        requirePhase(ATTEMPT);
        phase = ENDED;
        if (!plan.enabled()) {
            return;
        }
        Counters counters = plan.counters;
        int attempts = attempt;
        if (attempts == 1) {
            counters.succeededAtOnce();
        } else {
            counters.recovered(attempts);
        }
        if (gate != null) {
            gate.succeeded(attempts);
        }
        settleLast(true);
        tellOfSuccess(attempts);
        tellSucceeded(attempts);
    }

    /** Ends a call whose last attempt succeeded, though the call has not. */
    final void endsIncomplete(StopReason reason, Classification classification, @Nullable Throwable failure) {
        if (phase == ENDED) {
            return;
        }
        requirePhase(ATTEMPT);
        int attempts = attempt;
        if (gate != null) {
            gate.succeeded(attempts);
        }
        tellAttemptSucceeded(attempts);
        end(reason, classification, failure);
    }

    /** Ends the call: its thread was interrupted while it waited, or its executor has no room. */
    public void stop(StopReason reason, @Nullable Throwable failure) {
        if (phase != ENDED) {
            end(reason, Failures.NEVER, failure);
        }
    }

    /** Nobody waits for the call any more. */
    public void abandoned() {
        stop(StopReason.CANCELLED, null);
    }

    final void end(StopReason reason, Classification classification, @Nullable Throwable lastFailure) {
        boolean unused = phase == GRANTED || phase == DUE;
        ending(reason);
        phase = ENDED;
        stopReason = (byte) reason.ordinal();
        if (!plan.enabled()) {
            return;
        }
        Throwable failure = lastFailure;
        if (attempt == 0) {
            failure = refusal(reason);
            outcome = failure;
        }
        if (gate != null) {
            gate.leave();
        }
        if (unused) {
            refund();
        }
        boolean mostlyDone = isMostlyDone();
        Counters counters = plan.counters;
        if (attempt > 0) {
            becomesTroubled(counters);
        }
        counters.stopped(reason, attempt, mostlyDone);
        settleLast(isServiceWell());
        tellOfEnd(attempt, mostlyDone);
        if (failure != null && attempt > 0 && isNoted(reason)) {
            Failures.note(failure, plan.service.name(), reason, attempt);
        }
        tellStopped(attempt, reason, classification, failure);
    }

    /** Returns what is thrown in place of a first attempt. */
    private Throwable refusal(StopReason reason) {
        CircuitBreaker breaker = plan.breaker;
        return reason == StopReason.CIRCUIT_OPEN
                ? new CircuitOpenException(plan.service.name(), breaker == null ? Duration.ZERO : breaker.untilProbe())
                : new GateRefusedException(plan.service.name(), reason);
    }

    /** The call is about to end without success. */
    void ending(StopReason reason) {}

    /** Tells whether a call that ended without success did most of what it was to do. */
    boolean isMostlyDone() {
        return false;
    }

    /** An error of the machine and a call that nobody waits for carry no note. */
    static boolean isNoted(StopReason reason) {
        return reason != StopReason.FATAL && reason != StopReason.CANCELLED;
    }

    /** Returns the number of the attempt that is to be made or was made last, from 1. */
    public int attempt() {
        return Math.max(1, attempt);
    }

    /** Returns why the call stopped, {@code null} while it goes on and after success. */
    public @Nullable StopReason stopReason() {
        return stopReason == NONE ? null : Decision.REASONS[stopReason];
    }

    // ---- what the decision reads

    /** Returns how many attempts count toward the most that are made. */
    int countedAttempts() {
        return attempt;
    }

    boolean isNested() {
        return nested;
    }

    /** Tells whether a wait that begins now would not end before the deadline. */
    boolean isTooLong(long delayNanos, long nowNanos) {
        return bounded && delayNanos >= endNanos - nowNanos;
    }

    private void requirePhase(byte expected) {
        if (phase != expected) {
            throw new IllegalStateException("call: " + PHASES[phase] + " (expected: " + PHASES[expected] + ")");
        }
    }

    // ---- what a call made by hand asks

    /** As {@link #proceed}, after a wait that a decision gave. */
    long resumes() {
        requirePhase(GRANTED);
        return proceed(true, null);
    }

    /** As {@link #proceed}, where the attempt has not begun already. */
    long asksGate() {
        if (phase == ATTEMPT) {
            return 0;
        }
        requirePhase(DUE);
        return proceed(true, null);
    }
}
