package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** What the cases of the published file do not have. */
class AwsClassifierTest {

    private static final Classification FAILED_FOR_GOOD =
            Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();
    private static final Classification LOCAL = FAILED_FOR_GOOD.local();

    private static AwsServiceException answer(int status, String code, SdkHttpResponse response) {
        AwsErrorDetails details = AwsErrorDetails.builder()
                .errorCode(code)
                .sdkHttpResponse(response)
                .build();
        return AwsServiceException.builder()
                .awsErrorDetails(details)
                .statusCode(status)
                .build();
    }

    /** aws-sdk-java-v2 6914, 6936. */
    @Test
    void anAnswerWithoutDetailsOrResponseIsReadByItsStatus() {
        AwsServiceException bare = AwsServiceException.builder().statusCode(503).build();

        assertThat(AwsClassifier.services().classify(bare))
                .isEqualTo(Classification.of(ErrorCategory.SERVER_ERROR).retryable());
        assertThat(AwsClassifier.sdk().classify(answer(400, "ThrottlingException", null)))
                .isEqualTo(SdkRules.THROTTLED);
        assertThat(AwsClassifier.services().classify(answer(500, null, null)))
                .isEqualTo(Classification.of(ErrorCategory.SERVER_ERROR).retryable());
    }

    @Test
    void millisecondsGoBeforeSecondsAndBothBeforeNothing() {
        SdkHttpResponse both = SdkHttpResponse.builder()
                .putHeader("x-amz-retry-after", "1500")
                .putHeader("Retry-After", "9")
                .build();
        SdkHttpResponse unreadable = SdkHttpResponse.builder()
                .putHeader("x-amz-retry-after", "soon")
                .putHeader("Retry-After", "9")
                .build();

        assertThat(AwsClassifier.sdk().classify(answer(503, "X", both)).pushbackNanos())
                .isEqualTo(1_500_000_000L);
        assertThat(AwsClassifier.sdk().classify(answer(503, "X", unreadable)).pushbackNanos())
                .isEqualTo(9_000_000_000L);
        assertThat(AwsClassifier.sdk().classify(answer(503, "X", null)).pushbackNanos())
                .isNegative();
    }

    @Test
    void theFailureOfTheSdkIsFoundInItsWrappers() {
        Throwable wrapped = new CompletionException(new RuntimeException(answer(400, "SlowDown", null)));

        assertThat(AwsClassifier.sdk().classify(wrapped)).isEqualTo(SdkRules.THROTTLED);
        assertThat(AwsClassifier.sdk().classify(new IOException("reset"))).isNull();
    }

    @Test
    void whatEndsTheCallForItsCallerIsNotRetried() {
        assertThat(AwsClassifier.services().classify(ApiCallTimeoutException.create(100)))
                .isEqualTo(LOCAL);
        assertThat(AwsClassifier.services().classify(AbortedException.create("aborted")))
                .isEqualTo(LOCAL);
        assertThat(AwsClassifier.services()
                        .classify(SdkClientException.create("cancelled", new CancellationException())))
                .isEqualTo(LOCAL);
    }

    @Test
    void aFailureOfTheClientIsRetriedWhereTheSdkRetriesItsCause() {
        assertThat(AwsClassifier.sdk().classify(SdkClientException.create("x", new ConnectException("refused"))))
                .isEqualTo(Classification.of(ErrorCategory.NETWORK_ERROR)
                        .retryable()
                        .notExecuted());
        assertThat(AwsClassifier.sdk()
                        .classify(SdkClientException.create("x", new UncheckedIOException(new IOException("reset")))))
                .isEqualTo(Classification.of(ErrorCategory.NETWORK_ERROR).retryable());
        assertThat(AwsClassifier.sdk().classify(SdkClientException.create("Unable to load credentials")))
                .isEqualTo(LOCAL);
        assertThat(AwsClassifier.sdk()
                        .classify(SdkClientException.create("x", new IllegalStateException(new IOException("deep")))))
                .isEqualTo(LOCAL);
    }

