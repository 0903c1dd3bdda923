package io.forbear.retry.reactor;

import io.forbear.retry.AttemptScope;
import io.forbear.retry.FailedResult;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.error.Classification;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;

/**
 * One subscription, which is one call: makes the attempts, and is what the subscriber requests from and cancels.
 *
 * <p>One thread at a time owns the call: the one that makes or judges an attempt. It lets go of the call while an
 * attempt is under way, and while it waits.
 */
final class CallSubscription<T> implements Subscription, Scannable {
    /*
     * State      word: ticket of the attempt and phase, see Phase. cancelled. Of the owner: call, outcome, wait,
     *            ticket. timer: of the attempt, or of the deadline of a stream.
     * Invariant  An attempt, a wait or a timer takes the call over by a CAS that its ticket and phase still match, so
     *            that each attempt ends once: with its own end, with its time or with a cancel. What comes later is
     *            dropped. While the source is being subscribed to, the thread that does so keeps the call, whatever
     *            ends the attempt meanwhile: so no stack grows, and the scope of the attempt is closed first.
     *            A cancel that finds the call owned leaves word in cancelled; the owner reads it after it has let go.
     * Serial     the subscriber is told by one thread at a time: elements by the attempt, the end by the owner. Only
     *            the deadline can end a call while its attempt emits; then Emitter holds both apart.
     * Ordering   the fields of the owner are written before the word, and read after it.
     * Size       over 400 lines: what the word guards stands together. What an attempt, a limit of time, the demand and
     *            an outcome are is in classes of their own.
     */

    /** What a source may emit, and whether it is retried after it has. */
    enum Kind {
        ONE,
        MANY,
        RESTARTING
    }

    private final Retry retry;
    private final Publisher<? extends T> source;
    private final CoreSubscriber<? super T> actual;
    private final Kind kind;
    private final Demand demand = new Demand();
    private final Emitter<T> emitter;
    private final Outcome<T> outcome;

    private final LimitTimer timer = new LimitTimer();
    private final AtomicInteger word = new AtomicInteger(Phase.OWNED.word(0));
    private volatile boolean cancelled;
    private @Nullable RetryCall call;
    private @Nullable CompletableFuture<Boolean> wait;
    private int ticket;

    /** The thread that subscribes to the source, while it does: only the one that wrote it can find itself here. */
    private @Nullable Thread launcher;

    private @Nullable AttemptScope scope;

    CallSubscription(Retry retry, Publisher<? extends T> source, CoreSubscriber<? super T> actual, Kind kind) {
        this.retry = ReactorAttempt.nested(retry, actual.currentContext());
        this.source = source;
        this.actual = actual;
        this.kind = kind;
        this.emitter = new Emitter<>(actual);
        this.outcome = new Outcome<>(retry.policy(), retry.name());
    }

    // ---- the owner's loop

    /** Begins the call, on the thread that subscribes. */
    void start() {
        actual.onSubscribe(this);
        if (cancelled) {
            return;
        }
        RetryDecision first;
        try {
            RetryCall begun = retry.begin();
            call = begun;
            if (!isOne() && begun.remaining().isPresent()) {
                emitter.guard();
            }
            first = begun.atGate();
        } catch (Throwable refusal) {
            breakOff(refusal);
            return;
        }
        boolean due =
                first instanceof RetryDecision.Again again && again.delay().isZero();
        drive(due ? null : first);
    }

    /**
     * Does what was decided: waits or ends, and makes attempts on this thread for as long as they are over at once. The
     * only loop over attempts.
     *
     * @param decided {@code null} where an attempt is due
     */
    private void drive(@Nullable RetryDecision decided) {
        RetryDecision next = decided;
        try {
            do {
                if (next != null && !waitedFor(next)) {
                    return;
                }
                next = launch();
            } while (next != null);
        } catch (Throwable fault) { // of the engine, which has given back what the call held
            breakOff(fault);
        }
    }

    private RetryCall owned() {
        return Objects.requireNonNull(call);
    }

    /** Waits, without a thread. Returns whether the wait is over already, and an attempt due. */
    private boolean waitedFor(RetryDecision decided) {
        if (!(decided instanceof RetryDecision.Again)) {
            stopped();
            return false;
        }
        outcome.discard(owned(), actual.currentContext());
        if (cancelled) {
            abandon();
            return false;
        }
        CompletableFuture<Boolean> begun = owned().awaitAsync(decided);
        if (begun.isDone()) {
            return isDueAfter(begun);
        }
        wait = begun;
        int waiting = ++ticket;
        word.set(Phase.WAITING.word(waiting));
        begun.whenComplete((go, failure) -> woken(waiting, begun));
        if (cancelled) {
            cancelNow();
        }
        return false;
    }

