package io.forbear.retry.aws;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * What services say of their own error codes, where that differs from the rules of the SDK. Sources are the service
 * models of 2026-08 and the services' pages of errors (see the page <i>AWS</i> of the guide).
 */
final class ServiceRules {

    private static final String ANY = "";
    private static final Classification PASSING =
            Classification.of(ErrorCategory.TRANSIENT).retryable();
    private static final Classification TIMED_OUT =
            Classification.of(ErrorCategory.TIMEOUT).retryable();
    private static final Classification FULL =
            Classification.of(ErrorCategory.RATE_LIMIT).retryable().notExecuted();
    private static final Classification NEVER =
            Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();

    private static final Map<String, Map<String, Classification>> RULES = rules();

    private ServiceRules() {}

    private static Map<String, Map<String, Classification>> rules() {
        Map<String, Map<String, Classification>> rules = new HashMap<>();
        // throttles of the key service that encrypts, in the spelling of each service
        put(
                rules,
                ANY,
                SdkRules.THROTTLED,
                "KMSThrottlingException",
                "KmsThrottlingException",
                "KmsThrottled",
                "KMS.ThrottlingException");
        put(rules, "dynamodb", SdkRules.THROTTLED, "LimitExceededException"); // too many table operations at a time
        put(rules, "dynamodbstreams", SdkRules.THROTTLED, "LimitExceededException"); // too many readers of a shard
        put(rules, "dynamodb", PASSING, "TransactionConflictException"); // of a write that is no transaction
        put(rules, "kinesis", SdkRules.THROTTLED, "LimitExceededException"); // too many control calls at a time
        put(rules, "elasticache", SdkRules.THROTTLED, "APICallRateForCustomerExceeded");
        put(rules, "sfn", FULL, "ExecutionLimitExceeded", "ActivityWorkerLimitExceeded"); // others must end first
        put(rules, "sfn", PASSING, "ConflictException"); // versions that are published at the same time
        // faults of the configuration of a function, answered with 502, which no attempt mends
        put(
                rules,
                "lambda",
                NEVER,
                "InvalidZipFileException",
                "InvalidRuntimeException",
                "InvalidSubnetIDException",
                "InvalidSecurityGroupIDException",
                "EC2AccessDeniedException",
                "KMSAccessDeniedException",
                "KMSDisabledException",
                "KMSInvalidStateException",
                "KMSNotFoundException");
        put(rules, "lambda", PASSING, "SnapStartNotReadyException", "CodeArtifactUserPendingException");
        put(
                rules,
                "lambda",
                TIMED_OUT,
                "EFSMountTimeoutException",
                "S3FilesMountTimeoutException",
                "SnapStartTimeoutException");
        put(rules, "s3", PASSING, "OperationAborted", "ConditionalRequestConflict");
        put(
                rules,
                "ssm",
                PASSING,
                "TooManyUpdates",
                "OpsMetadataTooManyUpdatesException",
                "ResourceDataSyncConflictException",
                "ConflictException");
        put(rules, "ssm", FULL, "AutomationExecutionLimitExceededException"); // executions that run must end first
        put(rules, "eventbridge", PASSING, "ConcurrentModificationException");
        // quotas of resources, which the rules of 2026 take for throttles
        put(rules, "secretsmanager", NEVER, "LimitExceededException");
        put(rules, "eventbridge", NEVER, "LimitExceededException");
        put(rules, "firehose", NEVER, "LimitExceededException");
        put(rules, "cloudwatch", NEVER, "LimitExceededException");
        rules.put("cloudwatchevents", rules.getOrDefault("eventbridge", Map.of())); // its older client
        return Map.copyOf(rules);
    }

    private static void put(
            Map<String, Map<String, Classification>> rules, String service, Classification found, String... codes) {
        Map<String, Classification> ofService = rules.computeIfAbsent(service, none -> new HashMap<>());
        for (String code : codes) {
            ofService.put(code, found);
        }
    }

    /**
     * Returns what a service says of a code.
     *
     * @param service its name in lower case
     * @return {@code null} where the rules of the SDK hold
     */
    static @Nullable Classification of(String service, String code, SdkServiceException failure) {
        if (code.equals("TransactionCanceledException")) {
            return TransactionReasons.classify(failure);
        }
        return ofCode(service, code);
    }

    /** Returns what a service says of a code that stands for itself, as that of an entry of a batch. */
    static @Nullable Classification ofCode(String service, String code) {
        Classification own = RULES.getOrDefault(service, Map.of()).get(code);
        return own == null ? RULES.getOrDefault(ANY, Map.of()).get(code) : own;
    }
}
