package io.forbear.retry.aws;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.client.builder.SdkClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.elasticache.ElastiCacheClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.xray.XRayClient;

/** The real clients of the services of this module's page, over a network that a test scripts. */
final class Clients {

    static {
        System.setProperty("aws.cborEnabled", "false"); // Kinesis then speaks JSON
    }

    private static final Map<String, AttributeValue> KEY =
            Map.of("id", AttributeValue.builder().s("1").build());

    private Clients() {}

    /** Installs retries on a builder. */
    interface Installer {
        <B extends SdkClientBuilder<B, C>, C> B on(B builder);

        static Installer of(AwsRetries retries) {
            return new Installer() {
                @Override
                public <B extends SdkClientBuilder<B, C>, C> B on(B builder) {
                    return retries.applyTo(builder);
                }
            };
        }

        static Installer none() {
            return new Installer() {
                @Override
                public <B extends SdkClientBuilder<B, C>, C> B on(B builder) {
                    return builder;
                }
            };
        }

        static Installer of(RetryStrategy strategy) {
            return new Installer() {
                @Override
                public <B extends SdkClientBuilder<B, C>, C> B on(B builder) {
                    return builder.overrideConfiguration(o -> o.retryStrategy(strategy));
                }
            };
        }
    }

    /** One call of an operation. */
    interface Call {
        SdkResponse make(String operation);
    }

    static Set<String> services() {
        return CLIENTS.keySet();
    }

    /** Makes a client of a service. */
    static Call of(String service, SdkHttpClient http, Installer installer) {
        return CLIENTS.get(service).open(http, installer);
    }

