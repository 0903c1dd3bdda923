package io.forbear.retry.benchmarks.contender;

import com.google.api.core.NanoClock;
import com.google.api.gax.retrying.BasicResultRetryAlgorithm;
import com.google.api.gax.retrying.DirectRetryingExecutor;
import com.google.api.gax.retrying.ExponentialRetryAlgorithm;
import com.google.api.gax.retrying.RetryAlgorithm;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.retrying.RetryingFuture;
import java.time.Duration;

/** Google's gax, on the caller's thread. Its sleep is overridden, so that it does not sleep for a delay of zero. */
final class Gax {

    private Gax() {}

    static Library direct() {
        RetrySettings settings = RetrySettings.newBuilder()
                .setMaxAttempts(3)
                .setInitialRetryDelayDuration(Duration.ZERO)
                .setMaxRetryDelayDuration(Duration.ZERO)
                .setTotalTimeoutDuration(Duration.ofHours(1))
                .setJittered(false)
                .build();
        DirectRetryingExecutor<Object> executor = new Awake(new RetryAlgorithm<>(
                new BasicResultRetryAlgorithm<>(),
                new ExponentialRetryAlgorithm(settings, NanoClock.getDefaultClock())));
        return operation -> () -> {
            RetryingFuture<Object> future = executor.createFuture(operation);
            executor.submit(future);
            return future.get();
        };
    }

    private static final class Awake extends DirectRetryingExecutor<Object> {

        Awake(RetryAlgorithm<Object> algorithm) {
            super(algorithm);
        }

        @Override
        protected void sleep(Duration delay) throws InterruptedException {
            if (!delay.isZero()) {
                super.sleep(delay);
            }
        }
    }
}
