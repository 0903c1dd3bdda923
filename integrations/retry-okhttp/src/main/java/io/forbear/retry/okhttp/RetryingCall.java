package io.forbear.retry.okhttp;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.FailedResult;
import io.forbear.retry.Retry;
import io.forbear.retry.error.Classification;
import io.forbear.retry.http.CancellableWait;
import io.forbear.retry.http.DeadlineHeader;
import io.forbear.retry.http.HttpAdapter;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A call whose attempts are calls of the client. The first of them also keeps what the user sets: time-out and tags.
 */
final class RetryingCall implements Call {

    /*
     * State      attempt: the call that is under way or was last. wait: of a blocking call. future: of an asynchronous
     *            one. cancelled.
     * Invariant  whoever writes attempt, wait or future reads cancelled afterwards, and cancel writes cancelled before
     *            it reads them: one of both ends what the call does.
     */

    private static final System.Logger LOG = System.getLogger(RetryingCall.class.getName());

    private final OkHttpClient client;
    private final HttpAdapter adapter;
    private final Retry view;
    private final Request request;
    private final boolean mayWait;
    private final Call first;
    private boolean firstIsUsed;
    private volatile boolean executed;
    private volatile @Nullable List<EventListener> listeners;
    private volatile boolean cancelled;
    private volatile @Nullable Call attempt;
    private volatile @Nullable CancellableWait wait;
    private volatile @Nullable CompletableFuture<Response> future;

    /** The thread of the dispatcher that tells of the end of an attempt, while it does. */
    private volatile @Nullable Thread telling;

    /**
     * Makes a call that is not begun yet.
     *
     * @param mayWait whether it may be attempted again
     */
    RetryingCall(OkHttpClient client, HttpAdapter adapter, Request request, boolean mayWait) {
        this.client = client;
        this.adapter = adapter;
        this.request = request;
        this.mayWait = mayWait;
        this.view = adapter.view(request.method(), request::header, mayWait && isRepeatable(request));
        this.first = client.newCall(request);
    }

    private static boolean isRepeatable(Request request) {
        RequestBody body = request.body();
        return body == null || !body.isOneShot() && !body.isDuplex();
    }

    private static IOException canceled(@Nullable Throwable cause) {
        return new IOException("Canceled", cause);
    }

    private synchronized void begin() {
        if (executed) {
            throw new IllegalStateException("Already Executed");
        }
        executed = true;
    }

    // ---- on this thread

    @Override
    public Response execute() throws IOException {
        begin();
        CancellableWait own = new CancellableWait();
        wait = own;
        if (cancelled) {
            own.cancel();
        }
        Response response = null;
        Exception thrown = null;
        boolean ended;
        try {
            response = view.<Response, Exception>call(() -> attempt(own));
        } catch (Exception failure) {
            thrown = failure;
        } finally {
            ended = own.callEnded();
        }
        if (ended) {
            if (response != null) {
                response.close();
            }
            throw canceled(thrown);
        }
        if (response == null) {
            throw asIo(adapter.failureOfCall(
                    thrown == null ? new NullPointerException("response") : thrown, SocketTimeoutException::new));
        }
        return response;
    }

