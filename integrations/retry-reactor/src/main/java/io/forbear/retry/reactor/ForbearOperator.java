package io.forbear.retry.reactor;

import io.forbear.retry.Retry;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An operator that makes each subscription to a {@link Mono} or a {@link Flux} one call of a {@link Retry}: its
 * attempts are subscriptions to the source.
 *
 * <pre>{@code
 * Mono<User> user = client.get().uri("/users/7").retrieve().bodyToMono(User.class)
 *         .transform(ForbearOperator.of(users));
 * }</pre>
 *
 * <p>The source must do its work when it is subscribed to, each time anew: what is made before, such as a request with
 * a body that can be read once, belongs into {@link Mono#defer}.
 *
 * <h2>Attempts</h2>
 *
 * <ul>
 *   <li>No thread is blocked. The first attempt is made on the thread that subscribes, the others on the executor of
 *       the service's runtime, after a wait on its scheduler; {@link ReactorRuntime} makes both those of Reactor.
 *   <li>All state belongs to the subscription: two subscribers share budget, breaker and counters, nothing else.
 *   <li>The context of the subscriber reaches every attempt, and {@link ReactorAttempt#current} in it tells which
 *       attempt it is. A call inside an attempt from the second on is nested in a retry, on whatever thread it is made.
 *   <li>{@link io.forbear.retry.RetryPolicy.Builder#attemptTimeout} limits an attempt until its first element or its
 *       end. {@link io.forbear.retry.RetryPolicy.Builder#deadline} limits the call until its end, elements included.
 * </ul>
 *
 * <h2>What is a failure</h2>
 *
 * <ul>
 *   <li>An error of the source, judged by the classifier of the policy; no {@link Error} is retried. The wrappers of
 *       {@link reactor.core.Exceptions#propagate} are taken off before.
 *   <li>The element of a {@code Mono} that a {@linkplain io.forbear.retry.RetryPolicy.Builder#classifyResult rule} of
 *       the policy calls a failure. It is discarded before the wait: by the policy's rule, else closed if it can be
 *       closed, else by the subscriber's own {@code doOnDiscard}. The elements of a {@code Flux} are not judged.
 *   <li>A {@link io.forbear.retry.FailedResult} as the error of the source: the source has judged its result itself.
 * </ul>
 *
 * <p>A {@code Mono} that completes empty has succeeded.
 *
 * <h2>A Flux that has emitted</h2>
 *
 * <p>Elements are passed on as they come, as many as were requested. A {@code Flux} that fails after its first element
 * is not retried, since its subscriber would get elements twice: the call ends with this failure, counted and recorded
 * as any other, and with {@link io.forbear.retry.StopReason#NOT_RETRYABLE}. {@link #restarting} retries it.
 *
 * <h2>How a call ends</h2>
 *
 * <ul>
 *   <li>As the first attempt that succeeded.
 *   <li>With the failure of the last attempt; a suppressed {@link io.forbear.retry.RetryStopped} says why there was no
 *       further one. A {@code Mono} whose last element was called a failure emits it, unless the policy says {@link
 *       io.forbear.retry.RetryPolicy.Builder#throwFailedResults} or it had been discarded: it then fails with a {@link
 *       io.forbear.retry.FailedResultException}.
 *   <li>With a {@link io.forbear.retry.CallRefusedException}, where no attempt was made.
 *   <li>A cancel ends the attempt, or the wait, at once; no attempt follows, and the call is {@linkplain
 *       io.forbear.retry.RetryCall#abandoned abandoned}.
 * </ul>
 *
 * <p>The operator never completes in place of an error, and never stays silent, as a companion of {@code retryWhen}
 * can.
 *
 * <p>Immutable and thread-safe. It owns nothing.
 *
 * @param <T> the elements
 * @since 0.1
 */
public final class ForbearOperator<T> implements UnaryOperator<Publisher<T>> {

    private final Retry retry;
    private final boolean restarting;

    private ForbearOperator(Retry retry, boolean restarting) {
        this.retry = Objects.requireNonNull(retry, "retry");
        this.restarting = restarting;
    }

    /**
     * Returns an operator that retries until the first element has been emitted.
     *
     * @param retry decides on attempts; its view for a client or with options serves as well
     * @param <T> the elements
     * @return to be given to {@link Mono#transform} or {@link Flux#transform}
     */
    public static <T> ForbearOperator<T> of(Retry retry) {
        return new ForbearOperator<>(retry, false);
    }

    /**
     * Returns an operator that retries a {@link Flux} also after elements have been emitted: each attempt begins from
     * the start, so that the subscriber gets elements again. For a {@link Mono} it is as {@link #of}.
     *
     * @param retry decides on attempts
     * @param <T> the elements
     * @return to be given to {@link Flux#transform}
     */
    public static <T> ForbearOperator<T> restarting(Retry retry) {
        return new ForbearOperator<>(retry, true);
    }

    /**
     * Returns a publisher whose subscriptions are calls.
     *
     * @param source its subscriptions are attempts
     * @return a {@link Mono} for a {@link Mono}; a {@link Flux} for every other publisher
     */
    @Override
    public Publisher<T> apply(Publisher<T> source) {
        Objects.requireNonNull(source, "source");
        return source instanceof Mono<T> mono
                ? RetryingMono.over(mono, retry)
                : RetryingFlux.over(Flux.from(source), retry, restarting);
    }

    @Override
    public String toString() {
        return "ForbearOperator(" + retry.name() + (restarting ? ", restarting)" : ")");
    }
}
