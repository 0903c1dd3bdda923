package io.forbear.retry.grpc;

import io.forbear.retry.Retry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * A {@link ClientInterceptor} that makes each unary call by a {@link Retry}. Stubs of all kinds (blocking, future,
 * asynchronous) stay as they are.
 *
 * <pre>{@code
 * OrdersBlockingStub orders = OrdersGrpc.newBlockingStub(channel).withInterceptors(GrpcRetry.over(retry));
 * }</pre>
 *
 * <h2>What is retried</h2>
 *
 * <ul>
 *   <li>Unary calls. A call that streams in either direction is passed through unchanged, and makes its one attempt;
 *       {@link #passedThrough()} counts them.
 *   <li>A method is repeated freely if its descriptor says that it is idempotent or has no side effects ({@code
 *       option idempotency_level} in its proto file), if {@link #idempotent} says so, or if the options of the call or
 *       of the {@code Retry} do ({@link io.forbear.retry.CallOptions#idempotent()}, which go before the descriptor).
 *       Any other is repeated only if the server certainly did not begin to carry it out: the attempt reached no
 *       connection, or the stream was refused.
 *   <li>A message that is an {@link java.io.InputStream} is sent once: {@link
 *       io.forbear.retry.StopReason#NOT_REPEATABLE}.
 *   <li>What failed is judged by the policy's classifier, asked about the {@link io.grpc.StatusRuntimeException}; with
 *       the trailer {@code grpc-retry-pushback-ms}. A {@linkplain
 *       io.forbear.retry.RetryPolicy.Builder#classifyResult rule} for the response holds too.
 * </ul>
 *
 * <h2>Time</h2>
 *
 * <p>The deadline of the call, or of its {@link Context}, bounds attempts and waits together, as do that of the policy
 * and that of the options. Each attempt has as its deadline the nearest of them and of the policy's attempt timeout. An
 * attempt that waits for a connection ({@code withWaitForReady}) does so within that.
 *
 * <h2>How a call ends</h2>
 *
 * <ul>
 *   <li>With what the last attempt brought: headers, response, status, trailers. Where the status is no success, its
 *       cause, or a suppressed exception of its cause, is a {@code RetryStopped} that says why there was no further
 *       attempt.
 *   <li>Where no attempt was made, with a status whose cause says why: {@code UNAVAILABLE} for an open breaker, {@code
 *       RESOURCE_EXHAUSTED} for the gate, {@code DEADLINE_EXCEEDED}.
 *   <li>With {@code CANCELLED}, at once, where the caller cancels the call or its context, also during a wait.
 * </ul>
 *
 * <h2>What an attempt sends</h2>
 *
 * <p>The request as it is; from the second attempt on, and inside a call that is a retry of its caller, with the number
 * in the header {@value io.forbear.retry.AttemptHeader#NAME}. The deadline travels as gRPC has it. Headers are put
 * together for each attempt, so that inner interceptors add to them once.
 *
 * <h2>The channel's own retries</h2>
 *
 * <p>A channel whose service config has a {@code retryPolicy} makes attempts of its own inside each of these. {@code
 * disableRetry()} on the channel's builder ends that, and transparent retries with it: a stream that was refused unread
 * is then retried by the policy. {@code disableServiceConfigLookUp()}, with no default config, ends it and leaves
 * transparent retries alone, which are harmless. {@link #channelRetries()} counts what the channel repeats by its own
 * policy.
 *
 * <h2>Threads</h2>
 *
 * <p>No thread waits between attempts. Listeners are told on the executor of the call; where the call has none and the
 * channel is not the one who tells, on the common pool. A call begins when its message is complete ({@code halfClose}),
 * as it is at once with every stub. Thread-safe.
 *
 * @since 0.1
 */
public final class GrpcRetry implements ClientInterceptor {

    /** What one call says of itself: its word on idempotence, its criticality, a deadline. */
    public static final CallOptions.Key<io.forbear.retry.CallOptions> OPTIONS =
            CallOptions.Key.create("forbear-options");

    /** The client for which one call is made, such as a tenant: see {@link Retry#forClient}. */
    public static final CallOptions.Key<String> CLIENT = CallOptions.Key.create("forbear-client");

    private static final io.forbear.retry.CallOptions NON_IDEMPOTENT =
            io.forbear.retry.CallOptions.defaults().nonIdempotent();

    private final Retry retry;
    private final Predicate<? super MethodDescriptor<?, ?>> idempotent;
    private final LongAdder passed;
    private final LongAdder channelRetries;

    private GrpcRetry(
            Retry retry,
            Predicate<? super MethodDescriptor<?, ?>> idempotent,
            LongAdder passed,
            LongAdder channelRetries) {
        this.retry = retry;
        this.idempotent = idempotent;
        this.passed = passed;
        this.channelRetries = channelRetries;
    }

    /**
     * Returns an interceptor that makes each unary call by a {@code Retry}.
     *
     * @param retry decides on attempts; its view for a client or with options serves as well
     * @return a new interceptor, for channels and stubs
     */
    public static GrpcRetry over(Retry retry) {
        return new GrpcRetry(
                Objects.requireNonNull(retry, "retry"),
                method -> method.isIdempotent() || method.isSafe(),
                new LongAdder(),
                new LongAdder());
    }

    /**
     * Returns this with other methods that may be carried out twice, in place of those whose descriptor says so.
     *
     * @param methods is asked for each unary call; quick and thread-safe
     * @return a view of this, which counts with it
     */
    public GrpcRetry idempotent(Predicate<? super MethodDescriptor<?, ?>> methods) {
        return new GrpcRetry(retry, Objects.requireNonNull(methods, "methods"), passed, channelRetries);
    }

    /**
     * Returns the {@code Retry} by which calls are made.
     *
     * @return as it was given
     */
    public Retry retry() {
        return retry;
    }

    /**
     * Returns how many calls were passed through unchanged, since they stream.
     *
     * @return a count since this and the views of it were made
     */
    public long passedThrough() {
        return passed.sum();
    }

    /**
     * Returns how often the channel repeated an attempt by its own retry policy, or hedged it, so that more reached the
     * server than the policy decided on. Transparent retries do not count.
     *
     * @return a count since this and the views of it were made
     */
    public long channelRetries() {
        return channelRetries.sum();
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        if (method.getType() != MethodDescriptor.MethodType.UNARY) {
            passed.increment();
            return next.newCall(method, options);
        }
        String client = options.getOption(CLIENT);
        Retry view = client == null ? retry : retry.forClient(client);
        io.forbear.retry.CallOptions own = options.getOption(OPTIONS);
        if (own != null) {
            view = view.with(own);
        }
        boolean bounded = view.options().deadlineNanos() != Long.MAX_VALUE;
        if (!isSaid(view.options()) && !idempotent.test(method)) {
            view = view.with(NON_IDEMPOTENT);
        }
        Context context = Context.current();
        int upstream = IncomingAttempts.attempt(context);
        if (upstream > view.options().upstreamAttempt()) {
            view = view.with(io.forbear.retry.CallOptions.defaults().upstreamAttempt(upstream));
        }
        Deadline end = UnaryCall.nearest(options.getDeadline(), context.getDeadline());
        if (end != null) {
            view = view.with(io.forbear.retry.CallOptions.defaults().deadline(left(end)));
        }
        return new UnaryCall<>(next, method, options, view, bounded, channelRetries);
    }

    /** Tells whether the user has said of the calls whether they may be carried out twice. */
    private static boolean isSaid(io.forbear.retry.CallOptions options) {
        return options.idempotentOr(true) == options.idempotentOr(false);
    }

    static Duration left(Deadline end) {
        return Duration.ofNanos(Math.max(0, end.timeRemaining(TimeUnit.NANOSECONDS)));
    }

    @Override
    public String toString() {
        return "GrpcRetry(" + retry.name() + ")";
    }
}
