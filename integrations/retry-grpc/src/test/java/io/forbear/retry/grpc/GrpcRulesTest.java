package io.forbear.retry.grpc;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.Pushback;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusException;
import io.grpc.stub.ClientCalls;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What statuses and trailers say. */
class GrpcRulesTest extends GrpcTestBase {

    private static Metadata trailers(@Nullable String pushback) {
        Metadata trailers = new Metadata();
        if (pushback != null) {
            trailers.put(GrpcRules.PUSHBACK, pushback);
        }
        return trailers;
    }

    @ParameterizedTest
    @EnumSource
    void aStatusIsClassifiedByItsNumber(Code code) {
        assertThat(GrpcRules.classify(code.toStatus(), null)).isEqualTo(Classification.ofGrpcStatus(code.value()));
    }

    @Test
    void aCauseThatMeansNoConnectionMeansThatNothingWasExecuted() {
        Status status = Status.UNAVAILABLE.withCause(new ConnectException("Connection refused"));

        assertThat(GrpcRules.classify(status, null))
                .isEqualTo(Classification.of(ErrorCategory.SERVER_ERROR).notExecuted());
    }

    @Test
    void theTrailerIsThePushback() {
        assertThat(GrpcRules.pushback(trailers("70"))).isEqualTo(Pushback.delay(ofMillis(70)));
        assertThat(GrpcRules.pushback(trailers("-1"))).isEqualTo(Pushback.doNotRetry());
        assertThat(GrpcRules.pushback(trailers("abc"))).isEqualTo(Pushback.doNotRetry());
        assertThat(GrpcRules.pushback(trailers(null))).isEqualTo(Pushback.none());
        assertThat(GrpcRules.pushback(null)).isEqualTo(Pushback.none());
    }

    @Test
    void exhaustedResourcesMayBeRetriedOnlyWhereTheServerNamesADelay() {
        assertThat(GrpcRules.classify(Status.RESOURCE_EXHAUSTED, trailers("70")).isRetryable(true))
                .isTrue();
        assertThat(GrpcRules.classify(Status.RESOURCE_EXHAUSTED, trailers("-1")).isRetryable(true))
                .isFalse();
        assertThat(GrpcRules.classify(Status.RESOURCE_EXHAUSTED, null).isRetryable(true))
                .isFalse();
    }

    @Test
    void theClassifierReadsBothExceptionsAndLeavesOthersAlone() {
        Status status = Status.UNAVAILABLE;

        assertThat(GrpcRules.classifier().classify(status.asRuntimeException(trailers("70"))))
                .isEqualTo(Classification.of(ErrorCategory.SERVER_ERROR).pushback(ofMillis(70)));
        assertThat(GrpcRules.classifier().classify(new StatusException(status, trailers("70"))))
                .isEqualTo(Classification.of(ErrorCategory.SERVER_ERROR).pushback(ofMillis(70)));
        assertThat(GrpcRules.classifier().classify(new IllegalStateException())).isNull();
    }

    @Test
    void aBlockingStubInsideACallIsRetriedAsTheTrailerAsks() throws Exception {
        server.script(CountingServer.status(Code.UNAVAILABLE, "450"), CountingServer.status(Code.UNAVAILABLE, "-1"));
        Retry retry = open(service(policy().classifier(GrpcRules.classifier())).build());
        Channel plain = open(server.channel().disableRetry());

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> retry.call(
                        () -> ClientCalls.blockingUnaryCall(plain, Calls.FIND, CallOptions.DEFAULT, "a book"))))
                .isNotNull();

        assertThat(time.sleeper().sleeps()).containsExactly(ofMillis(450));
        assertThat(server.received()).hasSize(2);
        assertThat(retry.snapshot().stopped(StopReason.PUSHED_BACK)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void everyReasonHasAStatusThatIsAFailure(StopReason reason) {
        assertThat(GrpcRules.stopped(reason).isOk()).isFalse();
    }
}
