package io.forbear.retry.grpc;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.testkit.RecordingListener;
import io.forbear.retry.testkit.RetryEvent;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cancels that come at any moment: during an attempt, a decision, a wait, the begin of the next attempt, the end. */
class CancelRaceTest extends GrpcTestBase {

    private static final int CALLS = 2_000;
    private static final long LONGEST_NANOS = 3_000_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachCallIsToldOfItsEndOnceAndEndsOnceInTheBooks(boolean direct) throws Exception {
        server.always((call, request) -> {
            boolean fails = Math.floorMod(System.nanoTime(), 3) > 0;
            CountingServer.Answer answer = fails ? CountingServer.status(Code.UNAVAILABLE) : CountingServer.ok("done");
            answer.to(call, request);
        });
        RecordingListener listener = RecordingListener.ofEveryCall();
        Retry retry = open(Retries.named("orders")
                .policy(policy().backoff(Backoff.fixed(ofMillis(1))).build())
                .budget(RetryBudgets.tokenBucket(1_000_000))
                .circuitBreaker(CircuitBreakers.consecutiveFailures(1_000_000))
                .listener(listener)
                .build());
        Channel channel = channel(GrpcRetry.over(retry));
        AtomicInteger[] told = new AtomicInteger[CALLS];
        Arrays.setAll(told, i -> new AtomicInteger());
        CountDownLatch all = new CountDownLatch(CALLS);
        Random random = new Random(7);
        CallOptions options = direct ? CallOptions.DEFAULT.withExecutor(Runnable::run) : CallOptions.DEFAULT;
        for (int i = 0; i < CALLS; i++) {
            ClientCall<String, String> call = channel.newCall(Calls.FIND, options);
            begin(call, told[i], all);
            LockSupport.parkNanos((long) (random.nextDouble() * LONGEST_NANOS));
            call.cancel("enough", null);
        }

        assertThat(all.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        await(() -> retry.snapshot().calls() == CALLS);
        RetrySnapshot snapshot = retry.snapshot();
        assertThat(told).allSatisfy(times -> assertThat(times).hasValue(1));
        assertThat(snapshot.successes()
                        + snapshot.stopped(StopReason.CANCELLED)
                        + snapshot.stopped(StopReason.ATTEMPTS_EXHAUSTED))
                .isEqualTo(CALLS);
        assertThat(snapshot.stopped(StopReason.CANCELLED)).as("cancels").isPositive();
        await(() -> listener.events(RetryEvent.CallSucceeded.class).size()
                        + listener.events(RetryEvent.CallStopped.class).size()
                >= CALLS);
    }

    private static void begin(ClientCall<String, String> call, AtomicInteger told, CountDownLatch all) {
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        told.incrementAndGet();
                        all.countDown();
                    }
                },
                new Metadata());
        call.request(2);
        call.sendMessage("a book");
        call.halfClose();
    }
}
