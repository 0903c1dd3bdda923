package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.FailedResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Jitter;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Operation;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.fixture.CountedBudget;
import io.forbear.retry.core.fixture.ToldBreaker;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The engine may break off at any of its steps, for want of memory or stack; here its clock does it, at each of its
 * readings in turn. The call ends, and once another call has failed, all is given back that it held.
 */
class BrokenEngineTest {

    private static final int READINGS = 30;
    private static final int FOR_GOOD = 1_000_000;

    private final CountedBudget budget = new CountedBudget();
    private final ToldBreaker breaker = new ToldBreaker();
    private final ManualClock time = new ManualClock(0);
    private final ManualScheduler scheduler = new ManualScheduler(time);
    private int made;
    private long firstBroken = Long.MAX_VALUE;
    private long lastBroken = Long.MAX_VALUE;
    private long read;

    private interface Shell {
        void call(Retry retry, BrokenEngineTest test) throws Throwable;
    }

    /** A clock that is out of memory at some of its readings. */
    private long now() {
        read++;
        if (firstBroken <= read && read <= lastBroken) {
            throw new OutOfMemoryError("of the test");
        }
        return time.nanoTime();
    }

    private Retry service(NanoClock clock) {
        return Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Backoff.fixed(ofMillis(10)).jitter(Jitter.none()))
                        .deadline(ofMillis(1_000))
                        .attemptTimeout(ofMillis(100))
                        .build())
                .budget(any -> budget)
                .circuitBreaker((name, any) -> breaker)
                .runtime(r -> r.clock(clock)
                        .sleeper(time::advanceNanos)
                        .scheduler(scheduler)
                        .executor(Runnable::run))
                .build();
    }

    private String attempt() throws IOException {
        if (++made < 3) {
            throw new IOException("down");
        }
        return "ok";
    }

    private CompletableFuture<String> stage() {
        return ++made < 3
                ? CompletableFuture.failedFuture(new IOException("down"))
                : CompletableFuture.completedFuture("ok");
    }

    private static void blocking(Retry retry, BrokenEngineTest test) throws Throwable {
        retry.call(test::attempt);
    }

    private static void async(Retry retry, BrokenEngineTest test) {
        CompletableFuture<String> call = retry.callAsync(test::stage);
        test.scheduler.runAll();
        assertThat(call).isDone();
    }

    private static void asyncWithLaterStages(Retry retry, BrokenEngineTest test) {
        CompletableFuture<String> call = retry.callAsync(() -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            test.scheduler.schedule(
                    () -> ++test.made < 3 ? stage.completeExceptionally(new IOException("down")) : stage.complete("ok"),
                    1,
                    TimeUnit.MILLISECONDS);
            return stage;
        });
        test.scheduler.runAll();
        assertThat(call).isDone();
    }

    private static void asyncWithHungStages(Retry retry, BrokenEngineTest test) {
        CompletableFuture<String> call = retry.callAsync(() -> new CompletableFuture<>());
        test.scheduler.runAll();
        call.cancel(true);
        assertThat(call).isDone();
    }

    private static void byHand(Retry retry, BrokenEngineTest test) {
        try (RetryCall call = retry.begin()) {
            boolean goes = true;
            while (goes) {
                goes = ++test.made < 3 && call.await(call.failed(new IOException("down")));
            }
            call.succeeded();
        }
    }

    private static void byHandWithoutAThread(Retry retry, BrokenEngineTest test) {
        try (RetryCall call = retry.begin()) {
            boolean goes = true;
            while (goes && ++test.made < 3) {
                CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(new IOException("down")));
                test.scheduler.runAll();
                goes = wait.join();
            }
            call.succeeded();
        }
    }

    private static void batch(Retry retry, BrokenEngineTest test) throws Throwable {
        retry.callBatch(List.of("a", "b"), items -> {
            test.made++;
            return BatchOutcome.byItem(item -> item.equals("a") && test.made < 3
                    ? ItemOutcome.failure(new IOException("down"))
                    : ItemOutcome.success(item));
        });
    }

    private static Stream<DynamicTest> atEachReading(Shell shell) {
        return Stream.iterate(1, reading -> reading <= READINGS, reading -> reading + 1)
                .flatMap(reading -> Stream.of(
                        DynamicTest.dynamicTest(
                                "at reading " + reading, () -> new BrokenEngineTest().breaks(shell, reading, reading)),
                        DynamicTest.dynamicTest("from reading " + reading + " on", () -> new BrokenEngineTest()
                                .breaks(shell, reading, FOR_GOOD))));
    }

    private void breaks(Shell shell, int first, int last) {
        Retry retry = service(this::now);
        firstBroken = read + first;
        lastBroken = read + last;

        Throwable thrown = catchThrowable(() -> shell.call(retry, this));
        firstBroken = Long.MAX_VALUE;
        made = 0;
        catchThrowable(() -> blocking(service(time), this)); // settles what the broken call could not

        assertThat(thrown == null || !(thrown instanceof AssertionError))
                .as(String.valueOf(thrown))
                .isTrue();
        assertThat(breaker.settled).as("permits").hasSize(breaker.acquired);
        assertThat(budget.taken)
                .as("tokens, one for an attempt beyond the first")
                .isLessThanOrEqualTo(4 * RetryBudget.TOKEN);
    }

    @TestFactory
    Stream<DynamicTest> aBlockingCallGivesBackWhatItHolds() {
        return atEachReading(BrokenEngineTest::blocking);
    }

    @TestFactory
    Stream<DynamicTest> anAsynchronousCallGivesBackWhatItHolds() {
        return atEachReading(BrokenEngineTest::async);
    }

    @TestFactory
    Stream<DynamicTest> anAsynchronousCallWhoseStagesEndLaterGivesBackWhatItHolds() {
        return atEachReading(BrokenEngineTest::asyncWithLaterStages);
    }

    @TestFactory
    Stream<DynamicTest> anAsynchronousCallWhoseStagesHangGivesBackWhatItHolds() {
        return atEachReading(BrokenEngineTest::asyncWithHungStages);
    }

    @TestFactory
    Stream<DynamicTest> aCallMadeByHandGivesBackWhatItHolds() {
        return atEachReading(BrokenEngineTest::byHand);
    }

    @TestFactory
    Stream<DynamicTest> aCallMadeByHandWithoutAThreadGivesBackWhatItHolds() {
        return atEachReading(BrokenEngineTest::byHandWithoutAThread);
    }

    @TestFactory
    Stream<DynamicTest> aBatchGivesBackWhatItHolds() {
        return atEachReading(BrokenEngineTest::batch);
    }

    // ---- what the caller gets

    /** Attempts of which the engine knows what they came to: an asynchronous one must have been asked. */
    private int known;

    /** A stage that is done, and says when it is asked for its end. */
    private <T> CompletableFuture<T> stage(Operation<T, Exception> attempt) {
        CompletableFuture<T> stage = new CompletableFuture<>() {
            @Override
            public <U> CompletableFuture<U> handle(BiFunction<? super T, Throwable, ? extends U> told) {
                known = made;
                return super.handle(told);
            }
        };
        try {
            stage.complete(attempt.call());
        } catch (Throwable failure) {
            stage.completeExceptionally(failure);
        }
        return stage;
    }

    private static final int JUDGED = 2;

    /** Fails, brings a result that it calls a failure, and succeeds. */
    private String attemptThatJudges() throws IOException {
        if (++made == 1) {
            throw new IOException("down");
        }
        if (made == JUDGED) {
            throw new FailedResult("bad", Classification.of(ErrorCategory.SERVER_ERROR));
        }
        return "ok";
    }

    private Retry withoutBreaker() {
        return Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Backoff.fixed(ofMillis(10)).jitter(Jitter.none()))
                        .deadline(ofMillis(1_000))
                        .build())
                .budget(any -> budget)
                .withoutCircuitBreaker()
                .runtime(r -> r.clock(this::now)
                        .sleeper(time::advanceNanos)
                        .scheduler(scheduler)
                        .executor(Runnable::run))
                .build();
    }

    /** Tells whether the engine was broken off while it began an attempt, so that the fault is what that came to. */
    private boolean hasJustBegun(Retry retry) {
        return known < made || retry.snapshot().attempts() > made;
    }

    /** The engine's fault is thrown only where no attempt has come to anything. */
    private void getsWhatTheLastAttemptCameTo(Retry retry, Operation<String, Throwable> call) {
        String got = null;
        Throwable thrown = null;
        try {
            got = call.call();
        } catch (CompletionException wrapper) {
            thrown = wrapper.getCause();
        } catch (Throwable failure) {
            thrown = failure;
        }
        firstBroken = Long.MAX_VALUE;
        if (hasJustBegun(retry)) {
            assertThat(thrown).isInstanceOf(OutOfMemoryError.class);
            return;
        }
        switch (made) {
            case 0 -> assertThat(thrown).isInstanceOf(OutOfMemoryError.class);
            case 1 -> assertThat(thrown).isInstanceOf(IOException.class).hasMessage("down");
            case JUDGED -> assertThat(got).isEqualTo("bad");
            default -> assertThat(got).isEqualTo("ok");
        }
    }

    private static Stream<DynamicTest> fromEachReading(Function<BrokenEngineTest, Retry> service, boolean async) {
        return Stream.iterate(1, reading -> reading <= READINGS, reading -> reading + 1)
                .map(reading -> DynamicTest.dynamicTest("from reading " + reading + " on", () -> {
                    BrokenEngineTest test = new BrokenEngineTest();
                    Retry retry = service.apply(test);
                    test.firstBroken = test.read + reading;
                    test.lastBroken = FOR_GOOD;
                    test.getsWhatTheLastAttemptCameTo(
                            retry,
                            async
                                    ? () -> test.joined(retry)
                                    : () -> retry.call(() -> {
                                        test.known = test.made + 1;
                                        return test.attemptThatJudges();
                                    }));
                }));
    }

    private String joined(Retry retry) {
        CompletableFuture<String> call = retry.callAsync(() -> stage(this::attemptThatJudges));
        scheduler.runAll();
        return call.join();
    }

    @TestFactory
    Stream<DynamicTest> theCallerOfABatchHearsOfEachItem() {
        return Stream.iterate(1, reading -> reading <= READINGS, reading -> reading + 1)
                .flatMap(reading -> Stream.of(
                        DynamicTest.dynamicTest(
                                "blocking, from reading " + reading + " on",
                                () -> new BrokenEngineTest().hearsOfEachItem(reading, BrokenEngineTest::batchOfTwo)),
                        DynamicTest.dynamicTest(
                                "asynchronous, from reading " + reading + " on", () -> new BrokenEngineTest()
                                        .hearsOfEachItem(reading, BrokenEngineTest::asyncBatchOfTwo))));
    }

    private BatchOutcome<String, String> outcome() {
        made++;
        return BatchOutcome.byItem(item -> item.equals("a") && made < 3
                ? ItemOutcome.failure(new IOException("down"))
                : ItemOutcome.success(item));
    }

    private static BatchResult<String, String> batchOfTwo(Retry retry, BrokenEngineTest test) {
        return retry.callBatch(List.of("a", "b"), items -> {
            BatchOutcome<String, String> outcome = test.outcome();
            test.known = test.made;
            return outcome;
        });
    }

    private static BatchResult<String, String> asyncBatchOfTwo(Retry retry, BrokenEngineTest test) {
        CompletableFuture<BatchResult<String, String>> call =
                retry.callBatchAsync(List.of("a", "b"), items -> test.stage(test::outcome));
        test.scheduler.runAll();
        return call.join();
    }

    private void hearsOfEachItem(int reading, BiFunction<Retry, BrokenEngineTest, BatchResult<String, String>> batch) {
        Retry retry = withoutBreaker();
        firstBroken = read + reading;
        lastBroken = FOR_GOOD;
        BatchResult<String, String> result;
        try {
            result = batch.apply(retry, this);
        } catch (OutOfMemoryError | CompletionException broken) {
            firstBroken = Long.MAX_VALUE;
            assertThat(made == 0 || hasJustBegun(retry))
                    .as("no attempt had come to anything, or one was being begun")
                    .isTrue();
            return;
        }
        assertThat(result.items()).extracting(ItemResult::item).containsExactly("a", "b");
        assertThat(result.items()).extracting(ItemResult::isSuccess).containsExactly(made == 3, true);
        assertThat(result.stopReason().isEmpty()).isEqualTo(made == 3);
    }

    @TestFactory
    Stream<DynamicTest> theCallerOfABlockingCallGetsWhatTheLastAttemptCameTo() {
        return fromEachReading(test -> test.service(test::now), false);
    }

    @TestFactory
    Stream<DynamicTest> theCallerOfABlockingCallThatNeedsNoStateGetsWhatTheLastAttemptCameTo() {
        return fromEachReading(BrokenEngineTest::withoutBreaker, false);
    }

    @TestFactory
    Stream<DynamicTest> theCallerOfAnAsynchronousCallGetsWhatTheLastAttemptCameTo() {
        return fromEachReading(BrokenEngineTest::withoutBreaker, true);
    }
}
