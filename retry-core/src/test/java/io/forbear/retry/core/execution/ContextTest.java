package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.AttemptScope;
import io.forbear.retry.Backoff;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is current where a call is made is current where it goes on. */
class ContextTest {

    private static final ThreadLocal<String> REQUEST = ThreadLocal.withInitial(() -> "none");

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void stops() {
        executor.shutdownNow();
        REQUEST.remove();
    }

    private Retry retry(ContextCapture context) {
        return Retries.named("users")
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .runtime(r -> r.executor(executor).context(context))
                .listener(new RetryListener() {
                    @Override
                    public void onStop(FailedAttempt failed, StopReason reason) {
                        seen.add("stop " + REQUEST.get());
                    }
                })
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    private CompletableFuture<String> fails() {
        seen.add("attempt " + REQUEST.get());
        return CompletableFuture.failedFuture(new IOException("down"));
    }

    private static ContextCapture.Snapshot request() {
        String mine = REQUEST.get();
        return () -> {
            String before = REQUEST.get();
            REQUEST.set(mine);
            return () -> REQUEST.set(before);
        };
    }

    @Test
    void laterAttemptsAndListenersAreInTheContextOfTheCall() throws Exception {
        REQUEST.set("mine");

        CompletableFuture<String> call = retry(ContextTest::request).callAsync(this::fails);
        CompletableFuture<String> after = call.handle((value, failure) -> "ended");
        after.get(1, TimeUnit.MINUTES);

        assertThat(seen).containsExactly("attempt mine", "attempt mine", "attempt mine", "stop mine");
        assertThat(executor.submit(() -> REQUEST.get()).get(1, TimeUnit.MINUTES))
                .isEqualTo("none");
    }

    @Test
    void aContextThatThrowsChangesNothing() throws Exception {
        for (ContextCapture context : List.<ContextCapture>of(
                () -> {
                    throw new IllegalStateException("capture");
                },
                () -> () -> {
                    throw new IllegalStateException("restore");
                },
                () -> () -> () -> {
                    throw new IllegalStateException("close");
                },
                () -> null)) {
            seen.clear();

            retry(context)
                    .callAsync(this::fails)
                    .handle((value, failure) -> "ended")
                    .get(1, TimeUnit.MINUTES);

            assertThat(seen).hasSize(4);
        }
    }

    @Test
    void anAttemptThatTheCallerMakesIsMadeInTheContextOfTheCall() throws Exception {
        REQUEST.set("r-1");
        RetryCall call = retry(ContextTest::request).begin();
        REQUEST.remove();

        executor.submit(() -> {
                    for (int attempt = 1; attempt <= 2; attempt++) {
                        AttemptScope scope = call.attemptStarted();
                        seen.add("attempt " + attempt + " " + REQUEST.get());
                        scope.close();
                        seen.add(REQUEST.get());
                        call.await(call.failed(new IOException("down")));
                    }
                    call.close();
                })
                .get(30, TimeUnit.SECONDS);

        assertThat(seen).containsSubsequence("attempt 1 r-1", "none", "attempt 2 r-1", "none");
    }
}
