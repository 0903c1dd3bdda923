package io.forbear.retry.benchmarks.contender;

import java.time.Duration;
import java.util.concurrent.Callable;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;
import software.amazon.awssdk.retries.internal.DefaultStandardRetryStrategy;
import software.amazon.awssdk.retries.internal.circuitbreaker.TokenBucketStore;

/**
 * The standard strategy of the AWS SDK, driven as the SDK drives it: a token before the first attempt, a new one for
 * each retry, success recorded. The SDK waits on its own, so nothing sleeps. Where calls fail its bucket of 500 tokens
 * would be empty at once; then the bucket is the largest there is and a retry costs one token.
 */
final class AwsStandard {

    private static final String SCOPE = "measured";

    private AwsStandard() {}

    static Library standard() {
        StandardRetryStrategy strategy = DefaultRetryStrategy.standardStrategyBuilder()
                .maxAttempts(3)
                .backoffStrategy(BackoffStrategy.retryImmediately())
                .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                .retryOnException(failure -> true)
                .build();
        return operation -> new Retried(strategy, operation);
    }

    static Library standardWithRoom() {
        DefaultStandardRetryStrategy.Builder builder = DefaultStandardRetryStrategy.builder();
        builder.maxAttempts(3)
                .backoffStrategy(BackoffStrategy.retryImmediately())
                .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                .retryOnException(failure -> true)
                .circuitBreakerEnabled(true)
                .tokenBucketExceptionCost(1)
                .tokenBucketStore(TokenBucketStore.builder()
                        .tokenBucketMaxCapacity(1_000_000_000)
                        .build());
        StandardRetryStrategy strategy = builder.build();
        return operation -> new Retried(strategy, operation);
    }

    private record Retried(StandardRetryStrategy strategy, Callable<Object> operation) implements Callable<Object> {

        @Override
        public Object call() throws Exception {
            RetryToken token = strategy.acquireInitialToken(AcquireInitialTokenRequest.create(SCOPE))
                    .token();
            while (true) {
                try {
                    Object answer = operation.call();
                    strategy.recordSuccess(RecordSuccessRequest.create(token));
                    return answer;
                } catch (Exception failure) {
                    token = refreshed(token, failure);
                }
            }
        }

        private RetryToken refreshed(RetryToken token, Exception failure) throws Exception {
            try {
                return strategy.refreshRetryToken(RefreshRetryTokenRequest.builder()
                                .token(token)
                                .failure(failure)
                                .suggestedDelay(Duration.ZERO)
                                .build())
                        .token();
            } catch (TokenAcquisitionFailedException refusal) {
                throw failure;
            }
        }
    }
}
