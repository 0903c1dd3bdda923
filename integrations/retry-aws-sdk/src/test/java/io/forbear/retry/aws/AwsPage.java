package io.forbear.retry.aws;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.aws.apply.ServiceSetting;
import io.forbear.retry.aws.apply.SettingDifference;
import io.forbear.retry.aws.apply.SettingReport;
import io.forbear.retry.aws.apply.SqsSettings;
import io.forbear.retry.aws.batch.SqsAsyncBatches;
import io.forbear.retry.aws.batch.SqsBatches;
import io.forbear.retry.aws.config.ParameterStoreSettings;
import io.forbear.retry.aws.config.StoredSettings;
import io.forbear.retry.aws.consumer.SqsConsumer;
import io.forbear.retry.aws.consumer.SqsEvents;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.export.ExportedPolicy;
import io.forbear.retry.redis.RedisClassifier;
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
import software.amazon.awssdk.services.ssm.SsmClient;

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

    static CompletableFuture<BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry>> asyncBatch(
            SqsAsyncClient sqs, Retry retry, String queue, List<SendMessageBatchRequestEntry> entries) {
        // asyncBatch begins
        CompletableFuture<BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry>> sent =
                SqsAsyncBatches.of(sqs, retry).send(queue, entries);
        // asyncBatch ends
        return sent;
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

    static String apply(RetryConfig config, SqsClient sqs, String queue, String deadLetterArn) {
        // apply begins
        ExportedPolicy orders = ExportedPolicy.of(config, "orders");
        ServiceSetting redrive = SqsSettings.of(sqs).redrive(queue, orders, deadLetterArn);

        List<SettingDifference> differences = redrive.compare().changes(); // reads only
        SettingReport report = redrive.apply();
        String text = report.report();
        // apply ends
        return differences + "\n" + text;
    }

    static RetryRegistry stored(SsmClient ssm) throws InterruptedException {
        // stored begins
        StoredSettings stored = ParameterStoreSettings.of(ssm, "/shop/forbear").start();
        stored.await(Duration.ofSeconds(10));
        ConfigSources sources = ConfigSources.none().entries(stored).environment(System.getenv());
        RetryRegistry registry = RetryRegistry.builder().build(sources.read());
        registry.watch(sources);
        // stored ends
        stored.close();
        return registry;
    }

    static Retry elastiCache() {
        // elastiCache begins
        Retry sessions = Retries.named("sessions")
                .policy(RetryPolicy.builder()
                        .classifier(RedisClassifier.create())
                        .build())
                .build();
        // elastiCache ends
        return sessions;
    }

    static SQSBatchResponse function(SQSEvent event, List<String> store) {
        // function begins
        return SqsEvents.handle(event, message -> store.add(message.getBody()));
        // function ends
    }
}
