package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryPolicy;
import io.forbear.retry.testsupport.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The published tables of AWS error codes: what ours makes of a code that a message names, of a status, of an
 * exception.
 */
class AwsTableVectorsTest {

    private static final String TOLD_BY_TEXT = "the code is in the message";

    /**
     * Codes that say what is wrong with the request or its credentials: no SDK retries them as they are.
     */
    private static final Set<String> REFUSED = Set.of(
            "AccessDeniedException",
            "ExpiredToken",
            "InvalidClientTokenId",
            "InvalidIdentityToken",
            "RequestExpired",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    /** A clock that is wrong is the SDK's to set right. */
    private static final Set<String> NOT_RETRIED_BY_OURS =
            Set.of("http 400 RequestExpired", "http 400 RequestInTheFuture");

    /**
     * Retried by ours where theirs does not: by the status, by the code, or because nothing else is known of the
     * exception.
     */
    private static final Set<String> RETRIED_BY_OURS = Set.of(
            "http 408",
            "http 425",
            "http 400 IDPCommunicationError",
            "exception ApiCallTimeoutException",
            "exception SdkClientException(no cause)",
            "exception Crc32MismatchException",
            "exception AbortedException");

    private static final Map<String, Throwable> EXCEPTIONS = Map.of(
            "SdkClientException(cause IOException)", new RuntimeException(new IOException()),
            "ApiCallAttemptTimeoutException",
                    new RuntimeException(
                            "HTTP request execution did not complete before the specified timeout configuration: 100 "
                                    + "millis"),
            "ApiCallTimeoutException",
                    new RuntimeException(
                            "Client execution did not complete before the specified timeout configuration: 100 millis"),
            "SdkClientException(no cause)", new RuntimeException("Unable to execute"),
            "Crc32MismatchException", new RuntimeException("Expected 1 as the Crc32 checksum but the actual was 2"),
            "SdkClientException(cause UnknownHostException)", new RuntimeException(new UnknownHostException("host")),
            "UncheckedIOException", new UncheckedIOException(new IOException()),
            "AbortedException", new RuntimeException("Thread was interrupted"));

    private static Stream<DynamicTest> rows(String file, int count, Consumer<String[]> check) {
        List<String[]> rows = Vectors.rows("g2_error_classification/" + file, count).stream()
                .map(line -> line.split(",", -1))
                .toList();
        return Vectors.tests(rows, AwsTableVectorsTest::id, check::accept);
    }

    private static String id(String[] row) {
        return row.length < 11
                ? row[0]
                : (row[0] + " " + row[1] + " " + row[2]).trim().replace("  ", " ");
    }

    private static boolean retried(Classification found) {
        return found.isRetryable(RetryPolicy.defaults().isRetryable(found.category()));
    }

    @TestFactory
    Stream<DynamicTest> codesInMessages() {
        return rows("aws_error_codes_by_sdk.csv", 24, row -> {
            Classification ours = ErrorClassifier.defaults().classify(new RuntimeException(row[0] + ": see the log"));
            boolean rateLimit = row[1].equals("throttling");
            assertThat(ours.category() == ErrorCategory.RATE_LIMIT)
                    .as(TOLD_BY_TEXT)
                    .isEqualTo(rateLimit);
            assertThat(ours.category() == ErrorCategory.TIMEOUT)
                    .isEqualTo(row[0].startsWith("RequestTimeout") || row[0].equals("TimeoutError"));
            assertThat(retried(ours)).isEqualTo(!REFUSED.contains(row[0]));
        });
    }

    @TestFactory
    Stream<DynamicTest> whatTheJavaSdkWasSeenToRetry() {
        return rows("java_v2_2_44_0_observed_classification.csv", 35, row -> {
            boolean theirs = row[9].equals("yes");
            Classification found = row[0].equals("http")
                    ? AwsErrorVectorsTest.byStatusAndCode(Integer.parseInt(row[1]), row[2])
                    : ErrorClassifier.defaults().classify(Objects.requireNonNull(EXCEPTIONS.get(row[2])));
            assertThat(retried(found))
                    .isEqualTo(theirs ? !NOT_RETRIED_BY_OURS.contains(id(row)) : RETRIED_BY_OURS.contains(id(row)));
            if (row[0].equals("http") && !row[2].isEmpty()) {
                assertThat(found.category() == ErrorCategory.RATE_LIMIT).isEqualTo(row[3].equals("true"));
            }
        });
    }
}
