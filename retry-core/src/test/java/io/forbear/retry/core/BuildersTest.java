package io.forbear.retry.core;

import static java.time.Duration.ofMillis;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualRuntime;
import io.forbear.retry.testkit.ScriptedRandom;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The two builders take what comes from outside by the same words, though neither inherits them. */
class BuildersTest {

    private static List<String> setters(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .filter(method -> method.getReturnType() == builder)
                .map(BuildersTest::signature)
                .toList();
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getGenericParameterTypes());
    }

    @Test
    void whatARegistryTakesFromOutsideAServiceTakesToo() {
        List<String> ofRegistry = setters(RetryRegistry.Builder.class).stream()
                .filter(setter -> !setter.startsWith("customize[") && !setter.startsWith("strict["))
                .toList();

        assertThat(ofRegistry).hasSizeGreaterThanOrEqualTo(5);
        assertThat(setters(Retries.Builder.class)).containsAll(ofRegistry);
    }

    @Test
    void theShortSettersChangeOnePartOfTheRuntimeEach() {
        ManualRuntime manual = new ManualRuntime();
        AtomicInteger executed = new AtomicInteger();
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(ofMillis(80)))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .clock(manual.clock())
                .random(ScriptedRandom.always(0.25))
                .sleeper(manual.sleeper())
                .executor(task -> {
                    executed.incrementAndGet();
                    task.run();
                })
                .scheduler(manual.scheduler())
                .build();

        catchThrowable(() -> retry.call(() -> {
            throw new IOException("down");
        }));
        long blocked = manual.clock().nanoTime();
        CompletableFuture<Object> async = retry.callAsync(() -> failedFuture(new IOException("down")));
        manual.scheduler().runAll();

        assertThat(Duration.ofNanos(blocked)).isEqualTo(ofMillis(40)); // two waits of a quarter of 80 ms
        assertThat(async).isCompletedExceptionally();
        assertThat(executed).hasValue(2);
    }

    @Test
    void aRuntimeReplacesTheOneBeforeAsAWhole() {
        ManualRuntime manual = new ManualRuntime();
        ManualClock later = new ManualClock();
        RetryRegistry registry =
                RetryRegistry.builder().clock(later).runtime(manual.runtime()).build(RetryConfig.of(Map.of()));

        for (Retry retry : List.of(
                registry.get("users"),
                Retries.named("cart").clock(later).runtime(manual.runtime()).build())) {
            long before = manual.clock().nanoTime();
            catchThrowable(() -> retry.call(() -> {
                throw new IOException("down");
            }));
            assertThat(manual.clock().nanoTime()).as(retry.name()).isGreaterThan(before);
        }
        assertThat(later.nanoTime()).isZero();
    }

    /** A method that is inherited from a class that is not public is one that reflection cannot call. */
    @Test
    void noBuilderHasAPublicMethodOfAClassThatIsNot() {
        for (Class<?> builder : List.of(Retries.Builder.class, RetryRegistry.Builder.class)) {
            assertThat(builder.getMethods()).allSatisfy(method -> assertThat(
                            Modifier.isPublic(method.getDeclaringClass().getModifiers()))
                    .isTrue());
        }
    }
}
