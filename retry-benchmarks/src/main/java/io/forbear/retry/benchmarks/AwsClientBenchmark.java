package io.forbear.retry.benchmarks;

import io.forbear.retry.Backoff;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.aws.AwsClassifier;
import io.forbear.retry.aws.AwsRetries;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.ErrorCategory;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/**
 * What does a strategy cost a call of a client of the AWS SDK, over a network in memory: one that succeeds at once, and
 * one that succeeds after one retry without a wait. Beside ours, the strategy of the SDK and none.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class AwsClientBenchmark {

    private static final Map<String, AttributeValue> KEY = Map.of("id", AttributeValue.fromS("1"));

    /** Whose strategy the client has. */
    public enum Strategy {
        /** None: one attempt. */
        none,
        /** The standard strategy of the SDK. */
        sdkStandard,
        /** The strategy alone, by the rules of the SDK's standard mode. */
        strategyAlone,
        /** {@code applyTo}: strategy and interceptor. */
        applied
    }

    /** Answers with an error first, if it is told to, and with an item then. */
    private static final class Memory implements SdkHttpClient {

        private final boolean failsFirst;
        private boolean failed;

        private Memory(boolean failsFirst) {
            this.failsFirst = failsFirst;
        }

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() {
                    failed = failsFirst && !failed;
                    return failed
                            ? answer(500, "{\"__type\":\"com.amazonaws.dynamodb#InternalServerError\"}")
                            : answer(200, "{}");
                }

                @Override
                public void abort() {}
            };
        }

        private static HttpExecuteResponse answer(int status, String body) {
            return HttpExecuteResponse.builder()
                    .response(SdkHttpResponse.builder().statusCode(status).build())
                    .responseBody(AbortableInputStream.create(
                            new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
                    .build();
        }

        @Override
        public void close() {}
    }

    /** A client whose calls succeed at once. */
    @State(Scope.Benchmark)
    public static class Healthy {

        /** Whose strategy the client has. */
        @Param
        public Strategy strategy;

        private DynamoDbClient client;

        /** Makes the client. */
        @Setup
        public void open() {
            client = client(strategy, new Memory(false));
        }

        /** Closes it. */
        @TearDown
        public void close() {
            client.close();
        }
    }

    /** A client whose calls succeed after one retry. */
    @State(Scope.Benchmark)
    public static class Failing {

        /** Whose strategy the client has. */
        @Param({"sdkStandard", "strategyAlone", "applied"})
        public Strategy strategy;

        private DynamoDbClient client;

        /** Makes the client. */
        @Setup
        public void open() {
            client = client(strategy, new Memory(true));
        }

        /** Closes it. */
        @TearDown
        public void close() {
            client.close();
        }
    }

    private static DynamoDbClient client(Strategy strategy, SdkHttpClient network) {
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://localhost:1"))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .httpClient(network);
        return switch (strategy) {
            case none -> with(builder, DefaultRetryStrategy.doNotRetry());
            case sdkStandard ->
                with(
                        builder,
                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .backoffStrategy(BackoffStrategy.retryImmediately())
                                .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                                .build());
            case strategyAlone -> with(builder, ours().strategy());
            case applied -> ours().applyTo(builder).build();
        };
    }

    private static DynamoDbClient with(DynamoDbClientBuilder builder, RetryStrategy strategy) {
        return builder.overrideConfiguration(o -> o.retryStrategy(strategy)).build();
    }

    /** The standard mode without its waits. */
    private static AwsRetries ours() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(3)
                .backoff(Backoff.none())
                .on(ErrorCategory.RATE_LIMIT, c -> c.backoff(Backoff.none()))
                .classifier(AwsClassifier.sdk())
                .build();
        return AwsRetries.named("bench")
                .engine((Retries.Builder engine) -> engine.policy(policy))
                .build();
    }

    /** A call that succeeds at once. */
    @Benchmark
    public GetItemResponse success(Healthy state) {
        return state.client.getItem(r -> r.tableName("tab").key(KEY));
    }

    /** A call that succeeds after one retry. */
    @Benchmark
    public GetItemResponse oneRetry(Failing state) {
        return state.client.getItem(r -> r.tableName("tab").key(KEY));
    }
}
