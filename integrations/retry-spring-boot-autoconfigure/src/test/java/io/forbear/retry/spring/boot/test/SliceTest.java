package io.forbear.retry.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.spring.ForbearRetry;
import io.forbear.retry.testkit.ManualRuntime;
import io.forbear.retry.testkit.RecordingListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestPropertySource;

/** A slice as an application writes it. */
@ForbearTest(SliceTest.Orders.class)
@TestPropertySource(
        properties = {
            "forbear.services.orders.base-delay=1m",
            "forbear.services.orders.max-delay=1m",
            "forbear.services.orders.jitter=none"
        })
class SliceTest {

    static class Orders {

        private int failures;

        @ForbearRetry("orders")
        String find() throws IOException {
            if (failures-- > 0) {
                throw new IOException("connection reset");
            }
            return "found";
        }

        @ForbearRetry("orders")
        CompletableFuture<String> findLater() {
            return failures-- > 0
                    ? CompletableFuture.failedFuture(new IOException("connection reset"))
                    : CompletableFuture.completedFuture("found");
        }

        void fail(int times) {
            failures = times;
        }
    }

    @Autowired
    private Orders orders;

    @Autowired
    private ManualRuntime time;

    @Autowired
    private RecordingListener recorded;

    @Test
    void aWaitOfMinutesTakesNoTime() throws Exception {
        orders.fail(2);

        assertThat(orders.find()).isEqualTo("found");

        assertThat(time.sleeper().sleeps()).containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(1));
        assertThat(recorded.events()).isNotEmpty();
    }

    @Test
    void anAsynchronousCallGoesOnWhereTheTestMovesTheClock() {
        orders.fail(1);
        CompletableFuture<String> found = orders.findLater();
        assertThat(found).isNotDone();

        time.advance(Duration.ofMinutes(1));

        assertThat(found).isCompletedWithValue("found");
    }

    @Test
    void eachTestHasABudgetOfItsOwn(@Autowired RetryRegistry registry) {
        orders.fail(3);

        assertThatThrownBy(orders::find).isInstanceOf(IOException.class);

        assertThat(registry.get("orders").snapshot().attempts())
                .as("two tokens, spent by this test alone")
                .isEqualTo(3);
    }

    @Test
    void nothingElseIsAutoConfigured(@Autowired ApplicationContext context) {
        assertThat(context.getBeanNamesForType(Object.class))
                .noneMatch(name -> name.contains("taskScheduler") || name.contains("dataSource"));
        assertThat(context.getEnvironment().getProperty("spring.boot.enableautoconfiguration"))
                .isEqualTo("false");
    }
}
