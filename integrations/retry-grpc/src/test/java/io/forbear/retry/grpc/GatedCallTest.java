package io.forbear.retry.grpc;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.error.ErrorCategory;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls that are held before an attempt, and blocking stubs that are told from another thread. */
class GatedCallTest extends GrpcTestBase {

    /** Holds each attempt for an hour of virtual time, or refuses it. */
    private final class Hourly implements AttemptGate {

        private final boolean refuses;
        private final AtomicInteger left = new AtomicInteger();

        Hourly(boolean refuses) {
            this.refuses = refuses;
        }

        @Override
        public boolean isEngaged() {
            return true;
        }

        @Override
        public @Nullable Place enter() {
            long granted = time.clock().nanoTime() + ofHours(1).toNanos();
            return refuses
                    ? null
                    : new Place() {
                        @Override
                        public long waitNanos() {
                            return Math.max(0, granted - time.clock().nanoTime());
                        }

                        @Override
                        public void leave() {
                            left.incrementAndGet();
                        }
                    };
        }

        @Override
        public void succeeded(int attempt) {}

        @Override
        public void failed(ErrorCategory category) {}
    }

    @Test
    void theFirstAttemptWaitsAtTheGateWithoutAThread() throws Exception {
        Retry retry = service(policy()).gate(clock -> new Hourly(false)).build();
        Future<String> future = start(channel(retry), Calls.FIND, CallOptions.DEFAULT);
        await(() -> time.scheduler().pending() > 0);

        assertThat(server.received()).isEmpty();
        assertThat(end(future)).isEqualTo("done");
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void aCancelAtTheGateEndsTheCallAtOnceAndGivesThePlaceBack() throws Exception {
        Hourly gate = new Hourly(false);
        Retry retry = service(policy()).gate(clock -> gate).build();
        Future<String> future = start(channel(retry), Calls.FIND, CallOptions.DEFAULT);
        await(() -> time.scheduler().pending() > 0);

        future.cancel(true);

        // by the thread that has set the timer, where it has not let go of the call yet
        await(() -> retry.snapshot().stopped(StopReason.CANCELLED) == 1);
        await(() -> gate.left.get() == 1 && time.scheduler().pending() == 0);
        assertThat(server.received()).isEmpty();
    }

    @Test
    void aGateThatRefusesEndsTheCallWithItsReason() {
        Retry retry = service(policy()).gate(clock -> new Hourly(true)).build();

        StatusRuntimeException refused = failure(channel(retry), Calls.FIND);

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getCause()).isInstanceOf(GateRefusedException.class);
    }

    @Test
    void theDeadlineBoundsTheWaitAtTheGate() {
        Retry retry = service(policy()).gate(clock -> new Hourly(false)).build();

        StatusRuntimeException refused =
                failure(start(channel(retry), Calls.FIND, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS)));

        assertThat(refused.getStatus().getCode()).isIn(Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED);
        assertThat(server.received()).isEmpty();
    }

    @Test
    void aBlockingStubWakesWhereTheBreakerRefusesItsCall() {
        Retry retry = open(Retries.named("orders")
                .policy(policy().maxAttempts(1).build())
                .circuitBreaker(CircuitBreakers.consecutiveFailures(1))
                .runtime(time.runtime())
                .build());
        Channel channel = channel(GrpcRetry.over(retry));
        server.always(CountingServer.status(Code.UNAVAILABLE));
        failure(channel, Calls.FIND);

        assertThat(catchThrowable(
                        () -> ClientCalls.blockingUnaryCall(channel, Calls.FIND, CallOptions.DEFAULT, "a book")))
                .hasMessageStartingWith("UNAVAILABLE: ");
        assertThat(server.received()).hasSize(1);
    }

    /** Another call opens the breaker during the wait, so the wait ends on a thread that is not the stub's. */
    @Test
    void aBlockingStubWakesWhereItsWaitEndsWithoutAFurtherAttempt() throws Exception {
        Retry retry = open(Retries.named("orders")
                .policy(policy().build())
                .withoutBudget()
                .circuitBreaker(CircuitBreakers.consecutiveFailures(100))
                .runtime(time.runtime())
                .build());
        Channel channel = channel(GrpcRetry.over(retry));
        server.always(CountingServer.status(Code.UNAVAILABLE));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = new Thread(() -> thrown.set(catchThrowable(
                () -> ClientCalls.blockingUnaryCall(channel, Calls.FIND, CallOptions.DEFAULT, "a book"))));
        caller.start();
        await(() -> time.scheduler().pending() > 0);
        retry.circuitBreaker().orElseThrow().forceOpen();

        time.scheduler().runNext();
        caller.join(LONG.toMillis());

        assertThat(((StatusRuntimeException) thrown.get()).getStatus().getCode())
                .isEqualTo(Code.UNAVAILABLE);
        assertThat(thrown.get().getCause()).hasMessage("orders: stopped after 1 attempt: CIRCUIT_OPEN");
        assertThat(time.scheduler().delays()).containsExactly(ofMillis(100));
    }
}
