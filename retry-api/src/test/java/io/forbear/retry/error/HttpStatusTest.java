package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The HTTP status that a classification carries. */
class HttpStatusTest {

    private static int statusOf(Throwable failure) {
        return ErrorClassifier.defaults().classify(failure).httpStatus();
    }

    @Test
    void everyStatusOfAFailureIsKeptAndNoOtherNumberIs() {
        for (int status = -1; status < 700; status++) {
            int kept = status >= 400 && status <= 599 ? status : 0;
            assertThat(Classification.ofHttpStatus(status).httpStatus()).isEqualTo(kept);
            assertThat(Classification.of(ErrorCategory.TIMEOUT)
                            .httpStatus(status)
                            .httpStatus())
                    .isEqualTo(kept);
        }
    }

    @Test
    void whatElseIsSaidOfTheFailureLeavesTheStatus() {
        Classification conflict = Classification.ofHttpStatus(409);

        assertThat(conflict.retryable().notExecuted().local().httpStatus()).isEqualTo(409);
        assertThat(conflict.notRetryable().httpStatus()).isEqualTo(409);
        assertThat(conflict.pushback(Duration.ofSeconds(1)).httpStatus()).isEqualTo(409);
        assertThat(conflict.pushback(Pushback.doNotRetry()).httpStatus()).isEqualTo(409);
        assertThat(Classification.success().httpStatus(503).httpStatus()).isZero();
    }

    @Test
    void itIsNotComparedAndTheCommonAnswersAreShared() {
        assertThat(Classification.ofHttpStatus(500))
                .isEqualTo(Classification.of(ErrorCategory.SERVER_ERROR))
                .hasSameHashCodeAs(Classification.of(ErrorCategory.SERVER_ERROR))
                .isSameAs(Classification.ofHttpStatus(500));
    }

    @Test
    void theDefaultClassifierReadsItFromTheMessage() {
        assertThat(statusOf(new RuntimeException("HTTP 503"))).isEqualTo(503);
        assertThat(statusOf(new RuntimeException("429 Too Many Requests"))).isEqualTo(429);
        assertThat(statusOf(new RuntimeException(new RuntimeException("status code: 404"))))
                .isEqualTo(404);
        assertThat(statusOf(new RuntimeException("throttled"))).isZero();
        assertThat(statusOf(new java.net.ConnectException("refused"))).isZero();
    }
}
