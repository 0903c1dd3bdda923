package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusesTest {

    @ParameterizedTest(name = "HTTP {0} is \"{1}\"")
    @CsvSource(delimiter = '|', textBlock = """
            400 | CLIENT_ERROR
            401 | CLIENT_ERROR
            404 | CLIENT_ERROR
            408 | TIMEOUT
            409 | CLIENT_ERROR
            413 | CLIENT_ERROR
            418 | CLIENT_ERROR
            421 | TRANSIENT, not executed
            422 | CLIENT_ERROR
            425 | TRANSIENT, not executed
            429 | RATE_LIMIT
            499 | CLIENT_ERROR
            500 | SERVER_ERROR
            501 | SERVER_ERROR, not retryable
            502 | SERVER_ERROR
            503 | SERVER_ERROR
            504 | SERVER_ERROR
            505 | SERVER_ERROR, not retryable
            507 | SERVER_ERROR
            508 | SERVER_ERROR, not retryable
            509 | RATE_LIMIT
            511 | SERVER_ERROR, not retryable
            522 | SERVER_ERROR
            529 | RATE_LIMIT
            599 | SERVER_ERROR
            600 | SERVER_ERROR
            99  | SERVER_ERROR
            0   | SERVER_ERROR
            -1  | SERVER_ERROR
            """)
    void httpStatus(int status, String expected) {
        assertThat(Classification.ofHttpStatus(status)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 200, 204, 206, 301, 304, 399})
    void httpStatusBelow400IsNoFailure(int status) {
        assertThat(Classification.ofHttpStatus(status).isSuccess()).isTrue();
    }

    @ParameterizedTest(name = "gRPC {0} is \"{1}\"")
    @CsvSource(delimiter = '|', textBlock = """
            1  | CLIENT_ERROR
            2  | SERVER_ERROR, not retryable
            3  | CLIENT_ERROR
            4  | TIMEOUT, not retryable
            5  | CLIENT_ERROR
            6  | CLIENT_ERROR
            7  | CLIENT_ERROR
            8  | RATE_LIMIT, not retryable
            9  | CLIENT_ERROR
            10 | TRANSIENT, not retryable
            11 | CLIENT_ERROR
            12 | CLIENT_ERROR
            13 | SERVER_ERROR, not retryable
            14 | SERVER_ERROR
            15 | SERVER_ERROR, not retryable
            16 | CLIENT_ERROR
            17 | SERVER_ERROR, not retryable
            -1 | SERVER_ERROR, not retryable
            """)
    void grpcStatus(int status, String expected) {
        assertThat(Classification.ofGrpcStatus(status)).hasToString(expected);
    }

    @Test
    void grpcOkIsNoFailure() {
        assertThat(Classification.ofGrpcStatus(0)).isSameAs(Classification.success());
        assertThat(Classification.ofGrpcStatus(0, Pushback.doNotRetry())).isSameAs(Classification.success());
        assertThat(Classification.ofGrpcStatus(0).pushback(Pushback.doNotRetry()))
                .isSameAs(Classification.success());
    }

    /** googleapis/python-genai#1875, langchain-google#945, temporalio/sdk-java#664. */
    @Test
    void exhaustedGrpcResourceIsRetriedWhenTheServerNamesADelay() {
        Pushback second = Pushback.delay(Duration.ofSeconds(1));

        assertThat(Classification.ofGrpcStatus(8, second)).hasToString("RATE_LIMIT, pushback PT1S");
        assertThat(Classification.ofGrpcStatus(8, Pushback.none())).hasToString("RATE_LIMIT, not retryable");
        assertThat(Classification.ofGrpcStatus(8, Pushback.doNotRetry()))
                .hasToString("RATE_LIMIT, not retryable, do not retry");
        assertThat(Classification.ofGrpcStatus(3, second)).hasToString("CLIENT_ERROR, pushback PT1S");
        assertThat(Classification.ofGrpcStatus(14, second)).hasToString("SERVER_ERROR, pushback PT1S");
    }

    /** RFC 9110, 15.5.14; GitHub's secondary rate limits; sindresorhus/got retries a 413 with the header alone. */
    @Test
    void aRefusalThatNamesADelayIsForNow() {
        Pushback second = Pushback.delay(Duration.ofSeconds(1));

        assertThat(Classification.ofHttpStatus(413, second)).hasToString("RATE_LIMIT, pushback PT1S");
        assertThat(Classification.ofHttpStatus(403, second)).hasToString("RATE_LIMIT, pushback PT1S");
        assertThat(Classification.ofHttpStatus(403, second).httpStatus()).isEqualTo(403);
        assertThat(Classification.ofHttpStatus(413, Pushback.none())).hasToString("CLIENT_ERROR");
        assertThat(Classification.ofHttpStatus(403, Pushback.doNotRetry())).hasToString("CLIENT_ERROR, do not retry");
        assertThat(Classification.ofHttpStatus(404, second)).hasToString("CLIENT_ERROR, pushback PT1S");
        assertThat(Classification.ofHttpStatus(501, second)).hasToString("SERVER_ERROR, not retryable, pushback PT1S");
        assertThat(Classification.ofHttpStatus(200, second)).isSameAs(Classification.success());
    }
}
