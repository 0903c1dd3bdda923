package io.forbear.retry.core.call;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.ThreadMark;
import io.forbear.retry.core.service.Counters;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call: where it stands, what it holds, and how it ended. A call that succeeds at once usually needs none.
 *
 * <p>This class has the fields. The steps of a call are static functions over it, one concept each, and this class
 * knows none of them: {@code Decision} decides; {@code BeforeAttempt} begins calls and attempts, {@code AfterAttempt}
 * takes a call on when an attempt has failed, {@code CallEnd} ends it; {@code Spending}, {@code Admission} and {@code
 * Telling} deal with budgets, the circuit breaker and observers; {@code Handover} says what the caller gets. {@link
 * Work} is what differs between a call of one operation and a batch.
 *
 * <p>Not thread-safe: it belongs to one thread at a time, and a thread that hands it over does so safely.
 */
public final class CallState implements Discarder {
    /*
     * Protocol   DUE --> ATTEMPT --failed--> GRANTED --(resume: DUE)--> ATTEMPT ...; every phase ends in ENDED, once.
     * Invariant  In GRANTED and DUE, and only there, a retry may be paid for that has not been made; leaving them to
     *            ENDED refunds it. In DUE, and only there, the call holds a place at the gate; leaving it to ENDED
     *            gives it back. An attempt's admission is settled before anything is decided and before the call ends.
     *            Fields and flags alone say what the call holds, so that settle() can give it back wherever the engine
     *            was broken off. A flag changes after the act that it stands for: whatever throws in between has done
     *            nothing.
     * Spending   takenFrom... is the sum of what all retries so far took, lastFrom... what the last one took;
     *            lastReceipt also says when. Client and service pay both or none. OVERFLOW_PAID: an overflow client
     *            paid and is given back what it paid, though the client may have found room for a bucket of its own
     *            since, or lost it. UNMADE: a retry was paid for and not made.
     * Admission  While an attempt of an enabled call is under way, admission is the breaker's token or a HeldPermit. A
     *            permit is settled once; a token is mentioned to the breaker only if the attempt failed.
     * Size       104 bytes with compressed pointers, since a million calls may wait: hence flags, phases as bytes, and
     *            CallExtras.
     */

    /** No deadline is farther than this, 146 years, so that differences do not overflow. */
    static final long FARTHEST_NANOS = Long.MAX_VALUE / 2;

    static final StopReason[] REASONS = StopReason.values();

    static final int OVERFLOW_PAID = 1;
    static final int UNMADE = 1 << 1;
    static final int PROBE = 1 << 2;

    /** The call has a deadline. */
    static final int BOUNDED = 1 << 3;

    static final int NESTED = 1 << 4;

    /** The call has failed at least once, and its service has counted that. */
    static final int FAILED_ONCE = 1 << 5;

    static final int COUNTED = 1 << 6;

    /** The budget must hear how the call ended. */
    static final int OWES_END = 1 << 7;

    /** The attempts run on the thread of the caller, which may wait. */
    static final int BLOCKING = 1 << 8;

    /** What a call is reported as whose first attempt was refused. */
    private static final Classification REFUSED =
            Classification.of(ErrorCategory.TRANSIENT).notRetryable().notExecuted();

    /** The {@linkplain #lastOutcome() last outcome} of a call whose last result was discarded. */
    static final Object DISCARDED = new Object();

    static final byte DUE = 0; // the next attempt is to be made as soon as the gate lets it pass
    static final byte ATTEMPT = 1;
    static final byte GRANTED = 2;
    static final byte ENDED = 3;
    private static final String[] PHASES = {"DUE", "ATTEMPT", "GRANTED", "ENDED"};
    static final byte NONE = -1;

    final Plan plan;
    final @Nullable Client client;
    final @Nullable String clientId;
    final CallOptions options;

    /** When the call must have ended, where it is {@link #BOUNDED}. */
    final long endNanos;

    byte phase = ATTEMPT;
    byte stopReason = NONE;
    private short flags;
    int attempt = 1;
    long previousDelayNanos = -1;

    // Spending
    long takenFromService;
    long takenFromClient;
    long lastFromClient;

    /** What the last retry took from the service's budget, and when. */
    long lastReceipt;

    /** What let the attempt pass that is under way: Admission. */
    @Nullable
    Object admission;

    /** What few calls have; {@code null} in most. */
    private @Nullable CallExtras extras;

    /** What the last attempt that failed was found to be; before the first, that it was refused. */
    Classification last = REFUSED;

    /**
     * How the last attempt failed, for the loop that carries the call out: a throwable, or what it made of a bad
     * result.
     */
    @Nullable
    Object lastOutcome;

