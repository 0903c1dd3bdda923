package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A JVM whose common pool was configured to have no threads: an asynchronous retry must not wait in it for ever. */
class EmptyCommonPoolTest {

    @Test
    void anAsynchronousRetryIsMadeThoughTheCommonPoolHasNoThreads() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .inheritIO()
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    static final class Program {

        private Program() {}

        public static void main(String[] args) throws Exception {
            Retry retry = Retries.named("users")
                    .policy(RetryPolicy.builder()
                            .backoff(Backoff.fixed(Duration.ofMillis(1)))
                            .build())
                    .build();
            int[] attempts = {0};
            CompletableFuture<String> future = retry.callAsync(() -> ++attempts[0] < 2
                    ? CompletableFuture.failedFuture(new IOException())
                    : CompletableFuture.completedFuture("result"));
            System.exit(future.get(1, TimeUnit.MINUTES).equals("result") ? 0 : 1);
        }
    }
}
