package io.forbear.retry.export;

import java.util.List;
import java.util.Map;

/**
 * Writes a policy as the retry settings of AWS services, as their APIs take them. Attempts become retries where the
 * service counts retries; times become whole seconds, rounded up; both are brought into the legal range.
 *
 * <p>All methods are pure.
 *
 * @since 0.1
 */
public final class AwsExports {

    private AwsExports() {}

    /**
     * Writes the {@code Retry} of a state of Step Functions: a list of one retrier.
     *
     * @param policy what is exported
     * @param errorEquals the names of the errors that are retried; without any, {@code States.TaskFailed}, and {@code
     *     States.Timeout} too if the policy retries time-outs
     * @return a list of one map
     * @throws IllegalArgumentException if the names are not legal; the message names the rule
     */
    public static ExportResult stepFunctions(ExportedPolicy policy, String... errorEquals) {
        return StepFunctionsExport.export(policy, List.of(errorEquals));
    }

    /**
     * Writes the {@code RetryPolicy} of a target of an EventBridge rule.
     *
     * @param policy what is exported; its deadline becomes the maximum age
     * @return a map
     */
    public static ExportResult eventBridge(ExportedPolicy policy) {
        return EventBridgeExport.retryPolicy("EventBridge", policy);
    }

    /**
     * Writes the {@code RetryPolicy} and the {@code DeadLetterConfig} of a target of an EventBridge rule.
     *
     * @param policy what is exported; its deadline becomes the maximum age
     * @param deadLetterArn the queue for what is left; a standard queue
     * @return a map with both
     * @throws IllegalArgumentException if the ARN is not that of a standard queue
     */
    public static ExportResult eventBridge(ExportedPolicy policy, String deadLetterArn) {
        return EventBridgeExport.target("EventBridge", policy, deadLetterArn);
    }

    /**
     * Writes the {@code RetryPolicy} of the target of a schedule of EventBridge Scheduler.
     *
     * @param policy what is exported; its deadline becomes the maximum age
     * @return a map
     */
    public static ExportResult scheduler(ExportedPolicy policy) {
        return EventBridgeExport.retryPolicy("EventBridge Scheduler", policy);
    }

    /**
     * Writes the {@code RetryPolicy} and the {@code DeadLetterConfig} of the target of a schedule.
     *
     * @param policy what is exported; its deadline becomes the maximum age
     * @param deadLetterArn the queue for what is left; a standard queue
     * @return a map with both
     * @throws IllegalArgumentException if the ARN is not that of a standard queue
     */
    public static ExportResult scheduler(ExportedPolicy policy, String deadLetterArn) {
        return EventBridgeExport.target("EventBridge Scheduler", policy, deadLetterArn);
    }

    /**
     * Writes the {@code FunctionEventInvokeConfig} of a Lambda function: retries of asynchronous calls.
     *
     * @param policy what is exported; its deadline becomes the maximum age
     * @return a map
     */
    public static ExportResult lambdaInvoke(ExportedPolicy policy) {
        return LambdaExport.invoke(policy);
    }

    /**
     * Writes the retry settings of an event source mapping of Lambda. They exist for streams and Kafka alone; a queue
     * has {@link #sqsRedrive} for that.
     *
     * @param policy what is exported; its deadline becomes the maximum age of a record
     * @param source where the records come from
     * @return a map; empty where the source takes none of it
     */
    public static ExportResult lambdaEventSource(ExportedPolicy policy, EventSource source) {
        return LambdaExport.eventSource(policy, source);
    }

    /**
     * Writes the {@code RedrivePolicy} of a queue of SQS. Attempts become receives.
     *
     * @param policy what is exported
     * @param deadLetterArn the queue for what is left
     * @return a map
     * @throws IllegalArgumentException if the ARN is not that of a queue
     */
    public static ExportResult sqsRedrive(ExportedPolicy policy, String deadLetterArn) {
        return SqsExport.redrive(policy, deadLetterArn);
    }

    /**
     * Writes the {@code RedrivePolicy} of a queue of SQS, and checks that both queues are of one type.
     *
     * @param policy what is exported
     * @param queueArn the queue that the policy is for
     * @param deadLetterArn the queue for what is left
     * @return a map
     * @throws IllegalArgumentException if an ARN is not that of a queue, or one queue is FIFO and the other is not
     */
    public static ExportResult sqsRedrive(ExportedPolicy policy, String queueArn, String deadLetterArn) {
        return SqsExport.redrive(policy, queueArn, deadLetterArn);
    }

    /**
     * Writes the {@code VisibilityTimeout} of a queue of SQS: the attempt timeout, the least for which a message that
     * is being handled has to stay hidden.
     *
     * @param policy what is exported
     * @return a map; empty if the policy has no attempt timeout
     */
    public static ExportResult sqsVisibility(ExportedPolicy policy) {
        return SqsExport.visibility(policy);
    }

    /**
     * Writes the {@code retryStrategy} of a job of Batch, which retries every failure.
     *
     * @param policy what is exported
     * @return a map
     */
    public static ExportResult batch(ExportedPolicy policy) {
        return BatchExport.retryStrategy(policy, List.of());
    }

    /**
     * Writes the {@code retryStrategy} of a job of Batch, which retries the listed failures and no other.
     *
     * @param policy what is exported
     * @param retryOn conditions, each with one or more of {@code onStatusReason}, {@code onReason} and {@code
     *     onExitCode}; at most four, since Batch takes five and the last one ends the job
     * @return a map
     * @throws IllegalArgumentException if a condition is wrong or there are too many
     */
    public static ExportResult batch(ExportedPolicy policy, List<Map<String, String>> retryOn) {
        return BatchExport.retryStrategy(policy, retryOn);
    }

    /**
     * Writes the {@code timeout} of a job of Batch: the attempt timeout.
     *
     * @param policy what is exported
     * @return a map; empty if the policy has no attempt timeout
     */
    public static ExportResult batchTimeout(ExportedPolicy policy) {
        return BatchExport.timeout(policy);
    }

    /**
     * Writes the timeout of an integration of a REST API of API Gateway: the attempt timeout.
     *
     * @param policy what is exported
     * @return a map; empty if the policy has no attempt timeout
     */
    public static ExportResult apiGateway(ExportedPolicy policy) {
        return ApiGatewayExport.export(policy, ApiGatewayExport.REST_MAX_MILLIS);
    }

    /**
     * Writes the timeout of an integration of an HTTP API of API Gateway: the attempt timeout.
     *
     * @param policy what is exported
     * @return a map; empty if the policy has no attempt timeout
     */
    public static ExportResult apiGatewayHttp(ExportedPolicy policy) {
        return ApiGatewayExport.export(policy, ApiGatewayExport.HTTP_MAX_MILLIS);
    }

    /**
     * Writes the settings of a client of the AWS SDK for Java 2 whose retries are the SDK's own. {@code retry-aws-sdk}
     * gives the client the whole policy in place of that.
     *
     * @param policy what is exported
     * @return a map of settings; the text is Java
     */
    public static ExportResult sdk(ExportedPolicy policy) {
        return AwsSdkExport.export(policy);
    }
}
