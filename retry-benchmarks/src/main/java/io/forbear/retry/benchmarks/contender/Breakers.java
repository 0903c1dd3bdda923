package io.forbear.retry.benchmarks.contender;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Closed circuit breakers, each as a function that asks leave for an attempt and reports its success. None is told how
 * long it took.
 */
public enum Breakers {
    /** What it costs at least: the state is read, the success counted. */
    volatileReadAndLongAdder(Breakers::least),
    /** Ours as the engine asks it: the success is one addition to the counter that the engine has anyway. */
    forbearInEngine(Breakers::inEngine),
    /** Ours through the public interface, by time. */
    forbearPermit(() -> permits(CircuitBreakers.failureRate(0.5).create("measured", NanoClock.system()))),
    /** Ours through the public interface, by calls. */
    forbearPermitCountWindow(
            () -> permits(CircuitBreakers.failureRate(0.5).window(100).create("measured", NanoClock.system()))),
    /** Resilience4j by calls, with its default locks. */
    resilience4jCountWindow(
            () -> resilience4j(SlidingWindowType.COUNT_BASED, 100, SlidingWindowSynchronizationStrategy.SYNCHRONIZED)),
    /** Resilience4j by time, with its default locks. */
    resilience4jTimeWindow(
            () -> resilience4j(SlidingWindowType.TIME_BASED, 10, SlidingWindowSynchronizationStrategy.SYNCHRONIZED)),
    /** Resilience4j by time without locks. */
    resilience4jTimeWindowLockFree(
            () -> resilience4j(SlidingWindowType.TIME_BASED, 10, SlidingWindowSynchronizationStrategy.LOCK_FREE)),
    /** Failsafe by time. */
    failsafe(Breakers::failsafeBreaker);

    private final Supplier<BooleanSupplier> maker;

    Breakers(Supplier<BooleanSupplier> maker) {
        this.maker = maker;
    }

    /** Makes a breaker. */
    public BooleanSupplier make() {
        return maker.get();
    }

    private static BooleanSupplier least() {
        java.util.concurrent.atomic.AtomicReference<Object> state =
                new java.util.concurrent.atomic.AtomicReference<>("closed");
        LongAdder successes = new LongAdder();
        return () -> {
            boolean closed = state.get() != null;
            successes.increment();
            return closed;
        };
    }

    private static BooleanSupplier inEngine() {
        FedBreaker breaker = (FedBreaker) CircuitBreakers.failureRate(0.5).create("measured", NanoClock.system());
        Successes feed = new Successes();
        breaker.feed(feed, breaker);
        return () -> {
            Object admission = breaker.admission();
            feed.count.increment();
            return admission != null;
        };
    }

    private static BooleanSupplier permits(CircuitBreaker breaker) {
        return () -> {
            CircuitBreaker.Permit permit = breaker.tryAcquire();
            if (permit == null) {
                return false;
            }
            permit.success(1_000_000);
            return true;
        };
    }

    private static BooleanSupplier resilience4j(
            SlidingWindowType type, int size, SlidingWindowSynchronizationStrategy strategy) {
        io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
                io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
                        "measured",
                        CircuitBreakerConfig.custom()
                                .slidingWindow(size, 20, type, strategy)
                                .build());
        return () -> {
            if (!breaker.tryAcquirePermission()) {
                return false;
            }
            breaker.onSuccess(1_000_000, TimeUnit.NANOSECONDS);
            return true;
        };
    }

    private static BooleanSupplier failsafeBreaker() {
        dev.failsafe.CircuitBreaker<Object> breaker = FailsafeLibrary.breaker();
        return () -> {
            if (!breaker.tryAcquirePermit()) {
                return false;
            }
            breaker.recordSuccess();
            return true;
        };
    }

    private static final class Successes implements CallFeed {

        final LongAdder count = new LongAdder();

        @Override
        public long firstTrySuccesses() {
            return count.sum();
        }

        @Override
        public long successes() {
            return count.sum();
        }

        @Override
        public long calls() {
            return count.sum();
        }
    }
}