    @ParameterizedTest
    @CsvSource({
        "None TransactionConflict, TRANSIENT, true",
        "ThrottlingError None, RATE_LIMIT, true",
        "ProvisionedThroughputExceeded TransactionConflict, RATE_LIMIT, true",
        "ConditionalCheckFailed TransactionConflict, CLIENT_ERROR, false",
        "ThrottlingError ValidationError, CLIENT_ERROR, false",
        "ItemCollectionSizeLimitExceeded, CLIENT_ERROR, false",
        "DuplicateItem, CLIENT_ERROR, false",
        "None None, CLIENT_ERROR, false"
    })
    void aCancelledTransactionGoesAgainIfNoReasonIsFinal(String codes, ErrorCategory category, boolean retried) {
        TransactionCanceledException cancelled = TransactionCanceledException.builder()
                .cancellationReasons(Arrays.stream(codes.split(" "))
                        .map(code -> CancellationReason.builder().code(code).build())
                        .toList())
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("TransactionCanceledException")
                        .build())
                .statusCode(400)
                .build();

        Classification found = AwsClassifier.services().classify(cancelled);

        assertThat(found.category()).isEqualTo(category);
        assertThat(found.isRetryable(!retried)).isEqualTo(retried);
        assertThat(AwsClassifier.sdk().classify(cancelled)).isEqualTo(FAILED_FOR_GOOD);
    }

    @Test
    void aQuotaIsNoThrottleWhereTheServiceIsKnown() {
        AwsServiceException quota = AwsServiceException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("LimitExceededException")
                        .serviceName("SecretsManager")
                        .build())
                .statusCode(400)
                .build();

        assertThat(AwsClassifier.sdk().rules2026().classify(quota)).isEqualTo(SdkRules.THROTTLED);
        assertThat(AwsClassifier.services().rules2026().classify(quota)).isEqualTo(FAILED_FOR_GOOD);
        assertThat(AwsClassifier.sdk().classify(quota)).isEqualTo(FAILED_FOR_GOOD);
    }

    private static AwsServiceException ofService(String service, int status, String code) {
        return AwsServiceException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .serviceName(service)
                        .build())
                .statusCode(status)
                .build();
    }

    /** What the service models say of codes that the published cases do not have. */
    @ParameterizedTest
    @CsvSource({
        "DynamoDb, 400, TransactionConflictException, TRANSIENT, true",
        "DynamoDB Streams, 400, LimitExceededException, RATE_LIMIT, true",
        "Lambda, 502, EC2AccessDeniedException, CLIENT_ERROR, false",
        "Lambda, 408, S3FilesMountTimeoutException, TIMEOUT, true",
        "Lambda, 408, EFSMountConnectivityException, CLIENT_ERROR, false",
        "Sfn, 400, ActivityWorkerLimitExceeded, RATE_LIMIT, true",
        "Sfn, 400, ConflictException, TRANSIENT, true",
        "Sfn, 400, StateMachineLimitExceeded, CLIENT_ERROR, false",
        "Ssm, 400, ConflictException, TRANSIENT, true",
        "Ssm, 400, OpsMetadataTooManyUpdatesException, TRANSIENT, true",
        "Ssm, 400, ResourceDataSyncConflictException, TRANSIENT, true",
        "Ssm, 400, AutomationExecutionLimitExceededException, RATE_LIMIT, true",
        "Ssm, 400, OpsItemConflictException, CLIENT_ERROR, false",
        "S3, 409, ConditionalRequestConflict, TRANSIENT, true",
        "S3, 409, BucketAlreadyExists, CLIENT_ERROR, false",
        "CloudWatchEvents, 400, ConcurrentModificationException, TRANSIENT, true",
        "Firehose, 400, ConcurrentModificationException, CLIENT_ERROR, false"
    })
    void aServiceSaysOfItsOwnCodesWhetherTheyPass(
            String service, int status, String code, ErrorCategory category, boolean retried) {
        Classification found = AwsClassifier.services().classify(ofService(service, status, code));

        assertThat(found.category()).isEqualTo(category);
        assertThat(found.isRetryable(!retried)).isEqualTo(retried);
    }

    @ParameterizedTest
    @CsvSource({
        "200, ServiceUnavailable, SERVER_ERROR",
        "200, InternalFailure, SERVER_ERROR",
        "400, InternalServerError, SERVER_ERROR",
        "400, ServiceUnavailableException, SERVER_ERROR",
        "501, SlowDown, RATE_LIMIT"
    })
    void aCodeThatTellsOfAFaultInsideTheServiceCountsUnderAnyStatus(int status, String code, ErrorCategory category) {
        Classification found = AwsClassifier.services().classify(ofService("S3", status, code));

        assertThat(found.category()).isEqualTo(category);
        assertThat(found.isRetryable(false)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.amazonaws.kinesis.v20131202#ProvisionedThroughputExceededException",
                "ProvisionedThroughputExceededException:http://internal.amazon.com/coral/com.amazonaws.kinesis/",
                "com.amazonaws.kinesis#ProvisionedThroughputExceededException:http://internal.amazon.com/#top"
            })
    void aCodeIsReadWithoutItsNamespaceAndItsAddress(String code) {
        assertThat(AwsClassifier.services().classify(ofService("Kinesis", 400, code)))
                .isEqualTo(SdkRules.THROTTLED);
        assertThat(AwsClassifier.services().ofEntry("Kinesis", code)).isEqualTo(SdkRules.THROTTLED);
        // the SDK takes them off in some protocols, and leaves them in others: XML, and CBOR
        assertThat(AwsClassifier.sdk().classify(ofService("Kinesis", 400, code)))
                .isEqualTo(FAILED_FOR_GOOD);
    }

    @Test
    void aGatewayThatThrottledHasNotPassedTheRequestOnAndAQuotaIsNotRetried() {
        Classification throttled = AwsClassifier.ofApiGateway(429, "{\"message\":\"Too Many Requests\"}");
        Classification quota = AwsClassifier.ofApiGateway(429, "{\"message\":\"Limit Exceeded\"}");

        assertThat(throttled.isNotExecuted()).isTrue();
        assertThat(quota.isRetryable(true)).isFalse();
        assertThat(AwsClassifier.ofApiGateway(200, null).isSuccess()).isTrue();
    }

    @Test
    void theCodeOfAnEntryOfABatchDecidesAlone() {
        AwsClassifier services = AwsClassifier.services();

        assertThat(services.ofEntry("kinesis", "ProvisionedThroughputExceededException")
                        .category())
                .isEqualTo(ErrorCategory.RATE_LIMIT);
        assertThat(services.ofEntry("s3", "SlowDown").isNotExecuted()).isTrue();
        assertThat(services.ofEntry("firehose", "ServiceUnavailableException").category())
                .isEqualTo(ErrorCategory.SERVER_ERROR);
        assertThat(services.ofEntry("secretsmanager", "InternalServiceError").isRetryable(false))
                .isTrue();
        assertThat(services.ofEntry("s3", "RequestTimeout").category()).isEqualTo(ErrorCategory.TIMEOUT);
        assertThat(services.ofEntry("eventbridge", "ConcurrentModificationException")
                        .category())
                .isEqualTo(ErrorCategory.TRANSIENT);
        assertThat(services.ofEntry("sqs", "NoOneKnowsThis").isRetryable(true)).isFalse();
        assertThat(services.ofEntry("xray", null).category()).isEqualTo(ErrorCategory.TRANSIENT);
        assertThat(services.ofEntry("xray", "").isRetryable(false)).isTrue();
    }

    @Test
    void theRulesOf2026HoldForAnEntryTooAndAQuotaThatIsKnownIsNone() {
        assertThat(AwsClassifier.sdk()
                        .ofEntry("kinesis", "LimitExceededException")
                        .isRetryable(true))
                .isFalse();
        assertThat(AwsClassifier.sdk()
                        .rules2026()
                        .ofEntry("kinesis", "LimitExceededException")
                        .category())
                .isEqualTo(ErrorCategory.RATE_LIMIT);
        assertThat(AwsClassifier.services()
                        .rules2026()
                        .ofEntry("eventbridge", "LimitExceededException")
                        .isRetryable(true))
                .isFalse();
        // without the services, a conflict of EventBridge is a code like any other
        assertThat(AwsClassifier.sdk()
                        .ofEntry("eventbridge", "ConcurrentModificationException")
                        .isRetryable(true))
                .isFalse();
    }
}
