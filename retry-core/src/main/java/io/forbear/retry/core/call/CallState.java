package io.forbear.retry.core.call;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.DeadlinePassedException;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.ThreadMark;
import io.forbear.retry.core.service.Counters;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call: what it has spent, what it was admitted by, and how it ended. A call that succeeds at once has none, where
 * nobody needs it.
 *
 * <p>A batch is a call too: {@link BatchState} says what it does otherwise.
 *
 * <p>Not thread-safe: it belongs to one thread at a time, and a thread that hands it over does so safely.
 */
public sealed class CallState extends CallTelling implements Discarder permits BatchState {
    /*
     * Protocol   DUE --> ATTEMPT --failed--> GRANTED --(resume: DUE)--> ATTEMPT ...; every phase ends in ENDED, once.
     * Invariant  in GRANTED and DUE, and only there, a retry may be paid for that has not been made; leaving them to ENDED
     *            refunds it. In DUE, and only there, the call holds a place at the gate; leaving it to ENDED gives it back.
     *            An attempt's admission is settled before anything is decided and before the call ends.
     *            What the call holds is known by its fields and flags alone, so that settle() can give it back from wherever
     *            the engine was broken off.
     * Size       104 bytes with compressed pointers, for a million calls may wait: hence flags, and phases as bytes.
     */

    /** No deadline is farther than this, 146 years, so that differences do not overflow. */
    private static final long FARTHEST_NANOS = Long.MAX_VALUE / 2;

    /** What a call is reported as whose first attempt was refused. */
    private static final Classification REFUSED =
            Classification.of(ErrorCategory.TRANSIENT).notRetryable().notExecuted();

    /** The {@linkplain #outcome() outcome} of a call whose last result was discarded. */
    private static final Object DISCARDED = new Object();

    private static final byte DUE = 0; // the next attempt is to be made as soon as the gate lets it pass
    private static final byte ATTEMPT = 1;
    private static final byte GRANTED = 2;
    private static final byte ENDED = 3;
    private static final String[] PHASES = {"DUE", "ATTEMPT", "GRANTED", "ENDED"};
    private static final byte NONE = -1;

    final CallOptions options;

    /** When the call must have ended, where it is {@link #BOUNDED}. */
    private final long endNanos;

    private byte phase = ATTEMPT;
    private byte stopReason = NONE;
    int attempt = 1;
    long previousDelayNanos = -1;

    /** What the last attempt that failed was found to be; before the first, that it was refused. */
    private Classification last = REFUSED;

    /** With what the last attempt failed, for the loop that carries the call out: a throwable, or what it made of a bad result. */
    private @Nullable Object outcome;

    /** The next of the calls that are {@link Unsettled}. */
    @Nullable
    CallState nextUnsettled;

    private CallState(
            Plan plan,
            @Nullable String clientId,
            @Nullable Client client,
            CallOptions options,
            long startNanos,
            long deadlineNanos) {
        super(plan, client, clientId);
        Unsettled.settleLeft();
        this.options = options;
        this.endNanos = startNanos + Math.min(deadlineNanos, FARTHEST_NANOS);
        if (deadlineNanos != Long.MAX_VALUE) {
            set(BOUNDED);
        }
        if (options.upstreamAttempt() > 1 || ThreadMark.attempt() > 1) {
            set(NESTED);
        }
        if (plan.gate != null) {
            extras().gate = new GatePass(plan.gate);
        }
    }

    private CallState(
            Plan plan, @Nullable String clientId, @Nullable Client client, CallOptions options, long deadlineNanos) {
        this(plan, clientId, client, options, plan.startNanos(deadlineNanos), deadlineNanos);
        if (plan.enabled() && plan.listeners.observeEveryCall()) {
            extras().observers = plan.listeners.observers(plan.service.name(), clientId, options);
        }
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
        CallState call = new CallState(plan, clientId, client, options, startNanos, deadlineNanos);
        call.admitted(admission);
        return call;
    }

