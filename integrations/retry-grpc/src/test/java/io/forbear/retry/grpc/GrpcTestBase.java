package io.forbear.retry.grpc;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ManualRuntime;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server, channels to it, and virtual time for the waits between attempts. */
abstract class GrpcTestBase {

    /** Longer than any of this takes; a test that waits so long fails. */
    static final Duration LONG = ofSeconds(30);

    static final int MOST_ATTEMPTS = 3;

    final ManualRuntime time = new ManualRuntime();
    private final List<AutoCloseable> opened = new ArrayList<>();
    CountingServer server;

    @BeforeEach
    void starts() throws IOException {
        server = open(CountingServer.start());
    }

    @AfterEach
    void stops() throws Exception {
        Thread.interrupted();
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    final <C extends AutoCloseable> C open(C what) {
        opened.add(0, what);
        return what;
    }

    final ManagedChannel open(ManagedChannelBuilder<?> builder) {
        ManagedChannel channel = builder.build();
        opened.add(0, () -> channel.shutdownNow().awaitTermination(LONG.toSeconds(), TimeUnit.SECONDS));
        return channel;
    }

    static RetryPolicy.Builder policy() {
        return RetryPolicy.builder()
                .maxAttempts(MOST_ATTEMPTS)
                .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()));
    }

    final Retries.Builder service(RetryPolicy.Builder policy) {
        return Retries.named("orders")
                .policy(policy.build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(time.runtime());
    }

    /** Returns a channel to the server whose calls are made by a retry; the channel's own retries are off. */
    final Channel channel(Retry retry) {
        return channel(GrpcRetry.over(open(retry)));
    }

    final Channel channel(ClientInterceptor interceptor) {
        return ClientInterceptors.intercept(open(server.channel().disableRetry()), interceptor);
    }

    static Future<String> start(Channel channel, MethodDescriptor<String, String> method, CallOptions options) {
        return ClientCalls.futureUnaryCall(channel.newCall(method, options), "a book");
    }

    /** Makes a call to its end, on virtual time. */
    final String call(Channel channel, MethodDescriptor<String, String> method) throws Exception {
        return end(start(channel, method, CallOptions.DEFAULT));
    }

    final String end(Future<String> future) throws Exception {
        await(() -> future.isDone() || time.scheduler().runNext() && false);
        try {
            return future.get();
        } catch (ExecutionException failed) {
            throw (Exception) failed.getCause();
        }
    }

    /** Makes a call to its end, and returns how it failed. */
    final StatusRuntimeException failure(Channel channel, MethodDescriptor<String, String> method) {
        return failure(start(channel, method, CallOptions.DEFAULT));
    }

    final StatusRuntimeException failure(Future<String> future) {
        Throwable thrown = catchThrowable(() -> end(future));
        assertThat(thrown).isInstanceOf(StatusRuntimeException.class);
        return (StatusRuntimeException) thrown;
    }

    static void await(BooleanSupplier what) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (!what.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waited for too long").isNegative();
            Thread.sleep(1);
        }
    }
}
