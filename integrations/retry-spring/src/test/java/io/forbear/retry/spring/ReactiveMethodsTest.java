package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.StopReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Methods that return publishers: each attempt of each subscription is a call of the method. */
class ReactiveMethodsTest extends SpringFixture {

    static class Remote {
        final List<String> calls = new ArrayList<>();
        int failures = 2;

        @ForbearRetry("orders")
        public Mono<String> load(String id) {
            calls.add(id);
            return failures-- > 0 ? Mono.error(new IOException("down")) : Mono.just(id);
        }

        @ForbearRetry("orders")
        public Flux<String> all() {
            return load("all").concatWith(Flux.just("more"));
        }

        @ForbearRetry("orders")
        public Publisher<String> publisher() {
            return load("publisher");
        }

        @ForbearRetry("orders")
        public Flow.Publisher<String> flow() {
            throw new IllegalStateException("never asked");
        }

        @ForbearRetry("orders")
        public Mono<String> throwing() throws IOException {
            calls.add("throwing");
            throw new IOException("thrown");
        }

        @ForbearRetry(value = "orders", fallbackMethod = "cached")
        public Mono<String> guarded(String id) {
            calls.add(id);
            return Mono.error(new IOException("down"));
        }

        Mono<String> cached(String id, IOException failure) {
            return Mono.just("cached " + id);
        }

        @ForbearRetry(value = "orders", fallbackMethod = "none")
        public Flux<String> guardedFlux() {
            return Flux.error(new IOException("down"));
        }

        Flux<String> none() {
            return Flux.empty();
        }
    }

    private final Remote remote = bean(Remote.class);

    /** Lets virtual time pass until the publisher has ended. */
    private <T> T end(Mono<T> mono) {
        CompletableFuture<T> future = mono.toFuture();
        time.scheduler().runAll();
        return future.join();
    }

    @Test
    void theMethodIsCalledForEachAttemptOfASubscriptionAndNotBefore() {
        Mono<String> mono = remote.load("7");
        assertThat(behind(remote).calls).isEmpty();

        assertThat(end(mono)).isEqualTo("7");

        assertThat(behind(remote).calls).containsExactly("7", "7", "7");
        assertThat(time.sleeper().sleeps()).isEmpty();
        assertThat(orders.snapshot().recovered()).isEqualTo(1);
    }

    @Test
    void eachSubscriptionIsACallWithAttemptsOfItsOwn() {
        Mono<String> mono = remote.load("7");
        behind(remote).failures = 1;
        end(mono);
        behind(remote).failures = 2;
        end(mono);

        assertThat(behind(remote).calls).hasSize(2 + 3);
        assertThat(orders.snapshot().calls()).isEqualTo(2);
    }

    @Test
    void aFluxAndAPublisherAreRetried() {
        assertThat(end(remote.all().collectList())).containsExactly("all", "more");
        behind(remote).failures = 2;
        assertThat(end(Mono.from(remote.publisher()))).isEqualTo("publisher");

        assertThat(orders.snapshot().attempts()).isEqualTo(3 + 3);
    }

    @Test
    void aPublisherOfTheJdkIsKnownToo() {
        assertThat(remote.flow()).isInstanceOf(Flow.Publisher.class);
    }

    @Test
    void aMethodThatThrowsInsteadOfReturningAPublisherIsRetried() throws IOException {
        Mono<String> mono = remote.throwing();

        assertThatThrownBy(() -> end(mono)).hasRootCauseMessage("thrown");

        assertThat(behind(remote).calls).hasSize(3);
        assertThat(orders.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
    }

    @Test
    void theFallbackIsSubscribedToAfterTheLastAttempt() {
        assertThat(end(remote.guarded("7"))).isEqualTo("cached 7");
        assertThat(end(remote.guardedFlux().collectList())).isEmpty();

        assertThat(behind(remote).calls).containsExactly("7", "7", "7");
    }

    @Test
    void disposingEndsTheWait() {
        Disposable subscription = remote.load("7").subscribe();
        assertThat(time.scheduler().pending()).isEqualTo(1);

        subscription.dispose();
        time.scheduler().runAll();

        assertThat(behind(remote).calls).hasSize(1);
        assertThat(orders.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }
}
