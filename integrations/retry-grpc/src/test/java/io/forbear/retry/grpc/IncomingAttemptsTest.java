package io.forbear.retry.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server knows of the attempts that reach it, and which it refuses. */
class IncomingAttemptsTest extends GrpcTestBase {

    private final List<io.forbear.retry.CallOptions> seen = new CopyOnWriteArrayList<>();

    /** Marks, then looks at what the handler would see. */
    private CountingServer serverWith(IncomingAttempts attempts) throws Exception {
        return open(CountingServer.start(new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                return attempts.interceptCall(call, headers, (marked, sent) -> {
                    seen.add(IncomingAttempts.options());
                    return next.startCall(marked, sent);
                });
            }
        }));
    }

    private static Metadata headers(@Nullable String own, @Nullable String previous) {
        Metadata headers = new Metadata();
        if (own != null) {
            headers.put(Metadata.Key.of(AttemptHeader.NAME, Metadata.ASCII_STRING_MARSHALLER), own);
        }
        if (previous != null) {
            headers.put(Metadata.Key.of("grpc-previous-rpc-attempts", Metadata.ASCII_STRING_MARSHALLER), previous);
        }
        return headers;
    }

    private String call(CountingServer target, Metadata headers, CallOptions options) {
        Channel channel = ClientInterceptors.intercept(
                open(target.channel()), MetadataUtils.newAttachHeadersInterceptor(headers));
        return ClientCalls.blockingUnaryCall(channel, Calls.FIND, options, "a book");
    }

    @ParameterizedTest
    @CsvSource({
        " ,      ,    1",
        "2,      ,    2",
        " ,      1,   2",
        " ,      345, 346",
        "3,      1,   3",
        "2,      4,   5",
        " ,      0,   1",
        "soon,   -1,  1",
        "-2,     x,   1"
    })
    void theNumberIsTheGreaterOfWhatTheHeadersSay(@Nullable String own, @Nullable String previous, int expected)
            throws Exception {
        call(serverWith(IncomingAttempts.marking()), headers(own, previous), CallOptions.DEFAULT);

        assertThat(seen)
                .singleElement()
                .extracting(io.forbear.retry.CallOptions::upstreamAttempt)
                .isEqualTo(expected);
    }

    @Test
    void theDeadlineOfTheCallerBecomesThatOfTheOptions() throws Exception {
        CountingServer target = serverWith(IncomingAttempts.marking());

        call(target, headers("2", null), CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        call(target, headers(null, null), CallOptions.DEFAULT);

        assertThat(seen.get(0).deadlineNanos()).isBetween(1L, TimeUnit.SECONDS.toNanos(20));
        assertThat(seen.get(1)).isEqualTo(io.forbear.retry.CallOptions.defaults());
    }

    @Test
    void outsideOfACallThereIsNothingToSay() {
        assertThat(IncomingAttempts.options()).isEqualTo(io.forbear.retry.CallOptions.defaults());
        assertThat(IncomingAttempts.attempt()).isEqualTo(1);
    }

    @Test
    void attemptsAboveTheNumberAreRefusedAndNotRetried() throws Exception {
        IncomingAttempts attempts = IncomingAttempts.refusingAbove(1);
        CountingServer target = serverWith(attempts);
        target.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = open(service(policy()).build());
        Channel channel = ClientInterceptors.intercept(open(target.channel().disableRetry()), GrpcRetry.over(retry));

        StatusRuntimeException thrown = failure(channel, Calls.FIND);

        assertThat(thrown.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(thrown.getStatus().getDescription()).isEqualTo("attempt: 2 (expected: at most 1)");
        assertThat(target.received()).as("that reached the handler").hasSize(1);
        assertThat(attempts.refused()).isEqualTo(1);
        assertThat(attempts.repeated()).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isEqualTo(2);
    }

    @Test
    void aChannelThatRetriesByItselfIsRefusedToo() throws Exception {
        IncomingAttempts attempts = IncomingAttempts.refusingAbove(2);
        CountingServer target = serverWith(attempts);
        target.always(CountingServer.status(Code.UNAVAILABLE));
        ManagedChannelBuilder<?> builder = target.channel()
                .defaultServiceConfig(
                        ServiceConfig.of(policy().maxAttempts(5).build()).toMap());
        Channel channel = open(builder);

        assertThat(catchThrowable(
                        () -> ClientCalls.blockingUnaryCall(channel, Calls.FIND, CallOptions.DEFAULT, "a book")))
                .hasMessageStartingWith("RESOURCE_EXHAUSTED");

        assertThat(target.received()).hasSize(2);
        assertThat(attempts.refused()).isEqualTo(1);
    }

    @Test
    void theRefusalMayDependOnACondition() throws Exception {
        AtomicBoolean overloaded = new AtomicBoolean();
        IncomingAttempts attempts = IncomingAttempts.refusingAbove(1).when(overloaded::get);
        CountingServer target = serverWith(attempts);

        assertThat(call(target, headers("2", null), CallOptions.DEFAULT)).isEqualTo("done");
        overloaded.set(true);

        assertThat(catchThrowable(() -> call(target, headers("2", null), CallOptions.DEFAULT)))
                .isInstanceOf(StatusRuntimeException.class);
        assertThat(call(target, headers(null, null), CallOptions.DEFAULT)).isEqualTo("done");
    }

    @Test
    void aCallThatAHandlerMakesSendsTheAttemptOnAndIsNestedInIt() throws Exception {
        CountingServer target = serverWith(IncomingAttempts.marking());
        target.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = open(service(policy().refuseNested()).build());
        Channel below = ClientInterceptors.intercept(open(target.channel().disableRetry()), GrpcRetry.over(retry));
        IncomingAttempts middle = IncomingAttempts.marking();
        CountingServer front = open(CountingServer.start(new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                return middle.interceptCall(call, headers, (marked, sent) -> {
                    catchThrowable(() -> end(start(below, Calls.FIND, CallOptions.DEFAULT)));
                    return next.startCall(marked, sent);
                });
            }
        }));

        call(front, headers("3", null), CallOptions.DEFAULT);

        assertThat(target.received())
                .extracting(received -> received.header(AttemptHeader.NAME))
                .containsExactly("3");
        assertThat(retry.snapshot().stopped(StopReason.NESTED)).isEqualTo(1);
    }

    @Test
    void aNumberBelowOneIsRefused() {
        assertThat(catchThrowable(() -> IncomingAttempts.refusingAbove(0)))
                .hasMessage("attempt: 0 (expected: at least 1)");
    }
}
