package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;

/** Batches against a naive model, over any script of what becomes of each item at each attempt. */
class BatchModelTest {

    private static final int ENOUGH = 20;

    /** What becomes of an item: a failure for each attempt, and then success. Equal names are equal items. */
    record Script(String name, List<Classification> failures) {
        /** Equal by name alone, so that batches have equal items of which the scripts differ. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Script that && name.equals(that.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    record Limits(int[] attempts, int tokens, boolean idempotent) {
        @Override
        public String toString() {
            return "Limits(" + Arrays.toString(attempts) + ", " + tokens + ", " + idempotent + ")";
        }
    }

    /** How one item must end. */
    private record End(int attempts, @Nullable StopReason reason) {}

    /** The slow and obvious way: one item at a time, one attempt after the other. */
    private static final class Model {
        final List<List<Integer>> attempts = new ArrayList<>();
        final End[] ends;
        int tokens;

        Model(List<Script> items, Limits limits) {
            this.ends = new End[items.size()];
            this.tokens = limits.tokens();
            List<Integer> left = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                left.add(i);
            }
            while (!left.isEmpty()) {
                attempts.add(List.copyOf(left));
                int number = attempts.size();
                left.removeIf(i -> ends(i, items.get(i), number, limits));
                if (!left.isEmpty() && tokens == 0) {
                    left.forEach(i -> ends[i] = new End(number, StopReason.BUDGET_EXHAUSTED));
                    left.clear();
                } else if (!left.isEmpty()) {
                    tokens--;
                }
            }
        }

        private boolean ends(int i, Script script, int number, Limits limits) {
            if (number > script.failures().size()) {
                ends[i] = new End(number, null);
                return true;
            }
            Classification failure = script.failures().get(number - 1);
            ErrorCategory category = failure.category();
            StopReason reason = !failure.isRetryable(category.isRetryableByDefault())
                    ? StopReason.NOT_RETRYABLE
                    : !limits.idempotent() && !failure.isNotExecuted()
                            ? StopReason.NOT_IDEMPOTENT
                            : number >= limits.attempts()[category.ordinal()] ? StopReason.ATTEMPTS_EXHAUSTED : null;
            ends[i] = new End(number, reason);
            return reason != null;
        }
    }

    /** Counts as a metrics adapter would, to be compared with the snapshot. */
    private static final class Watcher implements RetryListener, CallObserver {
        int begun;
        int ended;
        int failed;
        int succeeded;
        int retries;
        int stops;
        int recoveries;

        @Nullable
        StopReason reason;

        @Override
        public boolean observesEveryCall() {
            return true;
        }

        @Override
        public CallObserver observe(String service, @Nullable String client, CallOptions options) {
            return this;
        }

        @Override
        public void attemptStarted(int attempt) {
            assertThat(attempt).isEqualTo(++begun);
        }

        @Override
        public void attemptSucceeded(int attempt) {
            assertThat(attempt).isEqualTo(begun);
            succeeded++;
        }

        @Override
        public void attemptFailed(FailedAttempt attempt) {
            assertThat(attempt.attempt()).isEqualTo(begun);
            failed++;
        }

        @Override
        public void succeeded(int attempts) {
            assertThat(attempts).isEqualTo(begun);
            ended++;
        }

        @Override
        public void stopped(int attempts, StopReason why, @Nullable Throwable failure) {
            assertThat(attempts).isEqualTo(begun);
            reason = why;
            ended++;
        }

        @Override
        public void onRetry(FailedAttempt attempt, Duration delay) {
            retries++;
        }

        @Override
        public void onStop(FailedAttempt attempt, StopReason why) {
            stops++;
        }

        @Override
        public void onRecovered(String service, int attempts) {
            recoveries++;
        }
    }

    private final List<List<Script>> sent = Collections.synchronizedList(new ArrayList<>());
    private Watcher watcher = new Watcher();

    private Retry service(Limits limits) {
        sent.clear();
        watcher = new Watcher();
        RetryPolicy.Builder policy = RetryPolicy.builder()
                .maxAttempts(6)
                .backoff(Backoff.fixed(Duration.ofMillis(3)).jitter(Jitter.none()));
        for (ErrorCategory category : ErrorCategory.values()) {
            int most = limits.attempts()[category.ordinal()];
            policy.on(category, p -> p.maxAttempts(most).backoff(Backoff.none()));
        }
        if (!limits.idempotent()) {
            policy.nonIdempotent();
        }
        return Retries.named("users")
                .policy(policy.build())
                .runtime(r -> r.clock(() -> 0))
                .budget(RetryBudgets.tokenBucket(ENOUGH).initial(limits.tokens()))
                .withoutCircuitBreaker()
                .runtime(r -> r.executor(Runnable::run))
                .listener(watcher)
                .build();
    }

    private BatchOutcome<Script, Integer> attempt(List<Script> items) {
        sent.add(items);
        int number = sent.size();
        List<ItemOutcome<Integer>> outcomes = new ArrayList<>();
        for (Script item : items) {
            outcomes.add(
                    number > item.failures().size()
                            ? ItemOutcome.success(number)
                            : ItemOutcome.failure(item.failures().get(number - 1)));
        }
        return BatchOutcome.byPosition(outcomes);
    }

