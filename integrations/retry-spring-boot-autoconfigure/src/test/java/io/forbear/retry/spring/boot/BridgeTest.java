package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.spring.RetryableBridge;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.retry.annotation.Backoff;
import org.springframework.retry.annotation.EnableRetry;
import org.springframework.retry.annotation.Retryable;

/** An application that keeps the annotations of spring-retry and has a bridge. */
class BridgeTest {

    private static final int ATTEMPTS = 3;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(ForbearAutoConfiguration.class, ForbearAnnotationAutoConfiguration.class))
            .withUserConfiguration(Application.class);

    @Test
    void theMethodIsRetriedByTheEngineAloneAndNotByBoth() {
        runner.run(context -> {
            Catalog catalog = context.getBean(Catalog.class);

            assertThat(catchThrowable(catalog::load)).isInstanceOf(IllegalStateException.class);

            assertThat(catalog.attempts()).isEqualTo(ATTEMPTS);
            List<?> made = context.getBean("bridged", List.class);
            assertThat(made).singleElement().satisfies(retry -> assertThat(
                            ((Retry) retry).snapshot().attempts())
                    .isEqualTo(ATTEMPTS));
        });
    }

    /** Annotated for spring-retry. */
    static class Catalog {

        private final AtomicInteger attempts = new AtomicInteger();

        @Retryable(maxAttempts = ATTEMPTS, backoff = @Backoff(delay = 1))
        public String load() {
            attempts.incrementAndGet();
            throw new IllegalStateException("down");
        }

        int attempts() {
            return attempts.get();
        }
    }

    @EnableRetry
    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Catalog catalog() {
            return new Catalog();
        }

        @Bean
        List<Retry> bridged() {
            return new ArrayList<>();
        }

        @Bean
        RetryableBridge bridge(List<Retry> bridged) {
            return (service, policy) -> {
                Retry retry = Retries.named(service).policy(policy).build();
                bridged.add(retry);
                return retry;
            };
        }
    }
}
