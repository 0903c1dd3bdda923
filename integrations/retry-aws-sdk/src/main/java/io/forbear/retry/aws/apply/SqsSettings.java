package io.forbear.retry.aws.apply;

import io.forbear.retry.aws.internal.Json;
import io.forbear.retry.export.AwsExports;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportedPolicy;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The redrive policy and the visibility time-out of queues of SQS, by a policy. Thread-safe.
 *
 * @since 0.1
 */
public final class SqsSettings {

    private final SqsClient client;

    private SqsSettings(SqsClient client) {
        this.client = client;
    }

    /**
     * Sets through a client.
     *
     * @param client of the service; not closed here
     * @return the settings of its queues
     */
    public static SqsSettings of(SqsClient client) {
        return new SqsSettings(Objects.requireNonNull(client, "client"));
    }

    /**
     * Names the {@code RedrivePolicy} of a queue: {@link AwsExports#sqsRedrive(ExportedPolicy, String, String)}.
     *
     * @param queueUrl the queue
     * @param policy its attempts become receives
     * @param deadLetterArn the queue for what is left; of the same type, standard or FIFO
     * @return the setting
     */
    public ServiceSetting redrive(String queueUrl, ExportedPolicy policy, String deadLetterArn) {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(deadLetterArn, "deadLetterArn");
        return new ServiceSetting(ServiceSetting.named("queue", "queueUrl", queueUrl), () -> {
            Map<QueueAttributeName, String> attributes =
                    attributes(queueUrl, QueueAttributeName.QUEUE_ARN, QueueAttributeName.REDRIVE_POLICY);
            String queueArn = attributes.getOrDefault(QueueAttributeName.QUEUE_ARN, "");
            ExportResult export = AwsExports.sqsRedrive(policy, queueArn, deadLetterArn);
            String held = attributes.getOrDefault(QueueAttributeName.REDRIVE_POLICY, "");
            return Held.some(
                    export,
                    "RedrivePolicy",
                    held.isEmpty() ? Map.of() : Objects.requireNonNull(Json.read("RedrivePolicy", held)),
                    () -> set(queueUrl, QueueAttributeName.REDRIVE_POLICY, Json.write(export.block())));
        });
    }

    /**
     * Names the {@code VisibilityTimeout} of a queue: {@link AwsExports#sqsVisibility}. A policy without an attempt
     * timeout leaves the queue as it is.
     *
     * @param queueUrl the queue
     * @param policy its attempt timeout
     * @return the setting
     */
    public ServiceSetting visibility(String queueUrl, ExportedPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return new ServiceSetting(ServiceSetting.named("queue", "queueUrl", queueUrl), () -> {
            ExportResult export = AwsExports.sqsVisibility(policy);
            String held = attributes(queueUrl, QueueAttributeName.VISIBILITY_TIMEOUT)
                    .getOrDefault(QueueAttributeName.VISIBILITY_TIMEOUT, "");
            return Held.some(
                    export,
                    "",
                    held.isEmpty() ? Map.of() : Map.of("VisibilityTimeout", held),
                    () -> set(
                            queueUrl,
                            QueueAttributeName.VISIBILITY_TIMEOUT,
                            String.valueOf(((Map<?, ?>) export.block()).get("VisibilityTimeout"))));
        });
    }

    private Map<QueueAttributeName, String> attributes(String queueUrl, QueueAttributeName... names) {
        return client.getQueueAttributes(r -> r.queueUrl(queueUrl).attributeNames(names))
                .attributes();
    }

    private void set(String queueUrl, QueueAttributeName name, String value) {
        client.setQueueAttributes(r -> r.queueUrl(queueUrl).attributes(Map.of(name, value)));
    }
}
