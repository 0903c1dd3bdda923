package io.forbear.retry.grpc;

import io.forbear.retry.AttemptScope;
import io.forbear.retry.CallRefusedException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One unary call: kept until its message is complete, then made by attempts, each of which is a call of the channel.
 *
 * <p>No thread waits. An attempt after a wait begins on the executor of the {@code Retry}; the caller's listener is
 * told on the executor of the call.
 */
final class UnaryCall<Q, R> extends ClientCall<Q, R> {
    /*
     * State      phase, and with it: delegate (the channel's call, while there is an attempt), attempt, waiting,
     *            requested, ending (how a caller who left wants the call to end); all under the lock.
     * Invariant  the RetryCall is touched by one thread at a time: by the one that took the call out of ATTEMPT or
     *            WAITING, which is BUSY with it until it hands it to the next attempt or wait, or closes it. A cancel
     *            that finds it BUSY leaves word in ending, which is read at the next hand-over.
     * Writers    the caller (start, request, sendMessage, halfClose, cancel), callbacks of the channel, the executor.
     * Ordering   no callback, and no method of channel, Retry or listener, is called under the lock.
     * Size       over 400 lines: what one lock guards stands together. The request, the attempt and what an outcome
     *            means are classes of their own.
     */

    /** What the caller's listener is told on where the call has no executor of its own, as the channel's is hidden. */
    private static final Executor DEFAULT_EXECUTOR = new CompletableFuture<Void>().defaultExecutor();

    private static final io.forbear.retry.CallOptions NOT_REPEATABLE =
            io.forbear.retry.CallOptions.defaults().notRepeatable();

    private enum Phase {
        NEW,
        COLLECTING,
        BUSY,
        ATTEMPT,
        WAITING,
        CLOSED
    }

    private final Channel next;
    private final MethodDescriptor<Q, R> method;
    private final CallOptions options;
    private final Retry retry;
    private final LongAdder channelRetries;
    private final boolean bounded;
    private final Context context = Context.current();
    private final @Nullable Deadline deadline;

    private Phase phase = Phase.NEW;
    private @Nullable ClientCall<Q, R> delegate;
    private @Nullable Attempt<R> attempt;
    private @Nullable CompletableFuture<Boolean> waiting;
    private @Nullable Ending ending;
    private int requested;

    // written once, before the phase in which they are read
    private @Nullable Listener<R> listener;
    private @Nullable UnaryRequest<Q> request;
    private @Nullable RetryCall call;

    /** How a caller who does not wait for the call wants it to end. */
    private record Ending(
            @Nullable String message, @Nullable Throwable cause, Status status) {}

    /**
     * Creates a call.
     *
     * @param retry decides; its options have the deadline of the call
     * @param bounded whether those options have a deadline that gRPC does not know
     */
    UnaryCall(
            Channel next,
            MethodDescriptor<Q, R> method,
            CallOptions options,
            Retry retry,
            boolean bounded,
            LongAdder channelRetries) {
        this.next = next;
        this.method = method;
        this.options = options;
        this.retry = retry;
        this.bounded = bounded;
        this.channelRetries = channelRetries;
        this.deadline = nearest(options.getDeadline(), context.getDeadline());
    }

    static @Nullable Deadline nearest(@Nullable Deadline one, @Nullable Deadline other) {
        return one == null ? other : other == null ? one : one.minimum(other);
    }

    // ---- the caller's side

    @Override
    public synchronized void start(Listener<R> told, Metadata sent) {
        check(phase == Phase.NEW, "start", "once");
        check(ending == null, "start", "before cancel");
        listener = told;
        request = new UnaryRequest<>(sent);
        phase = Phase.COLLECTING;
    }

    @Override
    public void request(int count) {
        ClientCall<Q, R> current;
        synchronized (this) {
            check(phase != Phase.NEW, "request", "after start");
            requested = count > Integer.MAX_VALUE - requested ? Integer.MAX_VALUE : requested + count;
            current = delegate;
        }
        if (current != null) {
            current.request(count);
        }
    }

    @Override
    public void setMessageCompression(boolean enabled) {
        UnaryRequest<Q> kept = request;
        check(kept != null, "setMessageCompression", "after start");
        if (kept != null && isCollecting()) {
            kept.compress(enabled);
        }
    }

    @Override
    public void sendMessage(Q sent) {
        UnaryRequest<Q> kept = request;
        check(kept != null, "sendMessage", "after start");
        if (kept != null && isCollecting()) {
            kept.add(sent);
        }
    }

    /** Tells whether the caller still adds to its request; not so after a cancel, which may come at any time. */
    private boolean isCollecting() {
        synchronized (this) {
            boolean left = ending != null || phase == Phase.CLOSED;
            check(left || phase == Phase.COLLECTING, "sendMessage", "before halfClose");
            return !left;
        }
    }

