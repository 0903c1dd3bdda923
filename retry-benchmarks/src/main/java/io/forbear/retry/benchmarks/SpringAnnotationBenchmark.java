package io.forbear.retry.benchmarks;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.spring.EnableForbearRetry;
import io.forbear.retry.spring.ForbearRetry;
import io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker;
import io.github.resilience4j.spring6.circuitbreaker.configure.CircuitBreakerConfiguration;
import io.github.resilience4j.spring6.circuitbreaker.configure.CircuitBreakerConfigurationProperties;
import io.github.resilience4j.spring6.fallback.configure.FallbackConfiguration;
import io.github.resilience4j.spring6.retry.configure.RetryConfiguration;
import io.github.resilience4j.spring6.retry.configure.RetryConfigurationProperties;
import io.github.resilience4j.spring6.spelresolver.configure.SpelResolverConfiguration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.context.annotation.Import;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

/**
 * What does an annotation cost on a call that succeeds at its first attempt? One bean, whose methods differ in their
 * annotation. Ours stands for retry, budget and circuit breaker, that of Spring for retry alone, those of Resilience4j
 * for retry and circuit breaker.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Benchmark)
public class SpringAnnotationBenchmark {

    private AnnotationConfigApplicationContext context;
    private Shop shop;
    private long id;

    /** The bean, whose work is an addition. */
    public static class Shop {

        /** Advised by advice that does nothing. */
        public long advised(long value) {
            return value + 1;
        }

        /** Ours. */
        @ForbearRetry("shop")
        public long forbear(long value) {
            return value + 1;
        }

        /** Of Spring Framework 7. */
        @Retryable
        public long springFramework(long value) {
            return value + 1;
        }

        /** Of Resilience4j. */
        @io.github.resilience4j.retry.annotation.Retry(name = "shop")
        @CircuitBreaker(name = "shop")
        public long resilience4j(long value) {
            return value + 1;
        }
    }

    /** Whatever retries. */
    @Configuration
    @EnableForbearRetry
    @EnableResilientMethods
    @EnableAspectJAutoProxy
    @Import({
        RetryConfiguration.class,
        CircuitBreakerConfiguration.class,
        FallbackConfiguration.class,
        SpelResolverConfiguration.class
    })
    public static class Everything {

        /** Returns a service with the defaults: retry, budget and breaker. */
        @Bean
        Retry shopService() {
            return Retries.named("shop").build();
        }

        /** Returns the defaults of Resilience4j. */
        @Bean
        RetryConfigurationProperties retryProperties() {
            return new RetryConfigurationProperties();
        }

        /** Returns the defaults of Resilience4j. */
        @Bean
        CircuitBreakerConfigurationProperties breakerProperties() {
            return new CircuitBreakerConfigurationProperties();
        }

        /** Returns what every annotation pays: a proxy and one advice. */
        @Bean
        Advisor nothing() {
            org.aopalliance.intercept.MethodInterceptor nothing = org.aopalliance.intercept.MethodInvocation::proceed;
            return new DefaultPointcutAdvisor(new NameMatchMethodPointcut().addMethodName("advised"), nothing);
        }

        /** Returns the bean. */
        @Bean
        Shop shop() {
            return new Shop();
        }
    }

    /** Starts the application context. */
    @Setup
    public void start() {
        context = new AnnotationConfigApplicationContext(Everything.class);
        shop = context.getBean(Shop.class);
        if (shop.forbear(1) + shop.springFramework(1) + shop.resilience4j(1) + shop.advised(1) != 8) {
            throw new IllegalStateException("shop: wrong result (expected: 2 from each method)");
        }
    }

    /** Stops it. */
    @TearDown
    public void stop() {
        context.close();
    }

    /** A proxy with advice that does nothing. */
    @Benchmark
    public long advised() {
        return shop.advised(id++);
    }

    /** {@code @ForbearRetry}. */
    @Benchmark
    public long forbear() {
        return shop.forbear(id++);
    }

    /** {@code @Retryable} of Spring Framework 7. */
    @Benchmark
    public long springFramework() {
        return shop.springFramework(id++);
    }

    /** {@code @Retry} and {@code @CircuitBreaker} of Resilience4j. */
    @Benchmark
    public long resilience4j() {
        return shop.resilience4j(id++);
    }
}