    static <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
            B builder, SdkHttpClient http, Installer installer) {
        return client(builder.httpClient(http), installer, URI.create("http://localhost:1"));
    }

    static <B extends AwsClientBuilder<B, C>, C> C client(B builder, Installer installer, URI endpoint) {
        UnaryOperator<B> settings = b -> b.region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .endpointOverride(endpoint);
        return installer.on(settings.apply(builder)).build();
    }

    private interface Opener {
        Call open(SdkHttpClient http, Installer installer);
    }

    private static final Map<String, Opener> CLIENTS = new TreeMap<>(Map.ofEntries(
            Map.entry("dynamodb", (http, installer) -> dynamoDb(client(DynamoDbClient.builder(), http, installer))),
            Map.entry("kinesis", (http, installer) -> kinesis(client(KinesisClient.builder(), http, installer))),
            Map.entry("firehose", (http, installer) -> {
                FirehoseClient firehose = client(FirehoseClient.builder(), http, installer);
                return operation -> firehose.putRecord(
                        r -> r.deliveryStreamName("s").record(d -> d.data(SdkBytes.fromUtf8String("x"))));
            }),
            Map.entry(
                    "sqs",
                    (http, installer) ->
                            sqs(client(SqsClient.builder().checksumValidationEnabled(false), http, installer))),
            Map.entry("lambda", (http, installer) -> {
                LambdaClient lambda = client(LambdaClient.builder(), http, installer);
                return operation -> lambda.invoke(r -> r.functionName("f"));
            }),
            Map.entry("sfn", (http, installer) -> sfn(client(SfnClient.builder(), http, installer))),
            Map.entry("s3", (http, installer) -> s3(client(S3Client.builder().forcePathStyle(true), http, installer))),
            Map.entry("batch", (http, installer) -> {
                BatchClient batch = client(BatchClient.builder(), http, installer);
                return operation ->
                        batch.submitJob(r -> r.jobName("j").jobQueue("q").jobDefinition("d"));
            }),
            Map.entry("cloudwatch", (http, installer) -> {
                CloudWatchClient cloudWatch = client(CloudWatchClient.builder(), http, installer);
                return operation -> cloudWatch.putMetricData(r -> r.namespace("n")
                        .metricData(
                                MetricDatum.builder().metricName("m").value(1.0).build()));
            }),
            Map.entry("xray", (http, installer) -> {
                XRayClient xray = client(XRayClient.builder(), http, installer);
                return operation -> xray.putTraceSegments(r -> r.traceSegmentDocuments("{}"));
            }),
            Map.entry("elasticache", (http, installer) -> {
                ElastiCacheClient elastiCache = client(ElastiCacheClient.builder(), http, installer);
                return operation -> elastiCache.describeCacheClusters();
            }),
            Map.entry("ssm", (http, installer) -> ssm(client(SsmClient.builder(), http, installer))),
            Map.entry(
                    "eventbridge",
                    (http, installer) -> eventBridge(client(EventBridgeClient.builder(), http, installer))),
            Map.entry(
                    "secretsmanager",
                    (http, installer) -> secrets(client(SecretsManagerClient.builder(), http, installer))),
            Map.entry("apigateway", (http, installer) -> {
                ApiGatewayClient gateway = client(ApiGatewayClient.builder(), http, installer);
                return operation -> gateway.getRestApis();
            })));

    private static Call dynamoDb(DynamoDbClient client) {
        return operation -> switch (operation) {
            case "PutItem" -> client.putItem(r -> r.tableName("tab").item(KEY));
            case "TransactWriteItems" ->
                client.transactWriteItems(r -> r.transactItems(TransactWriteItem.builder()
                        .put(p -> p.tableName("tab").item(KEY))
                        .build()));
            default -> client.getItem(r -> r.tableName("tab").key(KEY));
        };
    }

    private static Call kinesis(KinesisClient client) {
        return operation -> operation.equals("GetRecords")
                ? client.getRecords(r -> r.shardIterator("i"))
                : client.putRecord(r -> r.streamName("s").partitionKey("p").data(SdkBytes.fromUtf8String("x")));
    }

    private static Call sqs(SqsClient client) {
        String queue = "http://localhost:1/1/q";
        return operation -> switch (operation) {
            case "ChangeMessageVisibility" ->
                client.changeMessageVisibility(
                        r -> r.queueUrl(queue).receiptHandle("h").visibilityTimeout(1));
            case "ReceiveMessage" -> client.receiveMessage(r -> r.queueUrl(queue));
            default -> client.sendMessage(r -> r.queueUrl(queue).messageBody("x"));
        };
    }

    private static Call sfn(SfnClient client) {
        return operation -> switch (operation) {
            case "SendTaskSuccess" ->
                client.sendTaskSuccess(r -> r.taskToken("t").output("{}"));
            case "GetActivityTask" ->
                client.getActivityTask(r -> r.activityArn("arn:aws:states:us-east-1:1:activity:a"));
            default -> client.startExecution(r -> r.stateMachineArn("arn:aws:states:us-east-1:1:stateMachine:m"));
        };
    }

    private static Call s3(S3Client client) {
        return operation -> switch (operation) {
            case "PutObject" -> client.putObject(r -> r.bucket("bucket").key("k"), RequestBody.fromString("x"));
            case "CompleteMultipartUpload" ->
                client.completeMultipartUpload(
                        r -> r.bucket("bucket").key("k").uploadId("u").multipartUpload(m -> {}));
            default ->
                client.getObject(r -> r.bucket("bucket").key("k"), ResponseTransformer.toBytes())
                        .response();
        };
    }

    private static Call ssm(SsmClient client) {
        return operation -> operation.equals("PutParameter")
                ? client.putParameter(r -> r.name("n").value("v"))
                : client.getParameter(r -> r.name("n"));
    }

    private static Call eventBridge(EventBridgeClient client) {
        return operation -> operation.equals("PutRule")
                ? client.putRule(r -> r.name("n").scheduleExpression("rate(1 day)"))
                : client.putEvents(r -> r.entries(PutEventsRequestEntry.builder()
                        .source("s")
                        .detailType("d")
                        .detail("{}")
                        .build()));
    }

    private static Call secrets(SecretsManagerClient client) {
        return operation -> operation.equals("PutSecretValue")
                ? client.putSecretValue(r -> r.secretId("s").secretString("x"))
                : client.getSecretValue(r -> r.secretId("s"));
    }
}
