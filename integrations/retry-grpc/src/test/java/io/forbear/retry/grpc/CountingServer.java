package io.forbear.retry.grpc;

import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A real server on a loopback port, whose answers are scripted, and that writes down what reaches it. */
final class CountingServer implements AutoCloseable {

    /** How a call is answered. */
    interface Answer {
        void to(ServerCall<String, String> call, String request);
    }

    /** A call that came. */
    record Received(String method, Metadata headers, long millisLeft, String request) {

        @Nullable
        String header(String name) {
            return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        }
    }

    private final Queue<Answer> script = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<ServerCall<?, ?>> cancelled = new CopyOnWriteArrayList<>();
    private volatile Answer always = ok("done");
    private final Server server;

    private CountingServer(ServerInterceptor interceptor, UnaryOperator<ServerBuilder<?>> how) throws IOException {
        ServerServiceDefinition service = ServerServiceDefinition.builder(Calls.SERVICE)
                .addMethod(Calls.FIND, this::start)
                .addMethod(Calls.CREATE, this::start)
                .addMethod(Calls.WATCH, this::start)
                .build();
        ServerBuilder<?> builder = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(ServerInterceptors.intercept(service, interceptor));
        server = how.apply(builder).build().start();
    }

    static CountingServer start() throws IOException {
        return start(ServerCallThrough.INSTANCE);
    }

    static CountingServer start(ServerInterceptor interceptor) throws IOException {
        return new CountingServer(interceptor, builder -> builder);
    }

    static CountingServer ofOneStreamAtATime() throws IOException {
        return new CountingServer(
                ServerCallThrough.INSTANCE, builder -> ((io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder) builder)
                        .maxConcurrentCallsPerConnection(1));
    }

    private ServerCall.Listener<String> start(ServerCall<String, String> call, Metadata headers) {
        io.grpc.Deadline deadline = Context.current().getDeadline();
        long left = deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.MILLISECONDS);
        call.request(2);
        return new ServerCall.Listener<>() {
            private String request = "";

            @Override
            public void onMessage(String message) {
                request = message;
            }

            @Override
            public void onHalfClose() {
                received.add(new Received(call.getMethodDescriptor().getBareMethodName(), headers, left, request));
                Answer next = script.poll();
                (next == null ? always : next).to(call, request);
            }

            @Override
            public void onCancel() {
                cancelled.add(call);
            }
        };
    }

    // ---- answers

    static Answer ok(String text) {
        return (call, request) -> {
            call.sendHeaders(new Metadata());
            call.sendMessage(text);
            call.close(Status.OK, new Metadata());
        };
    }

    static Answer status(Status.Code code) {
        return status(code, null);
    }

    static Answer status(Status.Code code, @Nullable String pushback) {
        return (call, request) -> {
            Metadata trailers = new Metadata();
            if (pushback != null) {
                trailers.put(GrpcRules.PUSHBACK, pushback);
            }
            call.close(code.toStatus().withDescription("as scripted"), trailers);
        };
    }

    /** The response is there, and then the call fails. */
    static Answer okAndThen(Status.Code code) {
        return (call, request) -> {
            call.sendHeaders(new Metadata());
            call.sendMessage("half");
            call.close(code.toStatus(), new Metadata());
        };
    }

    static Answer none() {
        return (call, request) -> {};
    }

    void script(Answer... answers) {
        script.addAll(List.of(answers));
    }

    void always(Answer answer) {
        always = answer;
    }

    // ---- what reached it

    List<Received> received() {
        return received;
    }

    int cancelled() {
        return cancelled.size();
    }

    int port() {
        return server.getPort();
    }

    /** Returns a builder of channels to it. */
    ManagedChannelBuilder<?> channel() {
        return Grpc.newChannelBuilder("127.0.0.1:" + port(), InsecureChannelCredentials.create());
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
