package io.forbear.examples;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.grpc.ChannelRetries;
import io.forbear.retry.grpc.GrpcRetry;
import io.forbear.retry.grpc.GrpcRules;
import io.forbear.retry.grpc.IncomingAttempts;
import io.forbear.retry.grpc.ServiceConfig;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** gRPC through the interceptor, through a blocking stub inside a call, and by the retries of the channel. */
final class GrpcCalls {

    /** As the code generator makes it of a method with {@code option idempotency_level = IDEMPOTENT}. */
    static final MethodDescriptor<String, String> FIND = MethodDescriptor.newBuilder(new Text(), new Text())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("shop.v1.Orders/Find")
            .setIdempotent(true)
            .build();

    static final MethodDescriptor<String, String> CREATE = MethodDescriptor.newBuilder(new Text(), new Text())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("shop.v1.Orders/Create")
            .build();

    private final RetryPolicy policy = RetryPolicy.builder()
            .backoff(Backoff.exponential(Duration.ofMillis(10), Duration.ofSeconds(1))
                    .jitter(Jitter.proportional(0.2)))
            .build();

    private final Retry orders = Retries.named("orders").policy(policy).build();

    private final ManagedChannel plain;
    private final Channel channel;

    GrpcCalls(int port) {
        ManagedChannelBuilder<?> builder =
                Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create());
        plain = builder.disableServiceConfigLookUp().build();
        channel = ClientInterceptors.intercept(plain, GrpcRetry.over(orders));
    }

    String find(String title) {
        io.grpc.CallOptions options = io.grpc.CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
        return ClientCalls.blockingUnaryCall(channel, FIND, options, title);
    }

    /** The server knows the order by its number, so it may be sent twice. */
    String create(String order) {
        io.grpc.CallOptions options = io.grpc.CallOptions.DEFAULT.withOption(
                GrpcRetry.OPTIONS, CallOptions.defaults().idempotent());
        return ClientCalls.blockingUnaryCall(channel, CREATE, options, order);
    }

    /** Without the interceptor: the stub inside a call, with a classifier that reads the trailer. */
    String findByHand(String title) {
        RetryPolicy reading =
                policy.toBuilder().classifier(GrpcRules.classifier()).build();
        try (Retry byHand = Retries.named("orders by hand").policy(reading).build()) {
            return byHand.call(() -> ClientCalls.blockingUnaryCall(plain, FIND, io.grpc.CallOptions.DEFAULT, title));
        }
    }

    /** The channel retries by itself, as the policy says, and its attempts are in the books of {@code watched}. */
    static ManagedChannel channelThatRetries(int port, RetryPolicy policy, Retry watched) {
        ServiceConfig config = ServiceConfig.of(policy).throttling(10, 0.1);
        config.unsaid().forEach(System.out::println);
        return Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
                .defaultServiceConfig(config.toMap())
                .intercept(ChannelRetries.into(watched))
                .build();
    }

    /** A server that fails at first, and refuses third attempts. */
    static Server server(int failures, AtomicInteger requests) throws IOException {
        ServerCalls.UnaryMethod<String, String> handler = (request, observer) -> {
            requests.incrementAndGet();
            answer(request, failures, requests.get(), observer);
        };
        ServerServiceDefinition service = ServerServiceDefinition.builder("shop.v1.Orders")
                .addMethod(FIND, ServerCalls.asyncUnaryCall(handler))
                .addMethod(CREATE, ServerCalls.asyncUnaryCall(handler))
                .build();
        return Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(service)
                .intercept(IncomingAttempts.refusingAbove(2))
                .build()
                .start();
    }

    private static void answer(String request, int failures, int number, StreamObserver<String> observer) {
        if (number <= failures) {
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
        } else {
            observer.onNext(request + ", attempt " + IncomingAttempts.attempt());
            observer.onCompleted();
        }
    }

    /** In a handler: what is done for a call knows its attempt and its deadline. */
    static <T> T forTheCaller(Retry users, io.forbear.retry.Operation<T, RuntimeException> operation) {
        return users.with(IncomingAttempts.options()).call(operation);
    }

    Retry retry() {
        return orders;
    }

    void close() {
        plain.shutdownNow();
        orders.close();
    }

    public static void main(String[] args) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        Server server = server(1, requests);
        GrpcCalls calls = new GrpcCalls(server.getPort());
        try {
            System.out.println(calls.find("Ada") + " after " + requests + " requests");
        } finally {
            calls.close();
            server.shutdownNow();
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
