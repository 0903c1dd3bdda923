package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.client.builder.SdkClientBuilder;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ListQueuesResponse;

/** What the published cases of resolution do not have: messages, and the size of the pool. */
@Timeout(120)
class AwsRetryConfigManagerTest {

    private static AwsRetryConfigManager.Builder with(Map<String, String> environment) {
        return AwsRetryConfigManager.builder().environment(environment::get).profileFile(() -> ProfileFile.aggregator()
                .build());
    }

    @Test
    void messagesNameSettingValueAndRule() {
        assertThatThrownBy(() -> with(Map.of("AWS_RETRY_MODE", "fast")).build())
                .hasMessage("retry mode: \"fast\" (expected: legacy, standard or adaptive)");
        assertThatThrownBy(() -> with(Map.of("AWS_MAX_ATTEMPTS", "many")).build())
                .isInstanceOf(NumberFormatException.class)
                .hasMessage("aws.maxAttempts, AWS_MAX_ATTEMPTS or max_attempts: \"many\" (expected: a number from 1)");
        assertThatThrownBy(() -> with(Map.of("AWS_MAX_ATTEMPTS", "0")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("aws.maxAttempts, AWS_MAX_ATTEMPTS or max_attempts: 0 (expected: >= 1)");
        assertThatThrownBy(() -> AwsRetryConfigManager.builder().maxConnections(0))
                .hasMessage("maxConnections: 0 (expected: >= 1)");
    }

    @Test
    void whatIsSetHereGoesBeforeAllOtherSources() {
        AwsRetryConfigManager config = with(Map.of("AWS_RETRY_MODE", "legacy", "AWS_MAX_ATTEMPTS", "9"))
                .mode(AwsRetryMode.ADAPTIVE)
                .maxAttempts(2)
                .build();

        assertThat(config.mode()).isEqualTo(AwsRetryMode.ADAPTIVE);
        assertThat(config.maxAttempts()).contains(2);
        assertThat(config).hasToString("AwsRetryConfigManager(ADAPTIVE, max attempts 2, max connections by client)");
    }

    @Test
    void theRetriesAreNamedLikeTheClient() {
        assertThat(with(Map.of()).build().retriesFor("kinesis").retry().name()).isEqualTo("kinesis");
        assertThat(ServiceNames.of(SqsClient.builder())).isEqualTo("sqs");
        assertThat(ServiceNames.of("text")).isEqualTo("aws");
    }

    @Test
    void theRulesOf2026AreSwitchedByTheEnvironmentToo() {
        assertThat(with(Map.of("AWS_NEW_RETRIES_2026", "TRUE")).build().isRules2026())
                .isTrue();
        assertThat(with(Map.of("AWS_NEW_RETRIES_2026", "false")).build().isRules2026())
                .isFalse();
        assertThatThrownBy(() -> with(Map.of("AWS_NEW_RETRIES_2026", "yes")).build())
                .hasMessageContaining("(expected: true or false)");
    }

    // ---- the pool

    private static Clients.Installer installer(AwsRetryConfigManager config) {
        return new Clients.Installer() {
            @Override
            public <B extends SdkClientBuilder<B, C>, C> B on(B builder) {
                return config.configure(builder);
            }
        };
    }

    /** Answers once as many requests are there as the pool has connections, and counts the most at a time. */
    private static final class Crowd {
        final AtomicInteger now = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final CountDownLatch expected;

        Crowd(int connections) {
            expected = new CountDownLatch(connections);
        }

        Answer answer() {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            expected.countDown();
            try {
                if (!expected.await(60, TimeUnit.SECONDS)) {
                    return Answer.error("sqs", 400, "TooFew", Map.of());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                now.decrementAndGet();
            }
            return Answer.ok("sqs");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aSynchronousClientHasAsManyConnections(int connections) throws Exception {
        Crowd crowd = new Crowd(connections);
        AwsRetryConfigManager config =
                with(Map.of()).maxConnections(connections).build();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (Loopback server = Loopback.start(number -> crowd.answer());
                SqsClient sqs = Clients.client(SqsClient.builder(), installer(config), server.uri())) {
            List<Future<ListQueuesResponse>> calls = Stream.generate(() -> threads.submit(() -> sqs.listQueues()))
                    .limit(6)
                    .toList();
            for (Future<ListQueuesResponse> call : calls) {
                call.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(crowd.most.get()).isEqualTo(connections);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anAsynchronousClientHasAsManyConnections(int connections) {
        Crowd crowd = new Crowd(connections);
        AwsRetryConfigManager config =
                with(Map.of()).maxConnections(connections).build();
        try (Loopback server = Loopback.start(number -> crowd.answer());
                SqsAsyncClient sqs = Clients.client(SqsAsyncClient.builder(), installer(config), server.uri())) {

            Stream.generate(sqs::listQueues).limit(6).toList().forEach(call -> assertThat(call.join())
                    .isNotNull());
        }

        assertThat(crowd.most.get()).isEqualTo(connections);
    }
}