    @Override
    public void halfClose() {
        synchronized (this) {
            if (ending != null || phase == Phase.CLOSED) {
                return;
            }
            check(phase == Phase.COLLECTING, "halfClose", "once, after start");
            phase = Phase.BUSY;
        }
        begin();
    }

    static void check(boolean holds, String method, String rule) {
        if (!holds) {
            throw new IllegalStateException(method + ": called out of order (expected: " + rule + ")");
        }
    }

    @Override
    public void cancel(@Nullable String text, @Nullable Throwable cause) {
        String said = text == null ? "Call cancelled without message" : text;
        leave(new Ending(text, cause, Status.CANCELLED.withDescription(said).withCause(cause)));
    }

    /** The context in which the call was made is cancelled while no attempt is under way, which would see it. */
    private void contextEnded(Context ended) {
        leave(new Ending(null, ended.cancellationCause(), Contexts.statusFromCancelled(ended)));
    }

    private void leave(Ending how) {
        Phase found;
        ClientCall<Q, R> current;
        CompletableFuture<Boolean> wait;
        synchronized (this) {
            if (ending != null || phase == Phase.CLOSED) {
                return;
            }
            ending = how;
            found = phase;
            current = delegate;
            wait = waiting;
        }
        if (found == Phase.ATTEMPT && current != null) {
            current.cancel(how.message, how.cause);
        } else if (found == Phase.WAITING && wait != null) {
            wait.cancel(true);
        } else if (found == Phase.COLLECTING) {
            close(how.status, null, false);
        }
    }

    @Override
    public Attributes getAttributes() {
        ClientCall<Q, R> current;
        synchronized (this) {
            current = delegate;
        }
        return current == null ? Attributes.EMPTY : current.getAttributes();
    }

    // ---- attempts

    private void begin() {
        RetryCall begun;
        try {
            begun = (isRepeatable() ? retry : retry.with(NOT_REPEATABLE)).begin();
        } catch (CallRefusedException refusal) {
            close(GrpcRules.refused(refusal), null, false);
            return;
        } catch (Throwable fault) { // of the engine: no one else would tell the caller
            close(Status.UNKNOWN.withDescription("the call could not begin").withCause(fault), null, false);
            return;
        }
        call = begun;
        follow(begun, begun.atGate(), null, false);
    }

    private boolean isRepeatable() {
        UnaryRequest<Q> kept = request;
        return kept == null || kept.isRepeatable();
    }

    /** Does what was decided: makes the attempt, waits for it, or closes the call. */
    private void follow(RetryCall made, RetryDecision decision, @Nullable Attempt<R> last, boolean onCallback) {
        if (decision instanceof RetryDecision.Again again) {
            if (last == null && again.delay().isZero()) {
                launch(made);
            } else {
                await(made, decision, last);
            }
        } else {
            close(made, last, onCallback);
        }
    }

    @SuppressWarnings("try") // the scope is only to be closed
    private void launch(RetryCall made) {
        Attempt<R> begun = new Attempt<>(this, channelRetries);
        Ending left;
        synchronized (this) {
            left = ending;
            attempt = begun;
        }
        if (left != null) {
            made.abandoned();
            close(left.status, null, false);
            return;
        }
        ClientCall<Q, R> sent = null;
        Throwable broken = null;
        Context outer = context.attach();
        try (AttemptScope scope = made.attemptStarted()) {
            sent = next.newCall(method, begun.options(options, retry.policy(), made, bounded));
            send(sent, begun, made.attempt());
        } catch (Throwable thrown) { // of another interceptor
            broken = thrown;
        } finally {
            context.detach(outer);
        }
        launched(made, begun, sent, broken);
    }

    private void send(ClientCall<Q, R> sent, Attempt<R> begun, int number) {
        UnaryRequest<Q> kept = Objects.requireNonNull(request);
        sent.start(begun, kept.headers(Math.max(number, retry.options().upstreamAttempt())));
        int due;
        synchronized (this) {
            delegate = sent;
            due = requested;
        }
        sent.request(due);
        kept.send(sent);
    }

    /** The attempt is the channel's now, unless it has ended by now or could not begin. */
    private void launched(
            RetryCall made, Attempt<R> begun, @Nullable ClientCall<Q, R> sent, @Nullable Throwable broken) {
        Ending left = null;
        boolean over;
        synchronized (this) {
            over = broken != null || begun.hasEnded();
            if (over) {
                delegate = null;
            } else {
                phase = Phase.ATTEMPT;
                left = ending;
            }
        }
        if (broken != null) {
            couldNotBegin(made, begun, sent, broken);
        } else if (over) {
            decide(made, begun, null, false);
        } else if (left != null && sent != null) {
            sent.cancel(left.message, left.cause);
        }
    }

