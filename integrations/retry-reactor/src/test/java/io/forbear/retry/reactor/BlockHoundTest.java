package io.forbear.retry.reactor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryRuntime;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.gate.AttemptGates;
import io.forbear.retry.error.Classification;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** No thread on which Reactor forbids to block is blocked by a call, whatever becomes of it. */
class BlockHoundTest {

    private static final int CALLS = 2_000;

    /**
     * A thread that waits for work while its methods are changed goes on in those of before, where BlockHound does not
     * know that this may block: it would end the thread, and its tasks would never run. So all threads are new.
     */
    @BeforeAll
    static void install() {
        Schedulers.shutdownNow();
        BlockHound.install();
    }

    @Test
    void aBlockedThreadOfReactorIsFound() {
        Mono<String> blocks = Mono.fromCallable(() -> {
                    Thread.sleep(1);
                    return "slept";
                })
                .subscribeOn(Schedulers.parallel());

        assertThatThrownBy(blocks::block).hasCauseInstanceOf(BlockingOperationError.class);
    }

    static Stream<RetryRuntime> runtimes() {
        return Stream.of(RetryRuntime.system(), ReactorRuntime.parallel());
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void noCallBlocksAThreadOfReactor(RetryRuntime runtime) {
        Retry users = Retries.named("users")
                .runtime(runtime)
                .policy(RetryPolicy.builder()
                        .maxAttempts(4)
                        .backoff(Backoff.fixed(ofNanos(300_000)))
                        .attemptTimeout(ofMillis(3))
                        .deadline(ofMillis(2_000))
                        .classifyResult(Integer.class, Classification::ofHttpStatus)
                        .build())
                .budget(RetryBudgets.tokenBucket(100_000))
                .circuitBreaker(CircuitBreakers.consecutiveFailures(100_000))
                .gate(AttemptGates.adaptive())
                .build();
        AtomicInteger attempts = new AtomicInteger();
        Mono<Integer> source = Mono.defer(() -> switch (attempts.incrementAndGet() % 5) {
            case 0 -> Mono.error(new IOException("down"));
            case 1 -> Mono.just(503);
            case 2 -> Mono.never();
            case 3 -> Mono.delay(ofNanos(50_000)).thenReturn(200);
            default -> Mono.just(200);
        });

        long ended = Flux.range(0, CALLS)
                .flatMap(
                        n -> source.transform(ForbearOperator.of(users))
                                .subscribeOn(Schedulers.parallel())
                                .onErrorResume(
                                        failure -> !(failure instanceof BlockingOperationError), f -> Mono.just(0)),
                        64)
                .count()
                .block();

        assertThat(ended).isEqualTo(CALLS);
        assertThat(users.snapshot().calls()).isEqualTo(CALLS);
        assertThat(users.snapshot().recovered()).isPositive();
    }
}
