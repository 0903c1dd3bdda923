package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import io.forbear.retry.Retry;
import io.forbear.retry.aws.consumer.SqsConsumer;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.ssm.SsmClient;

/** The code of the page AWS of the guide is compiled and run, and the tests that it names are there. */
class AwsPageTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "guide", "aws.md");
    private static final Path TESTS = Path.of("src", "test", "java", "io", "forbear", "retry", "aws");
    private static final Path REDIS =
            Path.of("..", "retry-redis", "src", "test", "java", "io", "forbear", "retry", "redis");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java$(.*?)^```$");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+Test)(?:\\.([a-z][A-Za-z0-9]+))?`");

    private static String words(String code) {
        return code.replaceAll("(?m)(^|\\s)//.*$", "").replaceAll("\\s+", "");
    }

    @Test
    void everyBlockOfJavaIsAPieceOfTheProgram() throws IOException {
        String program = words(Files.readString(TESTS.resolve("AwsPage.java")));
        Matcher block = BLOCK.matcher(Files.readString(PAGE));
        int blocks = 0;

        while (block.find()) {
            blocks++;
            assertThat(program).contains(words(block.group(1)));
        }

        assertThat(blocks).isEqualTo(13);
    }

    @Test
    void everyTestThatThePageNamesIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        Matcher named = TEST.matcher(Files.readString(PAGE));
        while (named.find()) {
            Path file = Stream.concat(
                            Stream.of("", "apply", "batch", "config", "consumer")
                                    .map(TESTS::resolve),
                            Stream.of(REDIS))
                    .map(folder -> folder.resolve(named.group(1) + ".java"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElse(null);
            if (file == null
                    || named.group(2) != null && !Files.readString(file).contains(" " + named.group(2) + "(")) {
                missing.add(named.group());
            }
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void thePageHasARowForEachService() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(Stream.of(
                        "SQS",
                        "Kinesis",
                        "Lambda",
                        "Step Functions",
                        "DynamoDB",
                        "S3",
                        "Batch",
                        "EventBridge",
                        "CloudWatch",
                        "X-Ray",
                        "ElastiCache",
                        "Systems Manager",
                        "Secrets Manager",
                        "API Gateway",
                        "AWS SDK"))
                .allSatisfy(service -> assertThat(page).contains("\n| " + service + " |"));
    }

    private static <B extends AwsClientBuilder<B, C>, C> B at(B builder, URI endpoint) {
        return builder.region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .endpointOverride(endpoint);
    }

    @Test
    void theProgramRuns() throws Exception {
        String sent = "{\"MessageId\":\"1\",\"MD5OfMessageBody\":\"5d41402abc4b2a76b9719d911017c592\"}";
        try (Loopback server = Loopback.start(number -> number == 2
                        ? Answer.error("sqs", 500, "InternalError", Map.of())
                        : Answer.ok("sqs").body(sent));
                SqsClient mode = AwsPage.mode(at(SqsClient.builder(), server.uri()));
                SqsClient guarded = AwsPage.guarded(at(SqsClient.builder(), server.uri()));
                CloudWatchClient byOperation = AwsPage.byOperation(
                        Retries.named("cloudwatch").build(), at(CloudWatchClient.builder(), server.uri()));
                DynamoDbClient config = AwsPage.config(
                        at(SqsClient.builder(), server.uri()), at(DynamoDbClient.builder(), server.uri()))) {
            String queue = server.uri() + "/1/q";
            AwsPage.options(mode, queue);
            AwsPage.options(guarded, queue);
            assertThat(byOperation.serviceName()).isEqualTo("monitoring");
            config.listTables();
            assertThat(AwsPage.around(at(SqsAsyncClient.builder(), server.uri()), queue)
                            .get(60, TimeUnit.SECONDS)
                            .messageId())
                    .isEqualTo("1");

            assertThat(server.attempts())
                    .containsExactly(
                            "attempt=1; max=3",
                            "attempt=1; max=3",
                            "attempt=2; max=3",
                            "attempt=1; max=5",
                            "attempt=1; max=1");
        }
    }

    @Test
    void thePolicyIsAppliedAndTheSettingsAreRead() throws InterruptedException {
        try (ElasticQueue queues = ElasticQueue.start();
                StubServer store = StubServer.start(request -> Answer.json("{\"Parameters\":[{\"Type\":\"String\","
                        + "\"Name\":\"/shop/forbear/max-attempts\",\"Value\":\"7\",\"Version\":3}]}"));
                RetryRegistry registry = AwsPage.stored(store.client(SsmClient.builder()));
                Retry sessions = AwsPage.elastiCache()) {
            String dead = "arn:aws:sqs:elasticmq:000000000000:dead";
            queues.queue("dead");

            String told = AwsPage.apply(
                    RetryConfig.of(Map.of("service.orders.max-attempts", "5")),
                    queues.client(),
                    queues.queue("orders"),
                    dead);

            assertThat(told)
                    .contains("RedrivePolicy.maxReceiveCount: nothing (expected: 5)")
                    .contains("written  RedrivePolicy.maxReceiveCount: nothing became 5")
                    .contains("dropped  ");
            assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(7);
            assertThat(sessions.policy().maxAttempts()).isPositive();
        }
    }

    @Test
    void theBatchesTheConsumerAndTheFunctionRun() throws Exception {
        List<String> store = new CopyOnWriteArrayList<>();
        try (ElasticQueue queues = ElasticQueue.start();
                SqsAsyncClient async =
                        StubServer.at(SqsAsyncClient.builder(), queues.uri()).build();
                Retry retry = Retries.named("orders-consumer").build()) {
            String queue = queues.queue("orders");
            List<SendMessageBatchRequestEntry> entries = IntStream.range(0, 12)
                    .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                            .id("id" + i)
                            .messageBody("order " + i)
                            .build())
                    .toList();

            assertThat(AwsPage.batch(queues.client(), queue, entries.subList(0, 6)))
                    .isEmpty();
            assertThat(AwsPage.asyncBatch(async, retry, queue, entries.subList(6, 12))
                            .get(60, TimeUnit.SECONDS)
                            .isComplete())
                    .isTrue();
            try (SqsConsumer consumer = AwsPage.consumer(queues.client(), retry, queue, queues.queue("dead"), store)) {
                Until.until(() -> store.size() == 12 && consumer.inFlight() == 0);
            }
            assertThat(queues.size(queue)).isZero();
        }
        SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
        message.setMessageId("m");
        message.setBody("by Lambda");
        SQSEvent event = new SQSEvent();
        event.setRecords(List.of(message));

        assertThat(AwsPage.function(event, store).getBatchItemFailures()).isEmpty();
        assertThat(store).hasSize(13).contains("by Lambda", "order 11");
    }
}
