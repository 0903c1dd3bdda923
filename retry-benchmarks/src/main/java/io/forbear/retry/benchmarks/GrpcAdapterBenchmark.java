package io.forbear.retry.benchmarks;

import io.forbear.retry.benchmarks.contender.Services;
import io.forbear.retry.grpc.GrpcRetry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does the interceptor for gRPC cost a unary call that succeeds at once? Over a channel that answers in the same
 * method, and over gRPC's own in-process transport on one thread; the bare channel is the same one.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class GrpcAdapterBenchmark {

    private static final MethodDescriptor<String, String> FIND = MethodDescriptor.newBuilder(new Text(), new Text())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("shop.v1.Orders/Find")
            .setIdempotent(true)
            .build();

    /** Who makes the call. */
    public enum Caller {
        /** The channel alone. */
        bare,
        /** The interceptor over it, with budget and breaker. */
        adapter
    }

    /** What is below. */
    public enum Transport {
        /** Answers at once. */
        none,
        /** That of gRPC. */
        inProcess
    }

    /** The channel. */
    @State(Scope.Benchmark)
    public static class Shared {

        /** Who makes the call. */
        @Param
        public Caller caller = Caller.bare;

        /** What is below. */
        @Param
        public Transport transport = Transport.none;

        Channel channel = new Answering();
        private @Nullable Server server;
        private @Nullable ManagedChannel managed;

        /** Makes the channel. */
        @Setup
        public void make() throws IOException {
            Channel below = transport == Transport.none ? new Answering() : inProcess();
            channel = caller == Caller.bare
                    ? below
                    : ClientInterceptors.intercept(
                            below, GrpcRetry.over(Services.full().build()));
        }

        private Channel inProcess() throws IOException {
            String name = InProcessServerBuilder.generateName();
            server = InProcessServerBuilder.forName(name)
                    .directExecutor()
                    .addService(ServerServiceDefinition.builder("shop.v1.Orders")
                            .addMethod(FIND, ServerCalls.asyncUnaryCall((request, observer) -> {
                                observer.onNext(request);
                                observer.onCompleted();
                            }))
                            .build())
                    .build()
                    .start();
            managed = InProcessChannelBuilder.forName(name)
                    .directExecutor()
                    .disableRetry()
                    .build();
            return managed;
        }

        /** Ends what was begun. */
        @TearDown
        public void end() {
            if (managed != null) {
                managed.shutdownNow();
            }
            if (server != null) {
                server.shutdownNow();
            }
        }
    }

    /** A call by a future stub, all on this thread. */
    @Benchmark
    public Object unary(Shared shared) throws ExecutionException, InterruptedException {
        CallOptions options = CallOptions.DEFAULT.withExecutor(Runnable::run);
        return ClientCalls.futureUnaryCall(shared.channel.newCall(FIND, options), "a book")
                .get();
    }

    /** A channel without a network. */
    private static final class Answering extends Channel {

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            return new AnsweredCall<>();
        }

        @Override
        public String authority() {
            return "none";
        }
    }

    private static final class AnsweredCall<Q, R> extends ClientCall<Q, R> {

        private @Nullable Listener<R> told;
        private @Nullable Q sent;

        @Override
        public void start(Listener<R> listener, Metadata headers) {
            told = listener;
        }

        @Override
        public void request(int count) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        @SuppressWarnings("unchecked")
        public void halfClose() {
            Listener<R> listener = told;
            if (listener != null) {
                listener.onHeaders(new Metadata());
                listener.onMessage((R) sent);
                listener.onClose(Status.OK, new Metadata());
            }
        }

        @Override
        public void sendMessage(Q message) {
            sent = message;
        }
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
