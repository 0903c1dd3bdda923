package io.forbear.retry.core.execution;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Classification;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.decision.CallState;
import io.forbear.retry.core.decision.Failures;
import io.forbear.retry.core.decision.Plan;
import io.forbear.retry.core.decision.Service;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.Nesting;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call, and the future that its caller holds.
 *
 * <p>One thread at a time owns the call and drives it: makes an attempt, lets go of it while its stage runs, judges, lets go
 * while it waits. What happens at once happens in a loop, never by recursion.
 */
final class AsyncCall<T extends @Nullable Object> extends CompletableFuture<T> {
    /*
     * State      phase = round << 3 | state, where each letting go begins a new round.
     *            DRIVING, CANCELLING: one thread owns the call. ATTEMPTING, WAITING: nobody does; the Attempt, or the Wake and
     *            then the Hop, holds the phase's value as its ticket; Attempt and Hop take the call with it. ENDED: for ever.
     * Invariant  only the owner touches the other fields; a ticket is good once; the call ends once, and the future is
     *            completed only by who took the phase to ENDED, or to CANCELLING: the counters and the caller agree on
     *            success, also when cancel races with completion.
     * Writers    owner: lets go, ends. Attempt, Hop, a rejection: take over. Whoever cancels: ATTEMPTING, WAITING -> ENDED (and owns what is
     *            left to tidy), DRIVING -> CANCELLING (and leaves the tidying to the owner). All by CAS.
     * Ordering   letting go and taking over are volatile: what one owner wrote happens-before what the next reads. pending is
     *            written before the phase that goes with it; as the round makes a phase unique, a CAS from it proves that
     *            pending was not yet another's.
     * Progress   lock-free; no stack growth in attempts.
     * Stress     AsyncCancelStress (retry-jcstress)
     */

    private static final int DRIVING = 0;
    private static final int ATTEMPTING = 1;
    private static final int WAITING = 2;
    private static final int CANCELLING = 3;
    private static final int ENDED = 4;
    private static final int STATE_BITS = 3;
    private static final int STATE = (1 << STATE_BITS) - 1;

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

    /** What a cancel reaches: the stage that runs, or the {@link Wake} of the wait; {@code null} where it waits on the executor alone. */
    private @Nullable Object pending;

    /** A result that the policy calls a failure, which the caller gets where no further attempt is made; an outcome of the call. */
    private record BadResult(@Nullable Object value) {}

    private AsyncCall(CallState call, Supplier<? extends CompletionStage<T>> operation, Means means) {
        this.call = call;
        this.operation = operation;
        this.means = means;
    }

