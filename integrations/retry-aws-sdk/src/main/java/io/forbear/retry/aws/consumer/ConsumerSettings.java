package io.forbear.retry.aws.consumer;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** What a consumer was started with. {@link SqsConsumer.Builder} says what each setting does. */
record ConsumerSettings(
        SqsClient client,
        String queueUrl,
        RecordHandler<? super Message> handler,
        Retry retry,
        RetryPolicy messagePolicy,
        VisibilityBackoff backoff,
        Duration visibilityTimeout,
        Duration waitTime,
        Duration shutdownTimeout,
        int concurrency,
        @Nullable String deadLetterQueueUrl) {

    boolean isFifo() {
        return queueUrl.endsWith(".fifo");
    }
}
