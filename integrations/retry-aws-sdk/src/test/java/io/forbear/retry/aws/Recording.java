package io.forbear.retry.aws;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/** A strategy that notes what it is asked and what it answers, and lets the client wait for nothing. */
final class Recording implements RetryStrategy {

    private final RetryStrategy strategy;
    private final List<String> callbacks = new CopyOnWriteArrayList<>();
    private final List<Duration> delays = new CopyOnWriteArrayList<>();
    private final List<TokenAcquisitionFailedException> refusals = new CopyOnWriteArrayList<>();

    Recording(RetryStrategy strategy) {
        this.strategy = strategy;
    }

    List<String> callbacks() {
        return callbacks;
    }

    List<Duration> delays() {
        return delays;
    }

    List<TokenAcquisitionFailedException> refusals() {
        return refusals;
    }

    @Override
    public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
        callbacks.add("acquire " + request.scope());
        return strategy.acquireInitialToken(request);
    }

    @Override
    public CompletableFuture<AcquireInitialTokenResponse> acquireInitialTokenAsync(AcquireInitialTokenRequest request) {
        callbacks.add("acquire " + request.scope());
        return strategy.acquireInitialTokenAsync(request);
    }

    @Override
    public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
        callbacks.add("refresh");
        try {
            return noted(strategy.refreshRetryToken(request));
        } catch (TokenAcquisitionFailedException refused) {
            refusals.add(refused);
            throw refused;
        }
    }

    @Override
    public CompletableFuture<RefreshRetryTokenResponse> refreshRetryTokenAsync(RefreshRetryTokenRequest request) {
        callbacks.add("refresh");
        return strategy.refreshRetryTokenAsync(request).thenApply(this::noted);
    }

    private RefreshRetryTokenResponse noted(RefreshRetryTokenResponse response) {
        delays.add(response.delay());
        return RefreshRetryTokenResponse.create(response.token(), Duration.ZERO);
    }

    @Override
    public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
        callbacks.add("success");
        return strategy.recordSuccess(request);
    }

    @Override
    public int maxAttempts() {
        return strategy.maxAttempts();
    }

    @Override
    public boolean useClientDefaults() {
        return strategy.useClientDefaults();
    }

    @Override
    public Builder<?, ?> toBuilder() {
        return strategy.toBuilder();
    }

    @Override
    public void close() {
        callbacks.add("close");
        strategy.close();
    }
}