    /** Makes a call, its first attempt on this thread. A stage that has succeeded by then is itself the answer. */
    static <T extends @Nullable Object> CompletableFuture<T> start(
            Service service,
            @Nullable String clientId,
            CallOptions options,
            Supplier<? extends CompletionStage<T>> operation,
            Means means) {
        Plan plan = service.plan();
        Object admission = plan.leanAdmission();
        if (admission == null) {
            CallState call = CallState.of(plan, clientId, plan.enabled() ? plan.client(clientId) : null, options);
            return begin(call, operation, means);
        }
        Client client = plan.client(clientId);
        long deadline = plan.deadlineNanos(options);
        long start = plan.startNanos(deadline);
        CompletionStage<T> stage = null;
        Throwable thrown = null;
        try {
            stage = operation.get();
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

    /** A minimal stage is a future by its class alone, and throws where it is asked whether it is done. */
    private static boolean hasSucceeded(CompletableFuture<?> future) {
        return future.toCompletableFuture() == future && future.isDone() && !future.isCompletedExceptionally();
    }

    /** Makes a call that has not begun. What its caller gets is the call's {@linkplain CallState#answer answer}. */
    static <T extends @Nullable Object> CompletableFuture<T> begin(
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
        try {
            boolean again;
            do {
                again = attempts();
            } while (again);
        } catch (Throwable fault) {
            breaks(fault);
        }
    }

    private boolean attempts() {
        CallState current = owned();
        int number = current.attempt();
        CompletionStage<T> stage = null;
        Throwable thrown = null;
        Nesting nesting = number > 1 ? Nesting.ofThread() : null;
        int outer = nesting == null ? 1 : nesting.enter(number);
        current.attemptStarted();
        try {
            stage = Objects.requireNonNull(operation).get();
        } catch (Throwable failure) {
            thrown = failure;
        } finally {
            current.attemptReturned();
            if (nesting != null) {
                nesting.leave(outer);
            }
        }
        return waitsForStage(stage, thrown);
    }

    private boolean waitsForStage(@Nullable CompletionStage<T> stage, @Nullable Throwable thrown) {
        if (stage == null) {
            if (thrown instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return judges(null, thrown == null ? new NullPointerException("stage: null (expected: a stage)") : thrown);
        }
        int ticket = nextTicket(ATTEMPTING);
        Attempt<T> attempt = new Attempt<>(this, ticket);
        pending = stage;
        if (!letsGo(ticket)) {
            cancels(stage, true);
            ends();
            return false;
        }
        try {
            stage.handle(attempt);
        } catch (Throwable refusal) {
            return takesOver(ticket) && judges(null, refusal);
        }
        return attempt.isOverAtOnce() && takesOver(ticket) && judges(attempt.result(), attempt.failure());
    }

    /** Judges an attempt that is over. */
    private boolean judges(@Nullable Object result, @Nullable Throwable thrown) {
        CallState current = owned();
        pending = null;
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
            decision = current.afterFailure(found, null);
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

    // ---- how the call passes from owner to owner

    /** Waits on the timer. Returns whether it fired there and then; otherwise it does so on a thread of its own. */
    private boolean firesInside(Wake wake, long delayNanos) {
        try {
            return wake.scheduled(means.scheduler().get().schedule(wake, delayNanos, TimeUnit.NANOSECONDS));
        } catch (Throwable rejection) {
            rejected(wake.ticket(), rejection);
            return false;
        }
    }

    /** Waits on the executor. Returns whether it ran there and then; otherwise the call goes on on a thread of its own. */
    private boolean runsInside(int ticket) {
        try {
            Hop hop = new Hop(this, ticket);
            means.executor().execute(hop);
            return hop.ranInside();
        } catch (Throwable rejection) {
            rejected(ticket, rejection);
            return false;
        }
    }

    private int nextTicket(int state) {
        return ((phase >>> STATE_BITS) + 1) << STATE_BITS | state;
    }

    /** Lets go, unless a cancel has come meanwhile. */
    private boolean letsGo(int ticket) {
        int now = phase;
        return (now & STATE) == DRIVING && PHASE.compareAndSet(this, now, ticket);
    }

    private boolean takesOver(int ticket) {
        return PHASE.compareAndSet(this, ticket, ticket & ~STATE | DRIVING);
    }

    /** An attempt's stage is done, on whatever thread did it. */
    void attemptIsOver(int ticket, @Nullable Object result, @Nullable Throwable failure) {
        try {
            if (takesOver(ticket) && judges(result, failure)) {
                drive();
            }
        } catch (Throwable fault) {
            breaks(fault);
        }
    }

    /** The timer has fired, on whatever thread it did. */
    void fires(int ticket) {
        if (runsInside(ticket)) {
            wakes(ticket);
        }
    }

    /** The wait is over, on a thread of the executor. */
    void wakes(int ticket) {
        try {
            if (takesOver(ticket) && goesOn(asks())) {
                drive();
            }
        } catch (Throwable fault) {
            breaks(fault);
        }
    }

    /** The scheduler or the executor has no room for the next attempt. */
    void rejected(int ticket, Throwable rejection) {
        if (takesOver(ticket)) {
            CallState current = owned();
            current.stop(StopReason.REJECTED, failure(current));
            Throwable failure = failure(current);
            if (rejection instanceof Error) {
                current.outcome(rejection);
            }
            if (failure == null) {
                Faults.log("executor or scheduler", rejection);
            } else if (rejection instanceof Error) {
                Failures.attach(rejection, failure);
            } else {
                Failures.attach(failure, rejection);
            }
            ends();
        }
    }

    // ---- how the call ends

    /** A success is recorded only by who has claimed the end, for a cancel may come first. */
    @SuppressWarnings("unchecked")
    private void succeeds(CallState current, @Nullable Object result) {
        if (!claimsEnd()) {
            ends();
            return;
        }
        current.succeeded();
        Object answer = current.answer(result);
        forgets();
        super.complete((T) answer);
    }

    /** The call has been stopped by a decision, or a cancel has come. */
    @SuppressWarnings("unchecked")
    private void ends() {
        CallState current = owned();
        Object last = current.outcome();
        if (!claimsEnd()) {
            current.abandoned();
            forgets();
            phase = ENDED;
            return;
        }
        Throwable thrown = current.thrown(last instanceof Throwable failure ? failure : null);
        Object answer = thrown == null ? current.answer(last instanceof BadResult bad ? bad.value() : null) : null;
        forgets();
        if (thrown == null) {
            super.complete((T) answer);
        } else {
            super.completeExceptionally(thrown);
        }
    }

    private boolean claimsEnd() {
        int now = phase;
        return (now & STATE) == DRIVING && PHASE.compareAndSet(this, now, ENDED);
    }

    /** What never throws has thrown, such as the machine for want of memory: the owner ends the call, so that nobody waits for ever. */
    private void breaks(Throwable fault) {
        CallState left = call;
        phase = ENDED;
        forgets();
        super.completeExceptionally(fault);
        if (left != null) {
            left.abandoned();
        }
    }

    /** Lets go of everything, for the caller may keep the future. */
    private void forgets() {
        call = null;
        operation = null;
        pending = null;
    }

    /** Ends the call in the caller's name. Returns whether it was not over yet. */
    private boolean isTakenFromOwner(boolean mayInterrupt) {
        for (; ; ) {
            int now = phase;
            switch (now & STATE) {
                case CANCELLING, ENDED -> {
                    return false;
                }
                case DRIVING -> {
                    if (PHASE.compareAndSet(this, now, CANCELLING)) {
                        return true;
                    }
                }
                default -> {
                    if (PHASE.compareAndSet(this, now, ENDED)) {
                        Object what = pending;
                        owned().abandoned();
                        forgets();
                        cancels(what, mayInterrupt);
                        return true;
                    }
                }
            }
        }
    }

    private static void cancels(@Nullable Object what, boolean mayInterrupt) {
        try {
            if (what instanceof Wake wake) {
                wake.cancel();
            } else if (what instanceof Future<?> stage) {
                stage.cancel(mayInterrupt);
            }
        } catch (UnsupportedOperationException minimal) {
            return; // a minimal stage cannot be cancelled, and its result goes nowhere
        } catch (Throwable fault) {
            Faults.log("stage's or timer's cancel", fault);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return isTakenFromOwner(mayInterruptIfRunning) ? super.cancel(mayInterruptIfRunning) : isCancelled();
    }

    @Override
    public boolean complete(T value) {
        return isTakenFromOwner(true) && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        return isTakenFromOwner(true) && super.completeExceptionally(failure);
    }
}