    /** The next of the calls that are {@link Unsettled}. */
    @Nullable
    CallState nextUnsettled;

    CallState(
            Plan plan,
            @Nullable String clientId,
            @Nullable Client client,
            CallOptions options,
            long startNanos,
            long deadlineNanos) {
        this.plan = plan;
        this.client = client;
        this.clientId = clientId;
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

    /** Adds an observer of this call alone, before the call begins. */
    public void observe(CallObserver observer) {
        CallExtras known = extras();
        CallObserver[] more = Arrays.copyOf(known.observers, known.observers.length + 1);
        more[more.length - 1] = observer;
        known.observers = more;
    }

    /** Says that the attempts run on the thread of the caller, which may wait for short work. */
    public void setBlocking() {
        set(BLOCKING);
    }

    // ---- facts

    /** Counts a call as one that has failed, at its first failure. */
    void countFirstFailure(Counters counters) {
        if (plan.countsFailedCalls && !is(FAILED_ONCE)) {
            set(FAILED_ONCE);
            counters.callFailedOnce();
        }
    }

    /** Discards a result of this call that no caller gets. */
    @Override
    public void discard(@Nullable Object result) {
        if (result != null) {
            plan.discards(result, is(BLOCKING));
        }
    }

    /** Stores how the last attempt failed. If the first attempt was refused, the end of the call stores the refusal. */
    public void setLastOutcome(@Nullable Object failed) {
        lastOutcome = failed;
    }

    /** Returns how the last attempt failed, or that the first was refused. */
    public @Nullable Object lastOutcome() {
        return lastOutcome;
    }

    /** Returns {@link #lastOutcome()} where it is a throwable, else {@code null}. */
    public @Nullable Throwable lastFailure() {
        return lastOutcome instanceof Throwable failure ? failure : null;
    }

    /** Returns {@link #lastOutcome()} where it is to be thrown. */
    public Throwable failure() {
        return (Throwable) Objects.requireNonNull(lastOutcome, "outcome");
    }

    /** Returns the number of the attempt that is to be made or was made last, from 1. */
    public int attempt() {
        return Math.max(1, attempt);
    }

    /** Returns why the call stopped, {@code null} while it goes on and after success. */
    public @Nullable StopReason stopReason() {
        return stopReason == NONE ? null : REASONS[stopReason];
    }

    /** Returns the name of the service. */
    public String service() {
        return plan.service.name();
    }

    /** Returns what few calls have; makes it where there is none. */
    public CallExtras extras() {
        CallExtras known = extras;
        if (known == null) {
            known = new CallExtras();
            extras = known;
        }
        return known;
    }

    /** Returns what few calls have, {@code null} for a call that has none of it. */
    public @Nullable CallExtras extrasOrNull() {
        return extras;
    }

    @Nullable
    GatePass gate() {
        CallExtras known = extras;
        return known == null ? null : known.gate;
    }

    /** Tells whether a wait that begins now would not end before the deadline. */
    boolean isTooLong(long delayNanos, long nowNanos) {
        return is(BOUNDED) && delayNanos >= endNanos - nowNanos;
    }

    /** Tells whether the deadline had passed when the call was made. */
    boolean hasNoTime() {
        return is(BOUNDED) && plan.deadlineNanos(options) <= 0;
    }

    long now() {
        return plan.service.clock().nanoTime();
    }

    boolean is(int flag) {
        return (flags & flag) != 0;
    }

    void set(int flag) {
        flags |= (short) flag;
    }

    void clear(int flag) {
        flags &= (short) ~flag;
    }

    // ---- what a call made by hand asks

    /** Fails unless an attempt is under way. */
    public void requireAttempt() {
        requirePhase(ATTEMPT);
    }

    /** Fails unless a retry was granted whose wait is not over. */
    public void requireGranted() {
        requirePhase(GRANTED);
    }

    /** Fails unless an attempt waits at the gate. */
    public void requireDue() {
        requirePhase(DUE);
    }

    /** Tells whether an attempt is under way. */
    public boolean isAttempting() {
        return phase == ATTEMPT;
    }

    /** Tells whether the call has ended. */
    public boolean hasEnded() {
        return phase == ENDED;
    }

    /** Tells whether a retry was granted whose wait is not over. */
    public boolean isGranted() {
        return phase == GRANTED;
    }

    void requirePhase(byte expected) {
        if (phase != expected) {
            throw new IllegalStateException("call: " + PHASES[phase] + " (expected: " + PHASES[expected] + ")");
        }
    }
}
