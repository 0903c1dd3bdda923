package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRuleTest {

    @ParameterizedTest(name = "\"{0}\" is {1}")
    @CsvSource(delimiter = '|', textBlock = """
            HTTP 400 Bad Request                                   | CLIENT_ERROR
            HTTP 401                                               | CLIENT_ERROR
            HTTP 403 Forbidden                                     | CLIENT_ERROR
            http 404                                               | CLIENT_ERROR
            HTTP/1.1 404 Not Found                                 | CLIENT_ERROR
            HTTP/2 429                                             | RATE_LIMIT
            HTTP 408 Request Timeout                               | TIMEOUT
            HTTP 500                                               | SERVER_ERROR
            HTTP 502 Bad Gateway                                   | SERVER_ERROR
            HTTP 503 Service Unavailable                           | SERVER_ERROR
            HTTP 504 Gateway Timeout                               | SERVER_ERROR
            HTTP 404: rate limit page not found                    | CLIENT_ERROR
            503 Server Error: slow network                         | SERVER_ERROR
            404 Not Found from GET http://host/x                   | CLIENT_ERROR
            Server returned HTTP response code: 503 for URL: http://host/x | SERVER_ERROR
            Unexpected code Response{protocol=h2, code=404, message=} | CLIENT_ERROR
            status=422                                             | CLIENT_ERROR
            status code: 429                                       | RATE_LIMIT
            API returned 401                                       | CLIENT_ERROR
            upstream said 429                                      | RATE_LIMIT
            upstream said 503                                      | SERVER_ERROR
            Rate limit exceeded                                    | RATE_LIMIT
            RateLimitExceeded                                      | RATE_LIMIT
            rate-limited                                           | RATE_LIMIT
            ThrottlingException                                    | RATE_LIMIT
            Request was throttled                                  | RATE_LIMIT
            Quota exceeded for project                             | RATE_LIMIT
            Too Many Requests                                      | RATE_LIMIT
            Rate exceeded                                          | RATE_LIMIT
            TooManyRequestsException: request 12                   | RATE_LIMIT
            SlowDown: please reduce your request rate              | RATE_LIMIT
            RequestLimitExceeded                                   | RATE_LIMIT
            ProvisionedThroughputExceededException                 | RATE_LIMIT
            HTTP 404: LimitExceededPage                            | CLIENT_ERROR
            quota check timed out                                  | RATE_LIMIT
            Read timed out                                         | TIMEOUT
            Connection timeout after 5s                            | TIMEOUT
            TIMEOUT                                                | TIMEOUT
            DEADLINE_EXCEEDED: 2 s                                 | TIMEOUT
            timed out after 500 ms                                 | TIMEOUT
            Internal Server Error                                  | SERVER_ERROR
            Service unavailable                                    | SERVER_ERROR
            bad gateway                                            | SERVER_ERROR
            connection reset by peer                               | NETWORK_ERROR
            network unreachable                                    | NETWORK_ERROR
            Broken pipe                                            | NETWORK_ERROR
            Response status code was 500                           | SERVER_ERROR
            the status is 404                                      | CLIENT_ERROR
            Unexpected response code for CONNECT: 407              | CLIENT_ERROR
            upstream request failed with 503                       | SERVER_ERROR
            failed with 404 for host h                             | CLIENT_ERROR
            Unauthorized (401)                                     | CLIENT_ERROR
            Too Many Requests (429)                                | RATE_LIMIT
            status-code: 503                                       | SERVER_ERROR
            error-code: 429                                        | RATE_LIMIT
            upstream-status=404                                    | CLIENT_ERROR
            Connection to status:443 refused                       | NETWORK_ERROR
            method<channel.close>(reply-code=404, reply-text=NOT_FOUND) | CLIENT_ERROR
            450 4.2.1 mailbox busy                                 | TRANSIENT
            550 5.1.1 User unknown                                 | CLIENT_ERROR
            535-5.7.8 Username and Password not accepted           | CLIENT_ERROR
            {"error":{"type":"rate_limit_error"}}                  | RATE_LIMIT
            {"extensions":{"code":"THROTTLED"}}                    | RATE_LIMIT
            (#4) Application request limit reached                 | RATE_LIMIT
            420 Enhance Your Calm                                  | RATE_LIMIT
            {"error":"invalid_grant"}                              | CLIENT_ERROR
            GET https://error:503/x: connection refused            | NETWORK_ERROR
            """)
    void wordsDecide(String message, ErrorCategory expected) {
        Classification found = MessageRule.classify(message);

        assertThat(found).isEqualTo(Classification.of(expected));
    }

    @ParameterizedTest(name = "\"{0}\" says nothing")
    @ValueSource(
            strings = {
                "",
                " ",
                "Service temporarily unavailable",
                "user 404 is unknown",
                "took 500 ms",
                "read 503 bytes",
                "400 items were sent",
                "port 5000",
                "id 1503",
                "version 4.500",
                "503.5",
                "HTTP 4040",
                "HTTP 200",
                "HTTP 40",
                "HTTP",
                "code 4",
                "x503",
                "503x",
                "-503",
                "zip-code: 503",
                "order-status: 429",
                "https://error:503/x",
                "user@status:443",
                "orders?status=503 is odd",
                "orders?a=b&code=404",
                "received 404 of 1000",
                "got 404 of 500 chunks",
                "response: 450 KiB too large",
                "the status of 404 orders has changed",
                "failed with 404 rows",
                "met with 404",
                "Unpaid (404)",
                "for CONNECT: 407",
                "fixed content-length: 503, bytes received: 404",
                "{\"name\":\"Throttled\"}"
            })
    void otherTextSaysNothing(String message) {
        assertThat(MessageRule.classify(message)).isNull();
    }

    @Test
    void missingMessageSaysNothing() {
        assertThat(MessageRule.classify(null)).isNull();
        assertThat(MessageRule.isTimeout(null)).isFalse();
    }

    @Test
    void textBeyondAThousandCharactersIsNotRead() {
        String filler = "x".repeat(MessageRule.LONGEST - 9) + " ";

        assertThat(MessageRule.classify(filler + "HTTP 404")).isEqualTo(Classification.of(ErrorCategory.CLIENT_ERROR));
        assertThat(MessageRule.classify("x" + filler + "HTTP 404")).isNull();
        assertThat(MessageRule.isTimeout("x".repeat(MessageRule.LONGEST) + "timeout"))
                .isFalse();
    }

    /** A rule that looks back takes hours for ten million characters; the limit is far from what either needs. */
    @ParameterizedTest
    @ValueSource(strings = {"r", "rate limi", "http 503x ", "500 x ", "= ", "HTTP/1.", "404 ms ", "(((((", "1.1.1.1/"})
    void tenMegabytesOfNearMissesTakeNoTime(String piece) {
        String text = piece.repeat(10_000_000 / piece.length());

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> MessageRule.classify(text));
    }
}
