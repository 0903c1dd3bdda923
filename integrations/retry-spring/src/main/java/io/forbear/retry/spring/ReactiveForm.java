package io.forbear.retry.spring;

import io.forbear.retry.Retry;
import io.forbear.retry.reactor.ForbearOperator;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Calls a method once for each attempt of each subscription to what the caller gets. A class of its own, for Reactor
 * and {@code retry-reactor} may be missing.
 */
final class ReactiveForm implements CallForm {

    private final ReactiveAdapter adapter;
    private final @Nullable Fallback fallback;

    ReactiveForm(ReactiveAdapter adapter, @Nullable Fallback fallback) {
        this.adapter = adapter;
        this.fallback = fallback;
    }

    @Override
    public Object call(Retry retry, MethodInvocation invocation) {
        Attempt attempt = new Attempt(invocation);
        ForbearOperator<Object> operator = ForbearOperator.of(retry);
        if (adapter.isMultiValue()) {
            Flux<Object> flux = Flux.from(operator.apply(Flux.defer(() -> begin(attempt))));
            return adapter.fromPublisher(
                    fallback == null ? flux : flux.onErrorResume(failure -> replace(fallback, invocation, failure)));
        }
        Mono<Object> mono = Mono.from(operator.apply(Mono.defer(() -> Mono.from(begin(attempt)))));
        return adapter.fromPublisher(
                fallback == null
                        ? mono
                        : mono.onErrorResume(failure -> Mono.from(replace(fallback, invocation, failure))));
    }

    private Publisher<Object> begin(Attempt attempt) {
        try {
            return adapter.toPublisher(attempt.call());
        } catch (Throwable failure) {
            return Mono.error(failure);
        }
    }

    private Publisher<Object> replace(Fallback fallback, MethodInvocation invocation, Throwable failure) {
        try {
            return adapter.toPublisher(fallback.call(invocation, failure));
        } catch (Throwable unmended) {
            return Mono.error(unmended);
        }
    }
}