    @Property(tries = 1500)
    void blockingBatchesAgreeWithTheModel(@ForAll("items") List<Script> items, @ForAll("limits") Limits limits) {
        Retry retry = service(limits);

        compare(retry, items, limits, retry.callBatch(items, this::attempt));
    }

    @Tag("bounds")
    @Property(tries = 500)
    void asynchronousBatchesAgreeWithTheModel(
            @ForAll("items") List<Script> items, @ForAll("limits") Limits limits, @ForAll boolean later)
            throws Exception {
        Retry retry = service(limits);

        CompletableFuture<BatchResult<Script, Integer>> future = retry.callBatchAsync(
                items,
                left -> later
                        ? CompletableFuture.supplyAsync(() -> attempt(left))
                        : CompletableFuture.completedFuture(attempt(left)));

        compare(retry, items, limits, future.get(60, TimeUnit.SECONDS));
    }

    private void compare(Retry retry, List<Script> items, Limits limits, BatchResult<Script, Integer> result) {
        Model model = new Model(items, limits);
        assertThat(sent).hasSameSizeAs(model.attempts);
        for (int attempt = 0; attempt < sent.size(); attempt++) {
            List<Script> expected =
                    model.attempts.get(attempt).stream().map(items::get).toList();
            assertThat(sent.get(attempt))
                    .as("order, and each object itself")
                    .usingElementComparator((a, b) -> a == b ? 0 : 1)
                    .containsExactlyElementsOf(expected);
        }
        int complete = 0;
        for (int i = 0; i < items.size(); i++) {
            ItemResult<Script, Integer> item = result.items().get(i);
            End end = model.ends[i];
            assertThat(item.item()).isSameAs(items.get(i));
            assertThat(item.position()).isEqualTo(i);
            assertThat(item.attempts()).isEqualTo(end.attempts());
            assertThat(item.isSuccess()).isEqualTo(end.reason() == null);
            complete += item.isSuccess() ? 1 : 0;
            if (item instanceof ItemResult.Failure<Script, Integer> failure) {
                Classification last = items.get(i).failures().get(end.attempts() - 1);
                assertThat(failure.reason()).isEqualTo(end.reason());
                assertThat(failure.classification()).isEqualTo(last);
                assertThat(end.attempts())
                        .isLessThanOrEqualTo(Math.max(
                                1, Arrays.stream(limits.attempts()).max().orElseThrow()));
            }
        }
        assertThat(result.isComplete()).isEqualTo(complete == items.size());
        figuresAgree(retry, limits, model, result);
    }

    private void figuresAgree(Retry retry, Limits limits, Model model, BatchResult<Script, Integer> result) {
        RetrySnapshot figures = retry.snapshot();
        int made = model.attempts.size();
        int calls = made == 0 ? 0 : 1;
        assertThat(result.attempts()).isEqualTo(made);
        assertThat(figures.calls()).isEqualTo(calls);
        assertThat(figures.attempts()).isEqualTo(made);
        assertThat(figures.budgetRemaining()).isEqualTo(model.tokens);
        assertThat(limits.tokens() - model.tokens).as("tokens").isEqualTo(Math.max(0, made - 1));
        assertThat(figures.successes()).isEqualTo(result.isComplete() ? calls : 0);
        assertThat(figures.recovered()).isEqualTo(result.isComplete() && made > 1 ? 1 : 0);
        assertThat(watcher.begun).isEqualTo(made);
        assertThat(watcher.ended).isEqualTo(calls);
        assertThat(watcher.failed + watcher.succeeded).isEqualTo(made);
        assertThat(watcher.retries).isEqualTo(Math.max(0, made - 1));
        assertThat(watcher.stops).isEqualTo(result.isComplete() ? 0 : 1);
        assertThat(watcher.recoveries).isEqualTo(figures.recovered());
        assertThat(result.stopReason().orElse(null)).isEqualTo(watcher.reason);
        long failed = 0;
        for (ErrorCategory category : ErrorCategory.values()) {
            failed += figures.failedAttempts(category);
        }
        assertThat(failed).isEqualTo(watcher.failed);
        StopReason reason = watcher.reason;
        if (reason != null) {
            assertThat(figures.stopped(reason)).isEqualTo(1);
            assertThat(result.failed()).extracting(ItemResult.Failure::reason).contains(reason);
        }
    }

    @Provide
    Arbitrary<List<Script>> items() {
        Arbitrary<Classification> failure = Combinators.combine(
                        Arbitraries.of(ErrorCategory.class),
                        Arbitraries.integers().between(0, 5))
                .as((category, kind) -> {
                    Classification found = Classification.of(category);
                    return kind == 0 ? found.notExecuted() : kind == 1 ? found.notRetryable() : found;
                });
        Arbitrary<Script> script = Combinators.combine(
                        Arbitraries.of("a", "b", "c"), failure.list().ofMaxSize(6))
                .as(Script::new);
        return script.list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<Limits> limits() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 6).array(int[].class).ofSize(ErrorCategory.values().length),
                        Arbitraries.integers().between(0, ENOUGH),
                        Arbitraries.of(true, true, false))
                .as(Limits::new);
    }
}
