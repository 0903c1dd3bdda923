package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.retry.annotation.Backoff;
import org.springframework.retry.annotation.EnableRetry;
import org.springframework.retry.annotation.Recover;
import org.springframework.retry.annotation.Retryable;

/** Methods that are annotated with the {@code @Retryable} of spring-retry, where there is a bridge. */
class SpringRetryRetryableTest extends BridgeFixture {

    private Shop shop(boolean bridge) {
        return bridged(bridge, Shop.class, Retrying.class).getBean(Shop.class);
    }

    @Test
    void theMethodIsRetriedByTheEngineAndBySpringRetryNoMore() {
        Shop shop = shop(true);

        assertThatThrownBy(shop::load).isInstanceOf(IOException.class);

        assertThat(behind(shop).calls).isEqualTo(3);
        assertThat(made.get("Shop.load").snapshot().attempts()).isEqualTo(3);
        assertThat(time.sleeper().sleeps()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    @Test
    void withoutABridgeSpringRetryRetriesAsBefore() {
        Shop shop = shop(false);

        assertThat(shop.recovered("x", 1)).isEqualTo("x after down");

        assertThat(behind(shop).calls).isEqualTo(2);
    }

    @Test
    void theRecoveringMethodIsCalledOnceAfterTheLastAttempt() {
        Shop shop = shop(true);

        assertThat(shop.recovered("x", 1)).isEqualTo("x after down");

        assertThat(behind(shop).calls).isEqualTo(2);
        assertThat(made.get("Shop.recovered").snapshot().failedAttempts(ErrorCategory.CLIENT_ERROR))
                .isEqualTo(2);
    }

    @Test
    void waitsBetweenTwoTimesAreSpreadEvenly() {
        Shop shop = shop(true);

        assertThatThrownBy(shop::between).isInstanceOf(IOException.class);

        assertThat(time.sleeper().sleeps())
                .as("draws of one half")
                .containsExactly(Duration.ofMillis(200), Duration.ofMillis(200));
    }

    @Test
    void methodsOfOneNameHaveServicesOfTheirOwn() {
        bridged(true, Overloads.class, Retrying.class);

        assertThat(made.keySet())
                .containsExactlyInAnyOrder("Overloads.load()", "Overloads.load(int)", "Overloads.load(String)");
    }

    @Test
    void whatHasNoEquivalentIsRefusedWhenTheApplicationStarts() {
        assertThat(bridgeProblems(Stateful.class, Retrying.class))
                .containsExactly(
                        Stateful.class.getName() + ".load(): exceptionExpression: message != null (expected: none;"
                                + " @ForbearRetry has no such thing)",
                        Stateful.class.getName() + ".load(): stateful: true (expected: none; @ForbearRetry has no"
                                + " such thing)");
    }

    static class Shop {
        int calls;

        @Retryable
        public void load() throws IOException {
            calls++;
            throw new IOException("down");
        }

        @Retryable(
                retryFor = IllegalStateException.class,
                maxAttemptsExpression = "${attempts}",
                backoff = @Backoff(delay = 1),
                recover = "instead")
        public String recovered(String id, int count) {
            calls++;
            throw new IllegalStateException("down");
        }

        @Recover
        String instead(IllegalStateException failure, String id) {
            return id + " after " + failure.getMessage();
        }

        @Retryable(backoff = @Backoff(delay = 100, maxDelay = 300))
        public void between() throws IOException {
            throw new IOException("down");
        }
    }

    static class Overloads {
        @Retryable
        public void load() {}

        @Retryable
        public void load(int id) {}

        @Retryable(maxAttempts = 9)
        public void load(String id) {}
    }

    static class Stateful {
        @Retryable(stateful = true, exceptionExpression = "message != null")
        public void load() {}
    }

    @EnableRetry
    static class Retrying {}

    static class Twice {
        @ForbearRetry("orders")
        @Retryable
        public void load() {}
    }

    @Test
    void aMethodThatAnotherLibraryRetriesTooIsRefused() {
        assertThat(problems(Twice.class))
                .containsExactly(Twice.class.getName() + ".load(): annotation: @" + BridgedRetryable.OF_SPRING_RETRY
                        + " (expected: none beside @ForbearRetry)");
    }

    @Retryable
    static class TwiceByItsClass {
        @ForbearRetry("orders")
        public void load() {}
    }

    @Test
    void aMethodOfAClassThatAnotherLibraryRetriesIsRefusedUnlessTheBridgeHasTakenItOver() {
        assertThat(problems(TwiceByItsClass.class))
                .containsExactly(TwiceByItsClass.class.getName() + ".load(): annotation: @"
                        + BridgedRetryable.OF_SPRING_RETRY + " of the class (expected: none beside @ForbearRetry)");
        assertThat(bridgeProblems(TwiceByItsClass.class, WithOrders.class)).isEmpty();
    }

    @Configuration
    static class WithOrders {
        @Bean
        Retry orders() {
            return Retries.named("orders").build();
        }
    }
}
