package io.forbear.retry.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Retry;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.RecordingListener;
import io.forbear.retry.testkit.RetryEvent;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The channel's own retries, as an observer sees them and as the server counted them. */
class ChannelRetriesTest extends GrpcTestBase {

    private static final Map<String, Object> FOUR_ATTEMPTS = config(Map.of(
            "maxAttempts",
            4.0,
            "initialBackoff",
            "0.001s",
            "maxBackoff",
            "0.002s",
            "backoffMultiplier",
            2.0,
            "retryableStatusCodes",
            List.of("UNAVAILABLE", "ABORTED")));

    private static Map<String, Object> config(Map<String, Object> retryPolicy) {
        return Map.of("methodConfig", List.of(Map.of("name", List.of(Map.of()), "retryPolicy", retryPolicy)));
    }

    private Channel channel(ChannelRetries observer) {
        return ClientInterceptors.intercept(open(server.channel().defaultServiceConfig(FOUR_ATTEMPTS)), observer);
    }

    private static String call(Channel channel) {
        return ClientCalls.blockingUnaryCall(
                channel,
                Calls.FIND,
                CallOptions.DEFAULT.withDeadlineAfter(LONG.toSeconds(), TimeUnit.SECONDS),
                "a book");
    }

    @Test
    void countsWhatTheServerCounts() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        ChannelRetries observer = ChannelRetries.counting();
        Channel channel = channel(observer);

        assertThat(catchThrowable(() -> call(channel))).isInstanceOf(StatusRuntimeException.class);
        server.always(CountingServer.ok("done"));
        call(channel);

        assertThat(server.received()).hasSize(5);
        assertThat(observer.calls()).isEqualTo(2);
        assertThat(observer.retries()).isEqualTo(3);
        assertThat(observer.transparentRetries()).isZero();
        assertThat(observer.hedges()).isZero();
        assertThat(observer.untold()).isZero();
    }

    @Test
    void theBooksOfARetryShowTheAttemptsOfTheChannel() {
        RecordingListener listener = RecordingListener.ofEveryCall();
        Retry books = open(service(policy().maxAttempts(4)).listener(listener).build());
        Channel channel = channel(ChannelRetries.into(books));
        server.script(CountingServer.status(Code.UNAVAILABLE), CountingServer.status(Code.ABORTED));
        call(channel);
        server.always(CountingServer.status(Code.UNAVAILABLE));
        assertThat(catchThrowable(() -> call(channel))).isInstanceOf(StatusRuntimeException.class);
        server.always(CountingServer.status(Code.NOT_FOUND));
        assertThat(catchThrowable(() -> call(channel))).isInstanceOf(StatusRuntimeException.class);

        RetrySnapshot snapshot = books.snapshot();
        assertThat(server.received()).hasSize(8);
        assertThat(snapshot.attempts()).isEqualTo(8);
        assertThat(snapshot.calls()).isEqualTo(3);
        assertThat(snapshot.successes()).isEqualTo(1);
        assertThat(snapshot.recovered()).isEqualTo(1);
        assertThat(snapshot.failedAttempts(ErrorCategory.SERVER_ERROR)).isEqualTo(5);
        assertThat(snapshot.failedAttempts(ErrorCategory.TRANSIENT)).isEqualTo(1);
        assertThat(snapshot.failedAttempts(ErrorCategory.CLIENT_ERROR)).isEqualTo(1);
        assertThat(listener.events(RetryEvent.AttemptFailed.class)).hasSize(7);
    }

    @Test
    void aRetryThatWouldHaveStoppedChangesNothingAndItsBooksSayWhatTheyMissed() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry books = open(service(policy().maxAttempts(2)).build());
        ChannelRetries observer = ChannelRetries.into(books);

        assertThat(catchThrowable(() -> call(channel(observer)))).isInstanceOf(StatusRuntimeException.class);

        assertThat(server.received()).hasSize(4);
        assertThat(books.snapshot().attempts()).isEqualTo(2);
        assertThat(books.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
        assertThat(observer.retries()).isEqualTo(3);
        assertThat(observer.untold()).isEqualTo(2);
    }

    @Test
    void transparentRetriesAreCountedApart() throws Exception {
        try (RawHttp2Server raw = RawHttp2Server.start();
                Retry books = service(policy()).build()) {
            raw.script(RawHttp2Server.Fault.REFUSED);
            ChannelRetries observer = ChannelRetries.into(books);

            assertThat(call(ClientInterceptors.intercept(open(raw.channel()), observer)))
                    .isEqualTo("done");

            assertThat(raw.streams()).isEqualTo(2);
            assertThat(observer.transparentRetries()).isEqualTo(1);
            assertThat(observer.retries()).isZero();
            assertThat(books.snapshot().attempts()).isEqualTo(1);
        }
    }

    @Test
    void hedgesAreCountedApart() throws Exception {
        Map<String, Object> hedging = Map.of("maxAttempts", 3.0, "hedgingDelay", "0s");
        Map<String, Object> config =
                Map.of("methodConfig", List.of(Map.of("name", List.of(Map.of()), "hedgingPolicy", hedging)));
        server.always(CountingServer.none());
        ChannelRetries observer = ChannelRetries.counting();
        Channel channel = ClientInterceptors.intercept(open(server.channel().defaultServiceConfig(config)), observer);

        var future = start(channel, Calls.FIND, CallOptions.DEFAULT);
        await(() -> server.received().size() == 3);
        future.cancel(true);

        assertThat(observer.hedges()).isEqualTo(2);
        assertThat(observer.retries()).isZero();
    }

    @Test
    void theAdapterItselfCountsWhatTheChannelMultiplies() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = open(service(policy()).build());
        GrpcRetry interceptor = GrpcRetry.over(retry);
        Channel channel =
                ClientInterceptors.intercept(open(server.channel().defaultServiceConfig(FOUR_ATTEMPTS)), interceptor);

        failure(channel, Calls.FIND);

        assertThat(server.received()).hasSize(12);
        assertThat(retry.snapshot().attempts()).isEqualTo(3);
        assertThat(interceptor.channelRetries()).isEqualTo(9);
    }

    @Test
    void aChannelThatMayNotRetryIsNotMultiplied() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        GrpcRetry interceptor = GrpcRetry.over(open(service(policy()).build()));
        Channel channel = ClientInterceptors.intercept(
                open(server.channel().defaultServiceConfig(FOUR_ATTEMPTS).disableRetry()), interceptor);

        failure(channel, Calls.FIND);

        assertThat(server.received()).hasSize(3);
        assertThat(interceptor.channelRetries()).isZero();
    }
}
