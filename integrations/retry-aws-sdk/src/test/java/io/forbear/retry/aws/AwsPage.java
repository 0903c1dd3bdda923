package io.forbear.retry.aws;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.aws.batch.SqsBatches;
import io.forbear.retry.aws.consumer.SqsConsumer;
import io.forbear.retry.aws.consumer.SqsEvents;
import io.forbear.retry.core.Retries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClientBuilder;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClientBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** What the page AWS of the guide shows: {@link AwsPageTest} compares and runs it. */
final class AwsPage {

    private AwsPage() {}

    static SqsClient mode(SqsClientBuilder builder) {
        // mode begins
        SqsClient sqs = AwsRetries.standard().applyTo(builder).build();
        // mode ends
        return sqs;
    }

    static SqsClient guarded(SqsClientBuilder builder) {
        // guarded begins
        Retry retry = Retries.named("sqs")
                .policy(RetryPolicy.builder().deadline(Duration.ofSeconds(5)).build())
                .build();
        SqsClient sqs = AwsRetries.of(retry).applyTo(builder).build();
        // guarded ends
        return sqs;
    }

    static void options(SqsClient sqs, String queue) {
        // options begins
        sqs.sendMessage(r -> r.queueUrl(queue)
                .messageBody("hello")
                .overrideConfiguration(o -> o.putExecutionAttribute(
                        AwsRetries.CALL_OPTIONS,
                        CallOptions.defaults().deadline(Duration.ofSeconds(2)).criticality(Criticality.SHEDDABLE))));
        // options ends
    }

    static CloudWatchClient byOperation(Retry retry, CloudWatchClientBuilder builder) {
        // byOperation begins
        CloudWatchClient cloudWatch = AwsRetries.of(retry)
                .options((service, operation) -> operation.equals("PutMetricData")
                        ? CallOptions.defaults().nonIdempotent()
                        : CallOptions.defaults())
                .byOperation()
                .applyTo(builder)
                .build();
        // byOperation ends
        return cloudWatch;
    }

    static DynamoDbClient config(SqsClientBuilder sqsBuilder, DynamoDbClientBuilder dynamoDbBuilder) {
        // config begins
        AwsRetryConfigManager config =
                AwsRetryConfigManager.builder().maxAttempts(5).build();
        SqsClient sqs = config.configure(sqsBuilder).build();
        DynamoDbClient dynamoDb = config.configure(dynamoDbBuilder).build();
        // config ends
        sqs.close();
        return dynamoDb;
    }

    static CompletableFuture<SendMessageResponse> around(SqsAsyncClientBuilder builder, String queue) {
        // around begins
        SqsAsyncClient sqs = builder.overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
        Retry retry = Retries.named("sqs")
                .policy(RetryPolicy.builder()
                        .classifier(AwsClassifier.services())
                        .classifyResult(SdkResponse.class, AwsClassifier::ofResponse)
                        .build())
                .build();
        CompletableFuture<SendMessageResponse> sent =
                retry.callAsync(() -> sqs.sendMessage(r -> r.queueUrl(queue).messageBody("hello")));
        // around ends
        return sent.whenComplete((response, failure) -> sqs.close());
    }

    static List<SendMessageBatchRequestEntry> batch(
            SqsClient sqs, String queue, List<SendMessageBatchRequestEntry> entries) {
        List<SendMessageBatchRequestEntry> later = new ArrayList<>();
        // batch begins
        Retry retry = Retries.named("orders").build();
        BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> sent =
                SqsBatches.of(sqs, retry).send(queue, entries);
        later.addAll(sent.failedItems());
        // batch ends
        return later;
    }

    static SqsConsumer consumer(SqsClient sqs, Retry retry, String queue, String deadLetters, List<String> store) {
        // consumer begins
        SqsConsumer consumer = SqsConsumer.of(sqs, queue, message -> store.add(message.body()))
                .retry(retry)
                .messagePolicy(RetryPolicy.builder().maxAttempts(5).build())
                .deadLetterQueue(deadLetters)
                .start();
        // consumer ends
        return consumer;
    }

    static SQSBatchResponse function(SQSEvent event, List<String> store) {
        // function begins
        return SqsEvents.handle(event, message -> store.add(message.getBody()));
        // function ends
    }
}