    /** Makes the state of a call that has not begun: {@link #starts()} comes next. */
    public static CallState of(Plan plan, @Nullable String clientId, @Nullable Client client, CallOptions options) {
        return new CallState(plan, clientId, client, options);
    }

    /** Adds an observer of this call alone; before {@link #starts()}. */
    public final void observe(CallObserver observer) {
        CallExtras known = extras();
        CallObserver[] more = Arrays.copyOf(known.observers, known.observers.length + 1);
        more[more.length - 1] = observer;
        known.observers = more;
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
        if (is(BOUNDED) && plan.deadlineNanos(options) <= 0) {
            return stopBeforeAttempt(StopReason.DEADLINE_EXCEEDED, null);
        }
        return proceed(false, null);
    }

    /** Says that the attempts run on the thread of the caller, which may wait for short work. */
    public final void blocking() {
        set(BLOCKING);
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
            if (ownThread && !(failure instanceof VirtualMachineError) && Failures.interruptsThisThread(thrown)) {
                Thread.currentThread().interrupt();
            }
            StopReason reason = plan.enabled() ? never : StopReason.DISABLED;
            last = Failures.NEVER;
            end(reason, failure, null);
            return Decision.stop(reason);
        }
        return afterFailure(
                plan.enabled() ? Failures.classify(plan.rules.classifier, failure) : Failures.NEVER, failure, null);
    }

    /**
     * Decides after an attempt that threw, and whose failure the caller has classified.
     *
     * @param thrown what it threw, wrappers and all
     * @param classification what it is
     * @return a delay in nanoseconds, negative where the call has ended
     */
    public final long afterFailure(Throwable thrown, Classification classification) {
        return afterFailure(classification, Failures.unwrap(thrown), null);
    }

    /**
     * Decides after an attempt whose failure is classified.
     *
     * @param classification what it is
     * @param failure what the attempt threw, {@code null} where its result is the failure
     * @param result the result that is the failure; if there is to be another attempt, it is discarded
     * @return a delay in nanoseconds, negative where the call has ended
     */
    public long afterFailure(Classification classification, @Nullable Throwable failure, @Nullable Object result) {
        requirePhase(ATTEMPT);
        last = classification;
        if (!plan.enabled()) {
            end(StopReason.DISABLED, failure, result);
            return Decision.stop(StopReason.DISABLED);
        }
        long now = plan.timed || is(BOUNDED) ? now() : 0;
        recordFailure(classification, failure, result, now);
        long decision = decide(classification, now);
        if (Decision.isStop(decision)) {
            end(Decision.reason(decision), failure, result);
        } else {
            grant(decision, classification, failure, result);
        }
        return decision;
    }

    /**
     * The deadline has passed while an attempt is under way that was not made on this thread: it counts as one that failed, and
     * the call has ended.
     *
     * @param failure what the caller is thrown
     */
    public void deadlinePassed(Throwable failure) {
        requirePhase(ATTEMPT);
        Classification timeout = Classification.of(ErrorCategory.TIMEOUT);
        last = timeout;
        if (plan.enabled()) {
            recordFailure(timeout, failure, null, plan.timed ? now() : 0);
        }
        end(StopReason.DEADLINE_EXCEEDED, failure, null);
    }

    /** Asks the decision; a batch asks it for its items. */
    long decide(Classification classification, long nowNanos) {
        return Decision.decide(this, classification, nowNanos);
    }

    private void recordFailure(
            Classification classification, @Nullable Throwable failure, @Nullable Object result, long now) {
        ErrorCategory category = classification.category();
        Counters counters = plan.counters;
        becomesTroubled(counters);
        counters.failed(category);
        boolean well = isServiceWell();
        settleFailed(well, classification.isLocal(), category, now);
        GatePass gate = gate();
        if (gate != null) {
            gate.failed(toldToGate(category));
        }
        if (!well) {
            tellOfFailure(classification);
        }
        tellFailed(attempt, classification, failure, result);
    }

    private @Nullable GatePass gate() {
        CallExtras known = extrasOrNull();
        return known == null ? null : known.gate;
    }

    private void becomesTroubled(Counters counters) {
        if (plan.countsTroubled && !is(TROUBLED)) {
            set(TROUBLED);
            counters.becameTroubled();
        }
    }

    /** Returns what the gate hears of the attempt that was just made: its category, except for a batch. */
    ErrorCategory toldToGate(ErrorCategory category) {
        return category;
    }

    /** Tells whether the attempt that was just made shows that the service is well, though the call goes on or has failed. */
    boolean isServiceWell() {
        return false;
    }

    private void grant(
            long delayNanos, Classification classification, @Nullable Throwable failure, @Nullable Object result) {
        phase = GRANTED;
        previousDelayNanos = delayNanos;
        Counters counters = plan.counters;
        if (delayNanos > 0) {
            counters.delayNanos.add(delayNanos);
        }
        if (isNested()) {
            counters.nested.increment();
        }
        tellScheduled(attempt, classification, failure, result, delayNanos);
        if (result != null && plan.discards(result, is(BLOCKING))) {
            outcome = DISCARDED;
        }
        discardRetried();
    }

    /** Discards what is replaced by the next attempt; in a batch, the results of its items. */
    void discardRetried() {}

    /** Returns what takes the result of the attempt under way, should it come when nobody can get it any more. */
    public Discarder discarder() {
        return this;
    }

    @Override
    public void discard(@Nullable Object result) {
        if (result != null) {
            plan.discards(result, is(BLOCKING));
        }
    }

    /**
     * The call has ended, and nobody gets what it holds.
     *
     * @param result the last result, for which there is no caller; a batch has taken it apart already
     */
    public void discardHeld(@Nullable Object result) {
        discard(result);
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
        GatePass pass = gate();
        long wait = pass == null ? 0 : pass.ask();
        if (wait < 0) {
            return stopBeforeAttempt(Decision.reason(wait), lastFailure);
        }
        if (is(BOUNDED) && (waited || pass != null) && isTooLong(wait, now())) {
            return stopBeforeAttempt(StopReason.DEADLINE_EXCEEDED, lastFailure);
        }
        if (wait > 0 ? waitIsPointless() : !admit()) {
            return stopBeforeAttempt(StopReason.CIRCUIT_OPEN, lastFailure);
        }
        if (wait > 0) {
            phase = DUE;
            return GatePass.untilNextLook(wait);
        }
        begins(pass);
        return 0;
    }

    private void begins(@Nullable GatePass pass) {
        phase = ATTEMPT;
        clear(UNMADE);
        if (outcome == DISCARDED) {
            outcome = null;
        }
        if (pass != null) {
            pass.made();
        }
        if (++attempt == 1) {
            tellOfStart();
        }
    }

    private long stopBeforeAttempt(StopReason reason, @Nullable Throwable lastFailure) {
        end(reason, lastFailure, null);
        return Decision.stop(reason);
    }

    /** Looks at a result: returns what kind of failure the policy calls it, {@code null} for a success. */
    public @Nullable Classification classifyResult(@Nullable Object result) {
        return plan.enabled() ? plan.rules.classifyResult(result) : null;
    }

    // ---- how calls end

    /** Returns what the caller gets, given the last attempt's result: that, except for a batch. */
    public @Nullable Object answer(@Nullable Object result) {
        return result;
    }

    /** Returns what the caller is thrown, given what the last attempt threw: that, except for a batch. */
    public @Nullable Throwable thrown(@Nullable Throwable failure) {
        return failure;
    }

    /**
     * Returns what the caller is thrown where the call has ended with a result that is a failure.
     *
     * @param result the last result
     * @return {@code null} where the caller gets the result itself
     */
    public @Nullable Throwable thrownForResult(@Nullable Object result) {
        boolean gone = outcome == DISCARDED;
        StopReason reason = stopReason();
        return reason == null || !gone && !plan.rules.failedResultThrown
                ? null
                : new FailedResultException(plan.service.name(), reason, attempt(), last, gone ? null : result);
    }

    /** Stores the failure of the last attempt. If the first attempt was refused, {@code end} stores the refusal. */
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
        set(COUNTED);
        GatePass gate = gate();
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
        GatePass gate = gate();
        if (gate != null) {
            gate.succeeded(attempts);
        }
        tellAttemptSucceeded(attempts);
        last = classification;
        end(reason, failure, null);
    }

    /** Ends the call: its thread was interrupted while it waited, or its executor has no room. */
    public void stop(StopReason reason, @Nullable Throwable failure) {
        if (phase != ENDED) {
            end(reason, failure, null);
        }
    }

    /** The caller does not wait for the call any more. */
    public void abandoned() {
        stop(StopReason.CANCELLED, null);
    }

    final void end(StopReason reason, @Nullable Throwable lastFailure, @Nullable Object result) {
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
        GatePass gate = gate();
        if (gate != null) {
            gate.leave();
        }
        refund();
        boolean mostlyDone = isMostlyDone();
        Counters counters = plan.counters;
        if (attempt > 0) {
            becomesTroubled(counters);
        }
        counters.stopped(reason, attempt, mostlyDone);
        set(COUNTED);
        settleLast(isServiceWell());
        tellOfEnd(attempt, mostlyDone);
        if (failure != null && attempt > 0) {
            note(failure, reason);
        }
        tellStopped(attempt, reason, last, failure, result);
    }

    /** The engine was broken off, for want of stack or memory: the call gives back what it holds, now or later. Never throws. */
    public final void breakOff() {
        Unsettled.settle(this);
    }

    /** Gives back what the call still holds, and counts it if it was not counted. May be broken off itself, and run again. */
    final void settle() {
        phase = ENDED;
        if (stopReason == NONE && !is(COUNTED)) {
            stopReason = (byte) StopReason.FATAL.ordinal();
        }
        if (!plan.enabled()) {
            return;
        }
        if (!is(COUNTED)) {
            plan.counters.stopped(Decision.REASONS[stopReason], attempt, false);
            set(COUNTED);
        }
        GatePass gate = gate();
        if (gate != null) {
            gate.leave();
        }
        refund();
        settleLast(false);
        tellOfEndIfOwed();
    }

    /** Returns what is thrown in place of a first attempt. */
    private Throwable refusal(StopReason reason) {
        CircuitBreaker breaker = plan.breaker;
        if (reason == StopReason.CIRCUIT_OPEN) {
            return new CircuitOpenException(
                    plan.service.name(), breaker == null ? Duration.ZERO : breaker.untilProbe());
        }
        return reason == StopReason.DEADLINE_EXCEEDED && gate() == null
                ? new DeadlinePassedException(plan.service.name())
                : new GateRefusedException(plan.service.name(), reason);
    }

    /** The call is about to end without success. */
    void ending(StopReason reason) {}

    /** Tells whether a call that ended without success did most of what it was to do. */
    boolean isMostlyDone() {
        return false;
    }

    /** Adds the note that says why there was no further attempt; a batch does so for each item. */
    void note(Throwable failure, StopReason reason) {
        if (isNoted(reason)) {
            RetryStopped.note(failure, plan.service.name(), reason, attempt);
        }
    }

    /** An error of the machine and a call that was given up by its caller carry no note. */
    static boolean isNoted(StopReason reason) {
        return reason != StopReason.FATAL && reason != StopReason.CANCELLED;
    }

    /** Returns the number of the attempt that is to be made or was made last, from 1. */
    public int attempt() {
        return Math.max(1, attempt);
    }

    /** Returns how many attempts were made, zero where the first was refused. */
    public int attemptsMade() {
        return attempt;
    }

    /** Returns why the call stopped, {@code null} while it goes on and after success. */
    public @Nullable StopReason stopReason() {
        return stopReason == NONE ? null : Decision.REASONS[stopReason];
    }

    // ---- time, and context

    /** Tells whether the call has a deadline. */
    public final boolean isBounded() {
        return is(BOUNDED);
    }

    /** Tells whether an attempt on this thread is to know how much time it has. */
    public final boolean isTimed() {
        return is(BOUNDED) || plan.rules.attemptTimeoutNanos != Long.MAX_VALUE;
    }

    /** Returns how much time is left until the deadline; {@link Long#MAX_VALUE} where there is none. */
    public final long remainingNanos() {
        return is(BOUNDED) ? endNanos - now() : Long.MAX_VALUE;
    }

    /** Returns how long an attempt that begins now may take; {@link Long#MAX_VALUE} for no limit. */
    public final long attemptLimitNanos() {
        return Math.min(remainingNanos(), plan.rules.attemptTimeoutNanos);
    }

    /** Returns when an attempt that begins now must have ended, by the clock; of a call that is {@linkplain #isTimed timed}. */
    public final long attemptEndNanos() {
        long timeout = plan.rules.attemptTimeoutNanos;
        if (timeout == Long.MAX_VALUE) {
            return endNanos;
        }
        long end = now() + Math.min(timeout, FARTHEST_NANOS);
        return is(BOUNDED) && endNanos - end < 0 ? endNanos : end;
    }

    /** Returns the policy's limit of an attempt; {@link Long#MAX_VALUE} for none. */
    public final long attemptTimeoutNanos() {
        return plan.rules.attemptTimeoutNanos;
    }

    /** Tells whether a blocking attempt is interrupted when its time is over. */
    public final boolean isInterruptedOnTimeout() {
        return plan.rules.interruptedOnTimeout && isTimed();
    }

    /** Returns the clock of the service. */
    public final NanoClock clock() {
        return plan.service.clock();
    }

    /** Returns the name of the service. */
    public final String service() {
        return plan.service.name();
    }

    /** Sets the context that the call was made in. */
    public final void context(ContextCapture.Snapshot snapshot) {
        extras().context = snapshot;
    }

    /** Returns the context that the call was made in. */
    public final ContextCapture.@Nullable Snapshot context() {
        CallExtras known = extrasOrNull();
        return known == null ? null : known.context;
    }

    /** Sets what takes the timer of the deadline away. */
    public final void deadlineTimer(Runnable cancel) {
        extras().deadlineTimer = cancel;
    }

    /** Returns what takes the timer of the deadline away. */
    public final @Nullable Runnable deadlineTimer() {
        CallExtras known = extrasOrNull();
        return known == null ? null : known.deadlineTimer;
    }

    // ---- what the decision reads

    /** Returns how many attempts count toward the most that are made. */
    int countedAttempts() {
        return attempt;
    }

    boolean isNested() {
        return is(NESTED);
    }

    /** Tells whether a wait that begins now would not end before the deadline. */
    boolean isTooLong(long delayNanos, long nowNanos) {
        return is(BOUNDED) && delayNanos >= endNanos - nowNanos;
    }

    private void requirePhase(byte expected) {
        if (phase != expected) {
            throw new IllegalStateException("call: " + PHASES[phase] + " (expected: " + PHASES[expected] + ")");
        }
    }

    // ---- what a call made by hand asks

    /** Fails unless an attempt is under way. */
    public final void requireAttempt() {
        requirePhase(ATTEMPT);
    }

    /** Tells whether a retry was granted whose wait is not over. */
    public final boolean isGranted() {
        return phase == GRANTED;
    }

    /** As {@link #proceed}, after a wait that a decision gave. */
    public final long resumes() {
        requirePhase(GRANTED);
        return proceed(true, null);
    }

    /** As {@link #proceed}, where the attempt has not begun already. */
    public final long asksGate() {
        if (phase == ATTEMPT) {
            return 0;
        }
        requirePhase(DUE);
        return proceed(true, null);
    }
}
