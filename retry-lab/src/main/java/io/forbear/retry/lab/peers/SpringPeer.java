package io.forbear.retry.lab.peers;

import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Failure;
import io.forbear.retry.lab.storm.DaemonThreads;
import io.forbear.retry.lab.storm.StormPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.FixedBackOff;

/** Spring Framework: the retry of its core. Spring counts the retries, so there is one attempt more. */
final class SpringPeer {

    private static final String NAME = "spring";
    private static final RetryPolicy POLICY = RetryPolicy.withDefaults();

    private SpringPeer() {}

    static Peer peer() {
        FixedBackOff backOff = (FixedBackOff) POLICY.getBackOff();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("attempts", Long.toString(1 + backOff.getMaxAttempts()));
        settings.put("wait", Peers.text(Duration.ofMillis(backOff.getInterval())));
        String description = settings.get("attempts") + " attempts, " + settings.get("wait") + " between them";
        return new Peer(
                NAME, "Spring Framework", description, settings, watcher -> new Client(), world -> new Stepped());
    }

    /** The template blocks, so each call has a thread while it lasts. */
    private static final class Client implements StormPolicy.Caller {

        private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.named(NAME));
        private final RetryTemplate template = new RetryTemplate(POLICY);

        @Override
        public CompletableFuture<Integer> call(Supplier<? extends CompletionStage<Integer>> attempt) {
            CompletableFuture<Integer> end = new CompletableFuture<>();
            threads.execute(() -> run(attempt, end));
            return end;
        }

        private void run(Supplier<? extends CompletionStage<Integer>> attempt, CompletableFuture<Integer> end) {
            try {
                end.complete(template.execute(() -> answer(attempt.get())));
            } catch (RetryException failure) {
                end.completeExceptionally(failure.getCause());
            }
        }

        private static Integer answer(CompletionStage<Integer> attempt) throws Throwable {
            try {
                return attempt.toCompletableFuture().get();
            } catch (ExecutionException failure) {
                throw Thrown.unwrapped(failure);
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt(); // so that the template does not retry
                throw closed;
            }
        }

        @Override
        public List<RetrySnapshot> snapshots() {
            return List.of();
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }

    /** What the template asks, in its order. The policy has no timeout by default, so nothing reads the time. */
    private static final class Stepped implements Control {

        @Override
        public Call begin() {
            return new Begun();
        }
    }

    private static final class Begun implements Control.Call {

        /** From the first failure on. */
        private @Nullable BackOffExecution backOff;

        @Override
        public void succeeded() {}

        @Override
        public long failed(Failure failure) {
            if (backOff == null) {
                backOff = POLICY.getBackOff().start();
            }
            if (!POLICY.shouldRetry(Thrown.by(failure))) {
                return Control.STOP;
            }
            long waitMillis = backOff.nextBackOff();
            return waitMillis == BackOffExecution.STOP ? Control.STOP : TimeUnit.MILLISECONDS.toNanos(waitMillis);
        }

        @Override
        public boolean resume() {
            return true;
        }
    }
}
