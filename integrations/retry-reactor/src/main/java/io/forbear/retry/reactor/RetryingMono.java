package io.forbear.retry.reactor;

import io.forbear.retry.Retry;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;

/** A {@link Mono} whose subscriptions are calls. */
final class RetryingMono<T> extends MonoOperator<T, T> {

    private final Retry retry;

    private RetryingMono(Mono<T> source, Retry retry) {
        super(source);
        this.retry = retry;
    }

    static <T> Mono<T> over(Mono<T> source, Retry retry) {
        return onAssembly(new RetryingMono<>(source, retry));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        new CallSubscription<T>(retry, source, actual, CallSubscription.Kind.ONE).start();
    }
}
