package io.forbear.retry.reactor;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.micrometer.context.ContextRegistry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What reaches an attempt on whatever thread: the context of the subscriber, the number of the attempt, the retry. */
class ContextTest extends ReactorTestBase {

    @Test
    void theContextOfTheSubscriberReachesEveryAttempt() {
        List<Object> seen = new CopyOnWriteArrayList<>();
        Mono<String> source = Mono.deferContextual(context -> {
            seen.add(context.get("tenant"));
            return failing(2);
        });

        StepVerifier.create(source.transform(ForbearOperator.of(users()))
                        .contextWrite(context -> context.put("tenant", "blue")))
                .then(manual.scheduler()::runAll)
                .expectNext("Ada")
                .verifyComplete();

        assertThat(seen).containsExactly("blue", "blue", "blue");
    }

    @Test
    void noAttemptIsKnownOutsideOfOne() {
        StepVerifier.create(Mono.deferContextual(
                        context -> Mono.just(ReactorAttempt.current(context).isPresent())))
                .expectNext(false)
                .verifyComplete();
    }

    @Test
    void anInnerCallKnowsOnAnotherThreadThatItIsInsideARetry() {
        RetryPolicy twice = RetryPolicy.builder()
                .maxAttempts(2)
                .backoff(Backoff.fixed(ofMillis(1)))
                .build();
        Retry inner = Retries.named("inner")
                .policy(twice.toBuilder().refuseNested().build())
                .build();
        Retry outer = Retries.named("outer").policy(twice).build();
        Scheduler other = Schedulers.newSingle("other");
        try {
            Mono<String> source = Mono.<String>error(down)
                    .transform(ForbearOperator.of(inner))
                    .subscribeOn(other);

            StepVerifier.create(source.transform(ForbearOperator.of(outer)))
                    .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(down));
        } finally {
            other.dispose();
        }

        assertThat(inner.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
        assertThat(inner.snapshot().stopped(StopReason.NESTED)).isEqualTo(1);
        assertThat(inner.snapshot().attempts()).isEqualTo(3);
    }

    @Test
    void aLoggingContextIsThereInLaterAttemptsOnTheThreadsOfReactor() {
        ThreadLocal<String> logging = new ThreadLocal<>();
        ContextRegistry.getInstance().registerThreadLocalAccessor("logging", logging);
        Hooks.enableAutomaticContextPropagation();
        try {
            List<String> seen = new CopyOnWriteArrayList<>();
            Retry users = Retries.named("users")
                    .runtime(ReactorRuntime.parallel())
                    .policy(RetryPolicy.builder()
                            .backoff(Backoff.fixed(ofMillis(150)).jitter(Jitter.none()))
                            .build())
                    .build();
            Mono<String> source = Mono.fromCallable(() -> {
                seen.add(Thread.currentThread().getName().replaceAll("-\\d+$", "") + " " + logging.get());
                if (seen.size() < 3) {
                    throw new IOException("down");
                }
                return "Ada";
            });

            String name = source.transform(ForbearOperator.of(users))
                    .contextWrite(context -> context.put("logging", "request 7"))
                    .block();

            assertThat(name).isEqualTo("Ada");
            assertThat(seen).hasSize(3).allMatch(attempt -> attempt.endsWith(" request 7"));
            // a thread that has not left the call yet when its wait is over makes the attempt itself
            assertThat(seen).contains("parallel request 7");
        } finally {
            Hooks.disableAutomaticContextPropagation();
            ContextRegistry.getInstance().removeThreadLocalAccessor("logging");
        }
    }

    @Test
    void whatTheSubscriberDoesWithAnElementIsNoPartOfTheAttempt() {
        Retry users = users();
        List<Integer> inSource = new CopyOnWriteArrayList<>();
        List<Integer> inSubscriber = new CopyOnWriteArrayList<>();
        Flux<String> source = Flux.defer(() -> {
            inSource.add(users.currentAttempt());
            return failing(1);
        });

        source.transform(ForbearOperator.of(users)).subscribe(name -> inSubscriber.add(users.currentAttempt()));
        manual.scheduler().runAll();

        assertThat(inSource).containsExactly(1, 2);
        assertThat(inSubscriber).containsExactly(1);
    }

    @Test
    void aNestedCallIsCountedAsNested() {
        Retry inner = Retries.named("inner")
                .runtime(manual.runtime())
                .policy(RetryPolicy.builder().refuseNested().build())
                .build();
        Mono<String> source = Mono.<String>error(down).transform(ForbearOperator.of(inner));
        Retry outer = users(p -> p.maxAttempts(2));

        source.transform(ForbearOperator.of(outer)).subscribe(value -> {}, failure -> {});
        manual.scheduler().runAll();

        assertThat(inner.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
        assertThat(inner.snapshot().stopped(StopReason.NESTED)).isEqualTo(1);
    }
}