    private void couldNotBegin(RetryCall made, Attempt<R> begun, @Nullable ClientCall<Q, R> sent, Throwable broken) {
        synchronized (this) {
            attempt = null; // what still comes back is not heard
        }
        if (sent != null) {
            sent.cancel("the attempt could not be sent", broken);
        }
        begun.end(Status.fromThrowable(broken), new Metadata());
        decide(made, begun, broken, false);
        if (broken instanceof Error fatal) {
            throw fatal;
        }
    }

    /** The channel has closed an attempt: on the executor of the call, in the context of the call. */
    void closed(Attempt<R> ended, Status status, Metadata trailers) {
        RetryCall made;
        synchronized (this) {
            made = call;
            if (ended != attempt || made == null) {
                return;
            }
            ended.end(status, trailers);
            if (phase != Phase.ATTEMPT) {
                return; // the thread that is sending it finds out
            }
            phase = Phase.BUSY;
            delegate = null;
        }
        decide(made, ended, null, true);
    }

    // ---- decisions

    /** Tells the engine how an attempt ended, and does as it says. */
    private void decide(RetryCall made, Attempt<R> ended, @Nullable Throwable broken, boolean onCallback) {
        RetryDecision decision;
        try {
            decision = Outcomes.verdict(retry.policy(), made, ended, broken, hasLeft(), deadline);
        } catch (Throwable fault) { // the engine has given back what the call held
            close(made, ended, onCallback);
            throw fault;
        }
        if (decision == null) {
            close(ended.status(), ended, onCallback);
        } else {
            follow(made, decision, ended, onCallback);
        }
    }

    /** Tells whether the caller does not wait for the call any more. */
    private boolean hasLeft() {
        synchronized (this) {
            if (ending != null) {
                return true;
            }
        }
        return context.isCancelled() && !(context.cancellationCause() instanceof TimeoutException);
    }

    // ---- the wait

    private void await(RetryCall made, RetryDecision decision, @Nullable Attempt<R> last) {
        if (last != null) {
            Outcomes.discard(made, last);
        }
        CompletableFuture<Boolean> wait = made.awaitAsync(decision);
        boolean left;
        synchronized (this) {
            phase = Phase.WAITING;
            waiting = wait;
            left = ending != null;
        }
        Context.CancellationListener watch = this::contextEnded;
        context.addListener(watch, Runnable::run);
        if (left) {
            wait.cancel(true);
        }
        wait.whenComplete((go, cancelled) -> {
            context.removeListener(watch);
            waited(made, Boolean.TRUE.equals(go), last);
        });
    }

    private void waited(RetryCall made, boolean go, @Nullable Attempt<R> last) {
        Ending left;
        synchronized (this) {
            phase = Phase.BUSY;
            waiting = null;
            left = ending;
        }
        if (left == null && go) {
            launch(made);
        } else if (left == null) {
            close(made, last, false);
        } else {
            made.abandoned();
            close(left.status, null, false);
        }
    }

    // ---- the end

    /** Closes a call that the engine has stopped. */
    private void close(RetryCall made, @Nullable Attempt<R> last, boolean onCallback) {
        close(Outcomes.stopped(retry, made, last), last, onCallback);
    }

    /**
     * Tells the caller how the call ended, once.
     *
     * @param last the attempt whose response the caller gets, {@code null} for none
     * @param onCallback whether this is a callback of the channel, on which listeners may be told
     */
    private void close(Status status, @Nullable Attempt<R> last, boolean onCallback) {
        Listener<R> told;
        synchronized (this) {
            told = listener;
            if (phase == Phase.CLOSED || told == null) {
                return;
            }
            phase = Phase.CLOSED;
            delegate = null;
            attempt = null;
        }
        Runnable telling = () -> {
            if (last == null) {
                told.onClose(status, new Metadata());
            } else {
                last.handOver(told, status);
            }
        };
        if (onCallback) {
            telling.run();
            return;
        }
        AtomicBoolean begun = new AtomicBoolean();
        Runnable inContext = context.wrap(() -> {
            if (begun.compareAndSet(false, true)) {
                telling.run();
            }
        });
        Executor own = options.getExecutor();
        try {
            (own == null ? DEFAULT_EXECUTOR : own).execute(inContext);
        } catch (Throwable refused) { // such as by an executor that is shut down
            if (begun.get()) {
                throw refused; // by the listener
            }
            inContext.run(); // nothing else would tell the caller
        }
    }
}
