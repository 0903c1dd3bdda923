package io.forbear.retry.core.call;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * The delay follows the success rate of whoever calls: half of it above 0.8, all of it above 0.5, twice as long below.
 */
class AdaptiveBackoffTest {

    private static final Backoff ADAPTIVE =
            Backoff.adaptive(ofMillis(100), ofSeconds(10)).jitter(Jitter.none());

    private final World world = new World();
    private final Retry retry = named(RetryPolicy.builder().maxAttempts(2).backoff(ADAPTIVE));
    private boolean failed;

    private Retry named(RetryPolicy.Builder policy) {
        Retries.Builder users = world.named("users");
        return users.policy(policy.build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    private void fails(Retry caller) {
        catchThrowable(() -> caller.run(() -> {
            throw new IOException();
        }));
    }

    private void recovers(Retry caller) {
        failed = false;
        catchThrowable(() -> caller.run(() -> {
            if (!failed) {
                failed = true;
                throw new IOException();
            }
        }));
    }

    @Test
    void theDelayFollowsTheSuccessRateOfTheClient() {
        Retry tenant = retry.forClient("tenant");
        fails(tenant);
        fails(tenant);
        recovers(tenant);
        recovers(tenant);
        recovers(tenant);
        recovers(tenant);

        assertThat(world.waits)
                .as("success rates 1, 0, 0, 1/3, 2/4 and 3/5")
                .containsExactly(
                        ofMillis(50), ofMillis(200), ofMillis(200), ofMillis(200), ofMillis(200), ofMillis(100));
    }

    @Test
    void clientsDoNotSlowEachOtherDown() {
        fails(retry.forClient("failing"));
        fails(retry.forClient("failing"));
        fails(retry.forClient("other"));

        assertThat(world.waits).containsExactly(ofMillis(50), ofMillis(200), ofMillis(50));
    }

    @Test
    void callsWithoutAClientShareOneSuccessRate() {
        fails(retry);
        fails(retry);

        assertThat(world.waits).containsExactly(ofMillis(50), ofMillis(200));
    }

    @Test
    void callsThatSucceedAtOnceCountToo() {
        fails(retry);
        for (int i = 0; i < 4; i++) {
            retry.run(() -> {});
        }
        fails(retry);
        retry.run(() -> {});
        retry.run(() -> {});
        retry.run(() -> {});
        retry.run(() -> {});
        retry.run(() -> {});
        fails(retry);

        assertThat(world.waits)
                .as("success rates 1, 4/5 and 9/11")
                .containsExactly(ofMillis(50), ofMillis(100), ofMillis(50));
    }

    @Test
    void oneAdaptiveCategoryIsEnoughForTheRateToBeKept() {
        Retry mixed = named(RetryPolicy.builder()
                .maxAttempts(2)
                .backoff(Backoff.fixed(ofMillis(7)).jitter(Jitter.none()))
                .on(ErrorCategory.NETWORK_ERROR, p -> p.backoff(ADAPTIVE)));

        fails(mixed);
        fails(mixed);

        assertThat(world.waits).containsExactly(ofMillis(50), ofMillis(200));
    }
}
