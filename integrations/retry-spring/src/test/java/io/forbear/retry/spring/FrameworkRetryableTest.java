package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.util.ClassUtils;

/** Methods that are annotated with the {@code @Retryable} of Spring Framework 7, where there is a bridge. */
class FrameworkRetryableTest extends BridgeFixture {

    @BeforeEach
    void needsSpring7() {
        assumeTrue(
                ClassUtils.isPresent(BridgedRetryable.OF_FRAMEWORK, getClass().getClassLoader()),
                "skipped: Spring 6 has no @Retryable of its own");
    }

    private Shop shop(boolean bridge) {
        return bridged(bridge, Shop.class, Resilient.class).getBean(Shop.class);
    }

    @Test
    void theMethodIsRetriedByTheEngineAndBySpringNoMore() {
        Shop shop = shop(true);

        assertThatThrownBy(shop::load).isInstanceOf(IOException.class);

        assertThat(behind(shop).calls).isEqualTo(1 + 3);
        assertThat(made.get("Shop.load").snapshot().attempts()).isEqualTo(1 + 3);
        assertThat(time.sleeper().sleeps())
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    @Test
    void withoutABridgeSpringRetriesAsBefore() {
        Shop shop = shop(false);

        assertThatThrownBy(shop::quick).isInstanceOf(IllegalStateException.class);

        assertThat(behind(shop).calls).isEqualTo(1 + 4);
        assertThat(made).isEmpty();
    }

    @Test
    void waitsGrowByTheMultiplierUpToTheMaximumAndTextIsResolved() {
        Shop shop = shop(true);

        assertThatThrownBy(shop::quick).isInstanceOf(IllegalStateException.class);

        assertThat(behind(shop).calls).isEqualTo(1 + 4);
        assertThat(time.sleeper().sleeps())
                .containsExactly(
                        Duration.ofMillis(20), Duration.ofMillis(40), Duration.ofMillis(50), Duration.ofMillis(50));
    }

    @Test
    void theTypesOfExceptionsAndTheTimeOfTheAnnotationHold() {
        Shop shop = shop(true);

        assertThatThrownBy(shop::excluded).isInstanceOf(FileNotFoundException.class);
        assertThat(behind(shop).calls).isEqualTo(1);
        assertThatThrownBy(shop::included).hasRootCauseInstanceOf(IOException.class);
        assertThat(behind(shop).calls)
                .as("1 s, but for the time-out of 1500 ms")
                .isEqualTo(1 + 2);
    }

    @Test
    void whatHasNoEquivalentIsRefusedWhenTheApplicationStarts() {
        assertThat(bridgeProblems(Predicated.class, Resilient.class))
                .containsExactly(Predicated.class.getName() + ".load(): predicate: " + NeverRetried.class.getName()
                        + " (expected: none; the policy of a service classifies failures)");
    }

    static class Shop {
        int calls;

        @Retryable
        public void load() throws IOException {
            calls++;
            throw new IOException("down");
        }

        @Retryable(maxRetriesString = "${retries}", delayString = "${wait}", multiplier = 2, maxDelay = 50)
        public void quick() {
            calls++;
            throw new IllegalStateException("retried without a type too");
        }

        @Retryable(includes = IOException.class, excludes = FileNotFoundException.class)
        public void excluded() throws IOException {
            calls++;
            throw new FileNotFoundException("gone");
        }

        @Retryable(includes = IOException.class, timeout = 1500)
        public void included() {
            calls++;
            throw new IllegalStateException(new IOException("down"));
        }
    }

    @EnableResilientMethods
    static class Resilient {}

    static class Predicated {
        @Retryable(predicate = NeverRetried.class)
        public void load() {}
    }

    static class Twice {
        @ForbearRetry("orders")
        @Retryable
        public void load() {}
    }

    @Test
    void aMethodThatAnotherLibraryRetriesTooIsRefused() {
        assertThat(problems(Twice.class))
                .containsExactly(Twice.class.getName() + ".load(): annotation: @" + BridgedRetryable.OF_FRAMEWORK
                        + " (expected: none beside @ForbearRetry)");
    }
}
