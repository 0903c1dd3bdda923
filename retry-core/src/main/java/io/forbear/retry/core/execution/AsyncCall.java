package io.forbear.retry.core.execution;

import io.forbear.retry.CallOptions;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.NanoClock;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Failures;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.SharedThreads;
import io.forbear.retry.core.internal.ThreadMark;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.error.Classification;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call, and the future that its caller holds.
 *
 * <p>One thread at a time owns the call and drives it: makes an attempt, lets go of it while its stage runs, judges, lets go
 * while it waits. What happens at once happens in a loop, never by recursion.
 *
 * <p>The call ends at its deadline whatever becomes of its stage, its executor or its scheduler: a timer of its own takes the call
 * from wherever it is.
 */
final class AsyncCall<T extends @Nullable Object> extends CallersFuture<T> {
    /*
     * State      phase = round << 3 | state, where each letting go begins a new round.
     *            DRIVING, CANCELLING, EXPIRING: one thread owns the call. ATTEMPTING, WAITING: no thread does; the StageAttempt, or
     *            the Wake and then the ExecutorHop, holds the phase's value as its ticket; StageAttempt and ExecutorHop take the
     *            call with it. ENDED: for ever.
     * Invariant  only the owner touches the other fields; a ticket is good once; the call ends once, and the future is
     *            completed only by the thread that took the phase to ENDED, CANCELLING or EXPIRING: the counters and the caller
     *            agree on success, also when a cancel or the deadline races with completion.
     * Writers    owner: lets go, ends. StageAttempt, ExecutorHop, a rejection: take over. A cancel, the deadline: ATTEMPTING, WAITING ->
     *            ENDED (and own what is left to tidy), DRIVING -> CANCELLING or EXPIRING (and leave the tidying to the owner). All
     *            by CAS.
     * Ordering   letting go and taking over are volatile: what one owner wrote happens-before what the next reads. pending is
     *            written before the phase that goes with it; as the round makes a phase unique, a CAS from it proves that
     *            pending was not yet another's.
     * Progress   lock-free; no stack growth in attempts.
     * Stress     AsyncCancelStress, AsyncDeadlineStress (retry-jcstress)
     */

    private static final int DRIVING = 0;
    private static final int ATTEMPTING = 1;
    private static final int WAITING = 2;
    private static final int CANCELLING = 3;
    private static final int ENDED = 4;
    private static final int EXPIRING = 5;
    private static final int STATE_BITS = 3;
    private static final int STATE = (1 << STATE_BITS) - 1;

    private static final String TOOK_TOO_LONG = "took longer than its limit";

    private static final VarHandle PHASE;