    private boolean isDueAfter(CompletableFuture<Boolean> over) {
        boolean due = !over.isCompletedExceptionally() && Boolean.TRUE.equals(over.join());
        if (cancelled) {
            abandon();
            return false;
        }
        if (!due) {
            stopped();
        }
        return due;
    }

    private void woken(int waiting, CompletableFuture<Boolean> over) {
        if (!move(waiting, Phase.WAITING, Phase.OWNED)) {
            owned().abandoned(); // a cancel came when the wait was over
        } else if (isDueAfter(over)) {
            drive(null);
        }
    }

    /**
     * Makes an attempt.
     *
     * @return what was decided where it is over already; {@code null} where the call was let go, or has ended
     */
    private @Nullable RetryDecision launch() {
        RetryCall made = owned();
        int launched = ++ticket;
        Duration limit = Limits.of(retry.policy(), made);
        ReactorAttempt known = new ReactorAttempt(retry.name(), made.attempt(), limit);
        AttemptSubscriber<T> attempt =
                new AttemptSubscriber<>(this, launched, actual.currentContext().put(ReactorAttempt.class, known));
        demand.expect(attempt);
        word.set(Phase.LAUNCHING.word(launched));
        subscribe(made, attempt);
        if (move(launched, Phase.LAUNCHING, Phase.ATTEMPT)) {
            limit(made, attempt, Phase.ATTEMPT, limit);
        } else if (move(launched, Phase.LAUNCHING_STREAM, Phase.STREAM)) {
            limit(made, attempt, Phase.STREAM, made.remaining().orElse(null));
        } else {
            return judge(attempt);
        }
        if (cancelled) {
            cancelNow();
        }
        return null;
    }

    private void subscribe(RetryCall made, AttemptSubscriber<T> attempt) {
        Throwable thrown = null;
        launcher = Thread.currentThread();
        scope = made.attemptStarted();
        try {
            source.subscribe(attempt);
        } catch (Throwable broken) {
            thrown = broken;
        } finally {
            closeScope();
        }
        if (thrown != null) {
            Exceptions.throwIfJvmFatal(thrown);
            attempt.onError(thrown);
        }
    }

    /**
     * Ends the scope of the attempt, if this is the thread that subscribes to the source: at its end, or before the
     * first element goes to the subscriber, whose work is no part of the attempt.
     */
    private void closeScope() {
        AttemptScope open = scope;
        if (launcher == Thread.currentThread() && open != null) {
            launcher = null;
            scope = null;
            open.close();
        }
    }

    /** Sets a timer for an attempt, which may have ended meanwhile. */
    private void limit(RetryCall made, AttemptSubscriber<T> attempt, Phase phase, @Nullable Duration limit) {
        if (limit != null) {
            int now = phase.word(attempt.ticket());
            timer.set(made, () -> timeOver(attempt, phase), limit, () -> word.get() == now);
        }
    }

    // ---- what an attempt tells

    Demand demand() {
        return demand;
    }

    boolean isOne() {
        return kind == Kind.ONE;
    }

    /** The first element of an attempt has come. Returns whether the subscriber is to get it. */
    boolean streams(AttemptSubscriber<T> attempt) {
        if (move(attempt.ticket(), Phase.LAUNCHING, Phase.LAUNCHING_STREAM)) {
            closeScope();
            return true;
        }
        if (!move(attempt.ticket(), Phase.ATTEMPT, Phase.STREAM)) {
            return false;
        }
        timer.cancel();
        RetryCall made = owned();
        limit(made, attempt, Phase.STREAM, made.remaining().orElse(null));
        return true;
    }

    void emit(T element) {
        emitter.emit(element);
    }

    /** An attempt has ended. Returns whether that still matters; where not, nobody reads how. */
    boolean attemptEnded(AttemptSubscriber<T> attempt) {
        int of = attempt.ticket();
        if (move(of, Phase.LAUNCHING, Phase.ENDED) || move(of, Phase.LAUNCHING_STREAM, Phase.ENDED)) {
            return true;
        }
        if (move(of, Phase.ATTEMPT, Phase.OWNED) || move(of, Phase.STREAM, Phase.OWNED)) {
            RetryDecision next = null;
            try {
                next = judge(attempt);
            } catch (Throwable fault) {
                breakOff(fault);
            }
            if (next != null) {
                drive(next);
            }
            return true;
        }
        return false;
    }

    /** An attempt has ended that nobody waits for. Returns whether it brought a result, which is discarded. */
    boolean discardLate(@Nullable T value, @Nullable Throwable failure) {
        Object late =
                failure != null && Exceptions.unwrap(failure) instanceof FailedResult judged ? judged.result() : value;
        if (late == null) {
            return false;
        }
        RetryCall made = call;
        if (made == null || !made.discard(late)) {
            Operators.onDiscard(late, actual.currentContext());
        }
        return true;
    }