    private static IOException asIo(Throwable failure) {
        if (failure instanceof IOException io) {
            return io;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return new IOException(failure);
    }

    private Response attempt(CancellableWait own) throws IOException {
        if (!own.attemptStarted()) {
            throw canceled(null);
        }
        try {
            return judged(next().execute());
        } catch (Throwable failure) {
            own.attemptFailed();
            throw failure;
        }
    }

    // ---- on the dispatcher

    @Override
    public void enqueue(Callback callback) {
        begin();
        CompletableFuture<Response> made = view.callAsync(() -> AttemptFuture.begin(this, next()));
        future = made;
        if (cancelled) {
            made.cancel(true);
        }
        made.whenComplete((response, thrown) -> ended(callback, response, thrown));
    }

    /** Tells of an attempt, on the thread of the dispatcher that made it. */
    void tell(Runnable end) {
        telling = Thread.currentThread();
        try {
            end.run();
        } finally {
            telling = null;
        }
    }

    /** A callback runs where the client's own runs: on the dispatcher. */
    private void ended(Callback callback, @Nullable Response response, @Nullable Throwable thrown) {
        if (telling == Thread.currentThread()) {
            call(callback, response, thrown);
            return;
        }
        try {
            client.dispatcher().executorService().execute(() -> call(callback, response, thrown));
        } catch (RejectedExecutionException closed) {
            call(callback, response, thrown);
        }
    }

    private void call(Callback callback, @Nullable Response response, @Nullable Throwable thrown) {
        try {
            if (response == null) {
                callback.onFailure(this, failure(thrown == null ? new NullPointerException("response") : thrown));
            } else {
                callback.onResponse(this, response);
            }
        } catch (IOException broken) {
            LOG.log(System.Logger.Level.INFO, "callback of " + adapter.retry().name() + ": " + broken, broken);
        } catch (RuntimeException fault) { // the future of the call would keep it to itself
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
        }
    }

    private IOException failure(Throwable thrown) {
        if (thrown instanceof CancellationException || cancelled) {
            return canceled(thrown);
        }
        Throwable failure = adapter.failureOfCall(thrown, SocketTimeoutException::new);
        return failure instanceof IOException io ? io : new IOException(failure.getMessage(), failure);
    }

    // ---- one attempt

    /** Returns the response, or throws it where it is a failure. */
    Response judged(Response response) {
        Classification failure = HttpAdapter.failure(view, response, response.code(), response::header);
        if (failure != null) {
            throw new FailedResult(response, failure);
        }
        return response;
    }

    /** Returns what an attempt sends; {@code null} stands for no limit of its time. */
    private Request sent(int number, @Nullable Duration timeout) {
        Request.Builder sent = request.newBuilder();
        if (number > 1) {
            sent.header(AttemptHeader.NAME, HttpAdapter.attemptValue(number, request.header(AttemptHeader.NAME)));
        }
        if (timeout != null) {
            sent.header(DeadlineHeader.NAME, DeadlineHeader.value(timeout));
        }
        return sent.build();
    }

    /** Makes the call of the attempt that this thread begins. */
    private Call next() {
        int number = HttpAdapter.attempt(view);
        Duration left = view.remaining().orElse(null);
        Call call;
        if (number == 1 && left == null && !firstIsUsed) {
            call = first;
        } else {
            Timeout own = first.timeout();
            Duration timeout = left == null ? null : HttpAdapter.timeout(left, Duration.ofNanos(own.timeoutNanos()));
            call = client.newCall(sent(number, timeout));
            List<EventListener> added = listeners;
            if (added != null) {
                added.forEach(call::addEventListener);
            }
            call.timeout().timeout(timeout == null ? own.timeoutNanos() : timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (own.hasDeadline()) {
                call.timeout().deadlineNanoTime(own.deadlineNanoTime());
            }
        }
        firstIsUsed = true;
        attempt = call;
        if (cancelled) {
            call.cancel();
        }
        return call;
    }

    // ---- as a call

    @Override
    public void cancel() {
        cancelled = true;
        Call running = attempt;
        if (running != null) {
            running.cancel();
        }
        CancellableWait waiting = wait;
        if (waiting != null) {
            waiting.cancel();
        }
        CompletableFuture<Response> pending = future;
        if (pending != null) {
            pending.cancel(true);
        }
    }

    @Override
    public boolean isCanceled() {
        return cancelled;
    }

    @Override
    public boolean isExecuted() {
        return executed;
    }

    @Override
    public Request request() {
        return request;
    }

    /** Returns the time-out of each attempt. */
    @Override
    public Timeout timeout() {
        return first.timeout();
    }

    /** Adds a listener to each attempt that is begun from now on. */
    @Override
    public synchronized void addEventListener(EventListener listener) {
        List<EventListener> added = listeners == null ? new CopyOnWriteArrayList<>() : listeners;
        added.add(listener);
        listeners = added;
        first.addEventListener(listener);
    }

    @Override
    public <T> @Nullable T tag(KClass<T> type) {
        return first.tag(type);
    }

    @Override
    public <T> @Nullable T tag(Class<? extends T> type) {
        return first.tag(type);
    }

    @Override
    public <T> T tag(KClass<T> type, Function0<? extends T> make) {
        return first.tag(type, make);
    }

    @Override
    public <T> T tag(Class<T> type, Function0<? extends T> make) {
        return first.tag(type, make);
    }

    @Override
    @SuppressWarnings("MethodDoesntCallSuperMethod") // a new call, as the client's own is
    public Call clone() {
        return new RetryingCall(client, adapter, request, mayWait);
    }
}