    static {
        try {
            PHASE = MethodHandles.lookup().findVarHandle(AsyncCall.class, "phase", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Means means;
    private @Nullable CallState call;
    private @Nullable Supplier<? extends CompletionStage<T>> operation;
    private volatile int phase = DRIVING;

    /** What a cancel reaches: the {@link Alarm} of the attempt or of the wait; {@code null} where it waits on the executor alone. */
    private @Nullable Alarm pending;

    /**
     * A result, as an outcome of the call: one that the policy calls a failure, which the caller gets where no further attempt is made,
     * or one that came as the caller had gone.
     */
    private record BadResult(@Nullable Object value) {}

    private AsyncCall(CallState call, Supplier<? extends CompletionStage<T>> operation, Means means) {
        this.call = call;
        this.operation = operation;
        this.means = means;
        capturesContext(call, means.context());
    }

    private static void capturesContext(CallState call, @Nullable ContextCapture capture) {
        if (capture == null) {
            return;
        }
        try {
            ContextCapture.Snapshot snapshot = capture.capture();
            if (snapshot != null) {
                call.context(snapshot);
            }
        } catch (Throwable fault) {
            Faults.log("context capture", fault);
        }
    }

    /** Makes a call, its first attempt on this thread. A stage that has succeeded by then is itself the answer. */
    static <T extends @Nullable Object> CompletableFuture<T> start(
            Service service,
            @Nullable String clientId,
            @Nullable Client kept,
            CallOptions options,
            Supplier<? extends CompletionStage<T>> operation,
            Means means) {
        Plan plan = service.plan();
        Object admission = plan.leanAdmission();
        long deadline = plan.deadlineNanos(options);
        if (admission == null || deadline <= 0) {
            CallState call = CallState.of(plan, clientId, plan.enabled() ? plan.client(clientId, kept) : null, options);
            return begin(call, operation, means);
        }
        Client client = plan.client(clientId, kept);
        long limit = plan.attemptLimitNanos(deadline);
        long start = plan.startNanos(limit);
        CompletionStage<T> stage = null;
        Throwable thrown = null;
        try {
            stage = limit == Long.MAX_VALUE
                    ? operation.get()
                    : LimitedAttempt.<CompletionStage<T>, RuntimeException>make(
                            operation::get, service.clock(), start, limit);
        } catch (Throwable failure) {
            thrown = failure;
        }
        if (stage instanceof CompletableFuture<T> future && hasSucceeded(future)) {
            plan.succeededAtOnce();
            if (client != null) {
                client.succeeded(1);
            }
            return future;
        }
        CallState call = CallState.afterLeanAdmission(plan, clientId, client, options, start, deadline, admission);
        AsyncCall<T> future = new AsyncCall<>(call, operation, means);
        future.goesOnWith(stage, thrown);
        return future;
    }

    /** Only the JDK's own class is asked: one that extends it may do anything, and is handled as any other stage. */
    private static boolean hasSucceeded(CompletableFuture<?> future) {
        return future.getClass() == CompletableFuture.class && future.isDone() && !future.isCompletedExceptionally();
    }

    /** Makes a call that has not begun. What its caller gets is the call's {@linkplain CallState#answer answer}. */
    static <T extends @Nullable Object> AsyncCall<T> begin(
            CallState call, Supplier<? extends CompletionStage<T>> operation, Means means) {
        AsyncCall<T> future = new AsyncCall<>(call, operation, means);
        future.begins();
        return future;
    }

    // ---- the owner's loop: a method that answers true still owns the call, one that answers false does not

    private void goesOnWith(@Nullable CompletionStage<T> stage, @Nullable Throwable thrown) {
        try {
            if (waitsForStage(stage, thrown)) {
                drive();
            }
        } catch (Throwable fault) {
            breaks(fault);
        }
    }

    private void begins() {
        try {
            if (goesOn(owned().starts())) {
                drive();
            }
        } catch (Throwable fault) {
            breaks(fault);
        }
    }

    /** Makes attempts until one has to be waited for, or the call has ended. */
    private void drive() {
        boolean again;
        do {
            again = attempts();
        } while (again);
    }

    /** As in a blocking call, the thread's mark is put back without a call. */
    private boolean attempts() {
        CallState current = owned();
        int number = current.attempt();
        CompletionStage<T> stage = null;
        Throwable thrown = null;
        @Nullable Object[] mark = null;
        long[] numbers = null;
        long outerAttempt = 0;
        long outerEnd = 0;
        Object outerClock = null;
        try {
            if (number > 1 || current.isTimed()) {
                mark = ThreadMark.ofThread();
                numbers = ThreadMark.numbers(mark);
                outerAttempt = numbers[ThreadMark.ATTEMPT];
                outerEnd = numbers[ThreadMark.END];
                outerClock = mark[ThreadMark.CLOCK];
                numbers[ThreadMark.ATTEMPT] = Math.max(outerAttempt, number);
                if (current.isTimed()) {
                    ThreadMark.limit(mark, current.attemptEndNanos(), current.clock());
                }
            }
            current.attemptStarted();
            stage = Objects.requireNonNull(operation).get();
        } catch (Throwable failure) {
            thrown = failure;
        } finally {
            if (numbers != null && mark != null) {
                numbers[ThreadMark.ATTEMPT] = outerAttempt;
                numbers[ThreadMark.END] = outerEnd;
                mark[ThreadMark.CLOCK] = outerClock;
            }
        }
        current.attemptReturned();
        return waitsForStage(stage, thrown);
    }

    private boolean waitsForStage(@Nullable CompletionStage<T> stage, @Nullable Throwable thrown) {
        if (stage == null) {
            if (thrown != null && Failures.interruptsThisThread(thrown)) {
                Thread.currentThread().interrupt();
            }
            return judges(null, thrown == null ? new NullPointerException("stage: null (expected: a stage)") : thrown);
        }
        CallState current = owned();
        int ticket = nextTicket(ATTEMPTING);
        StageAttempt<T> attempt = new StageAttempt<>(this, current, stage, ticket);
        watchesDeadline(current);
        pending = attempt;
        if (!letsGo(ticket)) {
            attempt.goesNowhere();
            ends();
            return false;
        }
        Throwable refusal = attempt.listens();
        if (attempt.isOverAtOnce()) {
            if (takesOver(ticket)) {
                return judges(attempt.result(), attempt.failure());
            }
            attempt.discards();
            return false;
        }
        if (refusal == null && limitsAttempt(current, attempt)) {
            refusal = StageAttempt.timeout(current, TOOK_TOO_LONG);
        }
        if (refusal == null || !takesOver(ticket)) {
            return false;
        }
        attempt.cancel(true);
        return judges(null, refusal);
    }

    /** Judges an attempt that is over. */
    private boolean judges(@Nullable Object result, @Nullable Throwable thrown) {
        CallState current = owned();
        if (pending != null && current.attemptTimeoutNanos() != Long.MAX_VALUE) {
            cancelsQuietly(pending::cancel);
        }
        pending = null;
        if ((phase & STATE)
                != DRIVING) { // the caller has cancelled, or the deadline has come, while this was being made
            current.discard(result);
            ends();
            return false;
        }
        long decision;
        if (thrown != null) {
            current.outcome(Failures.unwrap(thrown));
            decision = current.afterFailure(thrown, false);
        } else {
            Classification found = current.classifyResult(result);
            if (found == null) {
                succeeds(current, result);
                return false;
            }
            current.outcome(new BadResult(result));
            decision = current.afterFailure(found, null, result);
        }
        if (decision < 0) {
            ends();
            return false;
        }
        return waits(decision);
    }

    /** Waits for the next attempt, then at the gate. */
    private boolean waits(long delayNanos) {
        boolean woke = sleeps(delayNanos);
        return woke && goesOn(asks());
    }

    /** Asks whether the next attempt may begin. */
    private long asks() {
        pending = null;
        CallState current = owned();
        return current.proceed(true, failure(current));
    }

    /** Goes on with what {@link CallState#proceed} said. */
    private boolean goesOn(long said) {
        long wait = said;
        while (wait > 0) {
            if (!sleeps(wait)) {
                return false;
            }
            wait = asks();
        }
        if (wait < 0) {
            ends();
        }
        return wait == 0;
    }

    /** Waits on the timer, then on the executor; where there is no delay, on the executor alone. */
    private boolean sleeps(long delayNanos) {
        int ticket = nextTicket(WAITING);
        Wake wake = delayNanos > 0 ? new Wake(this, ticket) : null;
        watchesDeadline(owned());
        pending = wake;
        if (!letsGo(ticket)) {
            ends();
            return false;
        }
        return (wake == null || firesInside(wake, delayNanos)) && runsInside(ticket) && takesOver(ticket);
    }

    private CallState owned() {
        return Objects.requireNonNull(call);
    }

    private static @Nullable Throwable failure(CallState call) {
        return call.outcome() instanceof Throwable failure ? failure : null;
    }

    // ---- limits of time

    /**
     * Sets the timer of an attempt that is under way, after the call was let go: it must find the attempt there, however soon it
     * rings. Only what never changes is read of the state, for another thread may own the call by now. Returns whether the timer
     * rang there and then.
     */
    private boolean limitsAttempt(CallState current, StageAttempt<T> attempt) {
        long limit = current.attemptTimeoutNanos();
        if (limit == Long.MAX_VALUE) {
            return false;
        }
        try {
            return attempt.scheduled(means.scheduleLimit(attempt, limit, current.clock()));
        } catch (Throwable rejection) {
            Faults.log("scheduler", rejection); // the deadline, if there is one, still holds
            return false;
        }
    }

    /** Sets the timer of the deadline, once. */
    private void watchesDeadline(CallState current) {
        if (current.isBounded() && current.deadlineTimer() == null) {
            DeadlineAlarm alarm = new DeadlineAlarm(this);
            current.deadlineTimer(alarm);
            schedulesDeadline(alarm, current.remainingNanos(), current.clock());
        }
    }

    private void schedulesDeadline(DeadlineAlarm alarm, long nanos, NanoClock clock) {
        try {
            if (alarm.scheduled(means.scheduleLimit(alarm, Math.max(0, nanos), clock))) {
                deadlineRings();
            }
        } catch (Throwable rejection) {
            Faults.log("scheduler", rejection);
        }
    }

    /** The time of an attempt is over, as a timer finds. */
    void attemptLimitRings(StageAttempt<T> attempt) {
        SharedThreads.offTimer(() -> attemptTimesOut(attempt));
    }

    private void attemptTimesOut(StageAttempt<T> attempt) {
        if (!takesOver(attempt.ticket())) {
            return;
        }
        CallState current = owned();
        ContextCapture.Scope scope = entersContext(current);
        try {
            attempt.cancel(true);
            if (judges(null, StageAttempt.timeout(current, TOOK_TOO_LONG))) {
                drive();
            }
        } catch (Throwable fault) {
            breaks(fault);
        } finally {
            leavesContext(scope);
        }
    }

    /** The deadline has come, as a timer finds. */
    void deadlineRings() {
        SharedThreads.offTimer(this::expires);
    }

    /** Ends the call at its deadline, wherever it is. */
    private void expires() {
        CallState known = call; // of another thread, perhaps: only what never changes is read
        for (; ; ) {
            int now = phase;
            switch (now & STATE) {
                case CANCELLING, EXPIRING, ENDED -> {
                    return;
                }
                case DRIVING -> {
                    if (PHASE.compareAndSet(this, now, EXPIRING)) {
                        String service = known == null ? "" : known.service() + ": ";
                        fails(new TimeoutException(service + "an attempt was being begun at the deadline of the call"));
                        return;
                    }
                }
                default -> {
                    if (PHASE.compareAndSet(this, now, now & ~STATE | DRIVING)) {
                        endsAtDeadline((now & STATE) == ATTEMPTING);
                        return;
                    }
                }
            }
        }
    }

    /** The deadline has taken the call over while an attempt was under way, or while it waited. */
    private void endsAtDeadline(boolean attempting) {
        CallState current = owned();
        ContextCapture.Scope scope = entersContext(current);
        try {
            Alarm what = pending;
            pending = null;
            if (attempting) {
                Throwable before = failure(current);
                Throwable timeout = StageAttempt.timeout(current, "was under way at the deadline of the call");
                if (before != null) {
                    Failures.attach(timeout, before);
                }
                current.outcome(timeout);
                current.deadlinePassed(timeout);
            } else {
                current.stop(StopReason.DEADLINE_EXCEEDED, failure(current));
            }
            cancels(what, true);
            ends();
        } catch (Throwable fault) {
            breaks(fault);
        } finally {
            leavesContext(scope);
        }
    }

    // ---- the context of the call

    private static ContextCapture.@Nullable Scope entersContext(@Nullable CallState current) {
        ContextCapture.Snapshot snapshot = current == null ? null : current.context();
        if (snapshot == null) {
            return null;
        }
        try {
            return snapshot.restore();
        } catch (Throwable fault) {
            Faults.log("context", fault);
            return null;
        }
    }

    private static void leavesContext(ContextCapture.@Nullable Scope scope) {
        if (scope != null) {
            try {
                scope.close();
            } catch (Throwable fault) {
                Faults.log("context", fault);
            }
        }
    }

    // ---- how the call passes from owner to owner

    /** Waits on the timer. Returns whether it fired there and then; otherwise it does so on a thread of its own. */
    private boolean firesInside(Wake wake, long delayNanos) {
        try {
            return wake.scheduled(means.schedule(wake, delayNanos));
        } catch (Throwable rejection) {
            rejected(wake.ticket(), rejection);
            return false;
        }
    }

    /** Waits on the executor. Returns whether it ran there and then; otherwise the call goes on on a thread of its own. */
    private boolean runsInside(int ticket) {
        try {
            ExecutorHop hop = new ExecutorHop(this, ticket);
            means.execute(hop);
            return hop.ranInside();
        } catch (Throwable rejection) {
            rejected(ticket, rejection);
            return false;
        }
    }

    private int nextTicket(int state) {
        return ((phase >>> STATE_BITS) + 1) << STATE_BITS | state;
    }

    /** Lets go, unless a cancel or the deadline has come meanwhile. */
    private boolean letsGo(int ticket) {
        int now = phase;
        return (now & STATE) == DRIVING && PHASE.compareAndSet(this, now, ticket);
    }

    private boolean takesOver(int ticket) {
        return PHASE.compareAndSet(this, ticket, ticket & ~STATE | DRIVING);
    }

    /** An attempt's stage is done, on whatever thread did it. Returns whether the call has taken what it brought. */
    boolean attemptIsOver(int ticket, @Nullable Object result, @Nullable Throwable failure) {
        if (!takesOver(ticket)) {
            return false;
        }
        ContextCapture.Scope scope = entersContext(call);
        try {
            if (judges(result, failure)) {
                drive();
            }
        } catch (Throwable fault) {
            breaks(fault);
        } finally {
            leavesContext(scope);
        }
        return true;
    }

    /** The timer has fired, on whatever thread it did. On that which all services share no code of the user runs. */
    void fires(int ticket) {
        if (!SharedThreads.isTimer()) {
            runsOnExecutor(ticket);
        } else if (means.executor() == null) {
            hopsFromTimer(ticket);
        } else {
            SharedThreads.offTimer(() -> runsOnExecutor(ticket));
        }
    }

    private void runsOnExecutor(int ticket) {
        if (runsInside(ticket)) {
            wakes(ticket);
        }
    }

    /** The library's own executor never runs a task inside. */
    private void hopsFromTimer(int ticket) {
        try {
            means.execute(new ExecutorHop(this, ticket));
        } catch (Throwable rejection) {
            SharedThreads.offTimer(() -> rejected(ticket, rejection));
        }
    }

    /** The wait is over, on a thread of the executor. */
    void wakes(int ticket) {
        if (!takesOver(ticket)) {
            return;
        }
        ContextCapture.Scope scope = entersContext(call);
        try {
            if (goesOn(asks())) {
                drive();
            }
        } catch (Throwable fault) {
            breaks(fault);
        } finally {
            leavesContext(scope);
        }
    }

    /** The scheduler or the executor has no room for the next attempt. */
    void rejected(int ticket, Throwable rejection) {
        if (!takesOver(ticket)) {
            return;
        }
        ContextCapture.Scope scope = entersContext(call);
        try {
            CallState current = owned();
            current.stop(StopReason.REJECTED, failure(current));
            Failures.attachOrLog(failure(current), "executor or scheduler", rejection);
            ends();
        } catch (Throwable fault) {
            breaks(fault);
        } finally {
            leavesContext(scope);
        }
    }

    // ---- how the call ends

    /** A success is recorded only by the thread that has claimed the end, for a cancel may come first. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a T may be null
    private void succeeds(CallState current, @Nullable Object result) {
        if (!claimsEnd()) {
            current.outcome(new BadResult(result));
            ends();
            return;
        }
        Object answer = result;
        try {
            current.succeeded();
            answer = current.answer(result);
        } catch (Throwable fault) {
            current.breakOff();
        }
        forgets();
        brings((T) answer);
    }

    /** The call has been stopped by a decision, or a cancel or the deadline has come. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a T may be null
    private void ends() {
        CallState current = owned();
        Object last = current.outcome();
        Object bad = last instanceof BadResult result ? result.value() : null;
        if (!claimsEnd()) {
            if ((phase & STATE) == EXPIRING) {
                current.stop(StopReason.DEADLINE_EXCEEDED, failure(current));
            } else {
                current.abandoned();
            }
            current.discardHeld(bad);
            forgets();
            phase = ENDED;
            return;
        }
        Throwable thrown = current.thrown(last instanceof Throwable failure ? failure : null);
        if (thrown == null) {
            thrown = current.thrownForResult(bad);
        } else {
            current.discardHeld(null);
        }
        Object answer = thrown == null ? current.answer(bad) : null;
        forgets();
        if (thrown == null) {
            brings((T) answer);
        } else {
            fails(thrown);
        }
    }

    /** Tells whether the caller has been told of the deadline before the owner of the call has ended it. */
    boolean isExpiring() {
        return (phase & STATE) == EXPIRING;
    }

    private boolean claimsEnd() {
        int now = phase;
        return (now & STATE) == DRIVING && PHASE.compareAndSet(this, now, ENDED);
    }

    /**
     * What never throws has thrown, such as the machine for want of memory: the owner ends the call, so that no caller waits for
     * ever. A failure of the operation that is known goes before the fault.
     */
    private void breaks(Throwable fault) {
        CallState left = call;
        Throwable known = left == null ? null : failure(left);
        if (left != null) {
            left.breakOff();
        }
        phase = ENDED;
        forgets();
        fails(known == null ? fault : known);
    }

    /** Lets go of everything, for the caller may keep the future. */
    private void forgets() {
        CallState known = call;
        Runnable timer = known == null ? null : known.deadlineTimer();
        if (timer != null) {
            cancelsQuietly(timer);
        }
        call = null;
        operation = null;
        pending = null;
    }

    /** A timer is the user's, and may throw. */
    private static void cancelsQuietly(Runnable cancel) {
        try {
            cancel.run();
        } catch (Throwable fault) {
            Faults.log("timer's cancel", fault);
        }
    }

    @Override
    boolean endsForCaller(boolean mayInterrupt) {
        for (; ; ) {
            int now = phase;
            switch (now & STATE) {
                case CANCELLING, EXPIRING, ENDED -> {
                    return false;
                }
                case DRIVING -> {
                    if (PHASE.compareAndSet(this, now, CANCELLING)) {
                        return true;
                    }
                }
                default -> {
                    if (PHASE.compareAndSet(this, now, ENDED)) {
                        tidies(mayInterrupt);
                        return true;
                    }
                }
            }
        }
    }

    private void tidies(boolean mayInterrupt) {
        Alarm what = pending;
        CallState current = owned();
        try {
            current.abandoned();
        } catch (Throwable fault) {
            current.breakOff();
        }
        current.discardHeld(null);
        forgets();
        cancels(what, mayInterrupt);
    }

    private static void cancels(@Nullable Alarm what, boolean mayInterrupt) {
        if (what instanceof StageAttempt<?> attempt) {
            cancelsQuietly(() -> attempt.cancel(mayInterrupt));
        } else if (what != null) {
            cancelsQuietly(what::cancel);
        }
    }
}