    // ---- decisions

    /** Looks at an attempt that has ended. Returns what was decided; {@code null} where the call has ended. */
    private @Nullable RetryDecision judge(AttemptSubscriber<T> attempt) {
        timer.cancel();
        boolean emitted = attempt.emitted() > 0;
        Subscription upstream = demand.end(attempt.emitted());
        T value = attempt.value();
        Throwable failure = attempt.failure();
        if (cancelled) {
            abandon();
            discardLate(value, failure);
            return null;
        }
        if (failure != null) {
            return judgeFailure(Exceptions.unwrap(failure), emitted && kind != Kind.RESTARTING);
        }
        Classification bad = value == null ? null : outcome.judge(value);
        if (bad == null) {
            succeed(value);
            return null;
        }
        if (upstream != null) {
            upstream.cancel();
        }
        return outcome.failed(owned(), value, bad, false);
    }

    @SuppressWarnings("unchecked") // a source throws what it would have emitted
    private @Nullable RetryDecision judgeFailure(Throwable failure, boolean emitted) {
        if (!(failure instanceof FailedResult judged)) {
            return outcome.failed(owned(), failure, emitted);
        }
        T result = (T) judged.result();
        if (retry.policy().isEnabled()) {
            return outcome.failed(owned(), result, judged.classification(), emitted);
        }
        succeed(result);
        return null;
    }

    /** The time of an attempt is over, or that of the call. */
    private void timeOver(AttemptSubscriber<T> attempt, Phase phase) {
        if (!move(attempt.ticket(), phase, Phase.OWNED)) {
            return;
        }
        boolean streamed = phase == Phase.STREAM;
        demand.leave();
        if (cancelled) {
            abandon();
            return;
        }
        RetryCall made = owned();
        Throwable timeout = Limits.timeout(retry.name(), made, outcome.failure());
        RetryDecision next = null;
        try {
            next = outcome.failed(made, timeout, false);
            if (streamed) { // the attempt may be emitting still: nothing may follow it
                made.abandoned();
                stopped();
                next = null;
            }
        } catch (Throwable fault) {
            breakOff(fault);
        }
        if (next != null) {
            drive(next);
        }
    }

    // ---- the end

    private void succeed(@Nullable T value) {
        owned().succeeded();
        word.set(Phase.OVER.word(0));
        emitter.complete(value, demand);
    }

    /** The engine has stopped the call. */
    private void stopped() {
        RetryCall made = owned();
        word.set(Phase.OVER.word(0));
        T result = outcome.resultForSubscriber();
        if (result != null) {
            emitter.complete(result, demand);
        } else {
            finish(outcome.failureForSubscriber(made.stopReason().orElse(null), made.attempt()));
        }
    }

    private void abandon() {
        word.set(Phase.OVER.word(0));
        owned().abandoned();
        outcome.discard(owned(), actual.currentContext());
    }

    /** The call was refused, or the engine broken off by a part of the user or for want of memory. */
    private void breakOff(Throwable fault) {
        Exceptions.throwIfJvmFatal(fault);
        if (Phase.of(word.get()) == Phase.OVER) {
            throw Exceptions.propagate(fault); // of the subscriber, which has been told of the end
        }
        RetryCall left = call;
        if (left != null) {
            left.abandoned();
        }
        Throwable known = outcome.failure();
        finish(known == null ? fault : known);
    }

    private void finish(Throwable failure) {
        word.set(Phase.OVER.word(0));
        emitter.end(failure);
    }

    // ---- as a subscription

    @Override
    public void request(long count) {
        if (Operators.validate(count)) {
            demand.add(count);
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            demand.cancel();
            cancelNow();
        }
    }

    /** Ends a call that no thread owns; an owner finds that it was cancelled. */
    private void cancelNow() {
        int seen = word.get();
        Phase phase = Phase.of(seen);
        if (phase == Phase.WAITING && word.compareAndSet(seen, Phase.OVER.word(0))) {
            CompletableFuture<Boolean> left = wait;
            if (left != null) {
                left.cancel(true); // abandons the call
            }
        } else if ((phase == Phase.ATTEMPT || phase == Phase.STREAM)) {
            if (word.compareAndSet(seen, Phase.OVER.word(0))) {
                timer.cancel();
                owned().abandoned();
            } else {
                cancelNow(); // the first element has come meanwhile, or the end, whose thread owns the call
            }
        }
    }

    private boolean move(int of, Phase from, Phase to) {
        return word.compareAndSet(from.word(of), to.word(of));
    }

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.TERMINATED) {
            return !cancelled && Phase.of(word.get()) == Phase.OVER;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
