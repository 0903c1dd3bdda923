package io.forbear.retry.reactor;

import io.forbear.retry.Retry;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

/** A {@link Flux} whose subscriptions are calls. */
final class RetryingFlux<T> extends FluxOperator<T, T> {

    private final Retry retry;
    private final CallSubscription.Kind kind;

    private RetryingFlux(Flux<T> source, Retry retry, CallSubscription.Kind kind) {
        super(source);
        this.retry = retry;
        this.kind = kind;
    }

    static <T> Flux<T> over(Flux<T> source, Retry retry, boolean restarting) {
        return onAssembly(new RetryingFlux<>(
                source, retry, restarting ? CallSubscription.Kind.RESTARTING : CallSubscription.Kind.MANY));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        new CallSubscription<T>(retry, source, actual, kind).start();
    }
}
