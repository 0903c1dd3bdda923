package io.forbear.retry.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Retry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many streams reach the server for one call whose every stream ends with a fault of the transport, counted by the
 * server: with a bare channel, and with the adapter, where the channel makes transparent retries and where it is kept
 * from it.
 */
class ChannelFaultsTest extends GrpcTestBase {

    /*
     * Without transparent retries each cell of the adapter is what the policy decided on: 3, or 1 for a method that may
     * not be repeated and that the server may have carried out. With them the channel sends a refused stream a second
     * time in each attempt.
     */
    @ParameterizedTest(name = "{0}, transparent retries {1}: bare {2}, FIND {3}, CREATE {4}")
    @CsvSource({
        "REFUSED,   true,  2, 6, 6",
        "REFUSED,   false, 1, 3, 3",
        "GONE_AWAY, true,  2, 6, 6",
        "GONE_AWAY, false, 1, 3, 3",
        "RESET,     true,  1, 1, 1",
        "RESET,     false, 1, 1, 1",
        "CLOSED,    true,  1, 3, 1",
        "CLOSED,    false, 1, 3, 1"
    })
    void theServerIsReachedAsOftenAs(
            RawHttp2Server.Fault fault, boolean transparent, int bare, int idempotent, int other) throws Exception {
        assertThat(streams(fault, transparent, false, Calls.FIND)).as("bare").isEqualTo(bare);
        assertThat(streams(fault, transparent, true, Calls.FIND))
                .as("idempotent")
                .isEqualTo(idempotent);
        assertThat(streams(fault, transparent, true, Calls.CREATE)).as("other").isEqualTo(other);
    }

    private int streams(
            RawHttp2Server.Fault fault, boolean transparent, boolean adapter, MethodDescriptor<String, String> method)
            throws Exception {
        try (RawHttp2Server raw = RawHttp2Server.start();
                Retry retry = service(policy()).build()) {
            raw.always(fault);
            ManagedChannelBuilder<?> builder =
                    transparent ? raw.channel() : raw.channel().disableRetry();
            Channel channel = open(builder);
            Channel used = adapter ? ClientInterceptors.intercept(channel, GrpcRetry.over(retry)) : channel;
            assertThat(catchThrowable(() -> call(used, method))).isNotNull();
            return raw.streams();
        }
    }

    @Test
    void transparentRetriesCostNoRetryOfThePolicy() throws Exception {
        try (RawHttp2Server raw = RawHttp2Server.start();
                Retry retry = service(policy()).build()) {
            raw.script(RawHttp2Server.Fault.REFUSED);
            GrpcRetry interceptor = GrpcRetry.over(retry);
            Channel channel = ClientInterceptors.intercept(open(raw.channel()), interceptor);

            assertThat(ClientCalls.futureUnaryCall(channel.newCall(Calls.CREATE, CallOptions.DEFAULT), "a book")
                            .get(LONG.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("done");

            assertThat(raw.streams()).isEqualTo(2);
            assertThat(retry.snapshot().attempts()).isEqualTo(1);
            assertThat(interceptor.channelRetries()).isZero();
        }
    }

    @Test
    void withoutTransparentRetriesThePolicyRepeatsWhatWasRefusedUnread() throws Exception {
        try (RawHttp2Server raw = RawHttp2Server.start();
                Retry retry = service(policy()).build()) {
            raw.script(RawHttp2Server.Fault.REFUSED);
            Channel channel = ClientInterceptors.intercept(open(raw.channel().disableRetry()), GrpcRetry.over(retry));

            assertThat(call(channel, Calls.CREATE)).isEqualTo("done");

            assertThat(raw.streams()).isEqualTo(2);
            assertThat(retry.snapshot().recovered()).isEqualTo(1);
        }
    }

    @Test
    void theRawServerAnswersAsAServer() throws IOException {
        try (RawHttp2Server raw = RawHttp2Server.start()) {
            assertThat(ClientCalls.blockingUnaryCall(open(raw.channel()), Calls.FIND, CallOptions.DEFAULT, "a book"))
                    .isEqualTo("done");
        }
    }
}
