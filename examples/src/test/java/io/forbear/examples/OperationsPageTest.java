package io.forbear.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.jmx.RetryMBeans;
import io.forbear.retry.operations.RetryOperations;
import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.operations.ServiceOperations;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code docs/guide/operations.md} shows. */
class OperationsPageTest {

    @Test
    void aServiceIsLookedIntoAndItsRetriesArePaused() {
        RetryConfig config = RetryConfig.of(Map.of("max-attempts", "4"));
        RetryMBeans beans = RetryMBeans.ofPlatform();
        RetryRegistry registry = RetryRegistry.builder().listener(beans).build(config);
        Retry retry = registry.get("users");

        RetryOperations all = registry.operations();
        ServiceOperations users = retry.operations();

        users.pauseRetries(Duration.ofMinutes(10), "alice", "INC-7: the database is being moved");
        assertThat(all.services()).containsOnlyKeys("users");
        assertThat(users.pause()).isPresent();
        assertThat(users.events())
                .extracting(ServiceEvent::text)
                .containsExactly("retries paused for PT10M by alice: INC-7: the database is being moved");
        registry.close();
        beans.close();
    }
}
