package io.forbear.retry.aws;

import io.forbear.retry.CallRefusedException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/** The SDK's questions, answered by the engine. Each call of a client is a {@link io.forbear.retry.RetryCall}. */
final class ForbearStrategy implements RetryStrategy {
    /*
     * What the pipeline of the SDK asks of a strategy that is not its own, tried on 2.57.8; ContractTest has a test for
     * each line.
     *
     * - recordSuccess never throws: a request that succeeded would be sent again, or a future never end.
     * - Nothing but TokenAcquisitionFailedException leaves a refresh, or the error of the service is lost. Its message
     *   is lost too, so the reason is a suppressed exception of the failure.
     * - A first attempt that is refused is an SdkClientException, which passes unchanged.
     * - Between the wait of a retry and its attempt there is no question, so the deadline and the breaker are asked
     *   before it, and the wait at the gate comes first, as in the SDK's own adaptive strategy.
     * - close() comes with every client: one strategy may serve several.
     */

    /** After an attempt that timed out, an asynchronous client aborts the next one too if that comes at once. */
    static final Duration AFTER_ASYNC_TIMEOUT = Duration.ofMillis(10);

    private final Retry retry;
    private final ErrorClassifier classifier;
    private final boolean longPolling;

    /**
     * Makes a strategy.
     *
     * @param longPolling whether a long poll that the budget refuses to repeat waits once before it fails
     */
    ForbearStrategy(Retry retry, ErrorClassifier classifier, boolean longPolling) {
        this.retry = retry;
        this.classifier = classifier;
        this.longPolling = longPolling;
    }

    // ---- the first attempt

    @Override
    public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
        CallContext context = CallContext.take(this);
        CallToken token = begin(context);
        RetryDecision gate = token.atGate();
        if (gate == null || !token.await(gate)) {
            throw refusedFirst(context, token);
        }
        return AcquireInitialTokenResponse.create(token, Duration.ZERO);
    }

    @Override
    public CompletableFuture<AcquireInitialTokenResponse> acquireInitialTokenAsync(AcquireInitialTokenRequest request) {
        CallContext context = CallContext.take(this);
        CallToken token = begin(context);
        RetryDecision gate = token.atGate();
        if (gate == null) {
            throw refusedFirst(context, token);
        }
        AcquireInitialTokenResponse response = AcquireInitialTokenResponse.create(token, Duration.ZERO);
        if (CallToken.isFree(gate)) {
            return CompletableFuture.completedFuture(response);
        }
        return token.awaitAsync(gate).thenApply(goesOn -> {
            if (!goesOn) {
                throw refusedFirst(context, token);
            }
            return response;
        });
    }

    private CallToken begin(@Nullable CallContext context) {
        Retry view = context == null ? retry : context.view();
        try {
            CallToken token = new CallToken(view.begin());
            if (context != null) {
                context.token(token);
            }
            return token;
        } catch (CallRefusedException refused) {
            throw SdkClientException.create(name(context) + refused.getMessage(), refused);
        } catch (RuntimeException broken) {
            throw SdkClientException.create(name(context) + "the retry failed: " + broken.getMessage(), broken);
        }
    }

    private SdkClientException refusedFirst(@Nullable CallContext context, CallToken token) {
        StopReason reason = token.stopReason().orElse(StopReason.CANCELLED);
        String message = name(context) + "the first attempt was not made: " + reason;
        RetryStopped why = new RetryStopped(retry.name(), reason, 0);
        return reason == StopReason.INTERRUPTED
                ? AbortedException.create(message, why)
                : SdkClientException.create(message, why);
    }

    private static String name(@Nullable CallContext context) {
        return context == null ? "" : context.name() + ": ";
    }

    // ---- further attempts

    @Override
    public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
        Granted granted = grant(request, Duration.ZERO);
        boolean goesOn;
        try {
            goesOn = granted.token.await(granted.gate);
        } catch (Throwable broken) {
            throw broken(request, granted.token, broken);
        }
        return response(request, granted, goesOn);
    }

    @Override
    public CompletableFuture<RefreshRetryTokenResponse> refreshRetryTokenAsync(RefreshRetryTokenRequest request) {
        try {
            Granted granted = grant(request, AFTER_ASYNC_TIMEOUT);
            return granted.token.awaitAsync(granted.gate).handle((goesOn, broken) -> {
                if (broken != null) {
                    throw broken(request, granted.token, broken);
                }
                return response(request, granted, goesOn);
            });
        } catch (TokenAcquisitionFailedException refused) {
            return CompletableFuture.failedFuture(refused);
        } catch (Throwable broken) {
            return CompletableFuture.failedFuture(broken(request, null, broken));
        }
    }

    /** A retry that is granted once it has passed the gate. */
    private record Granted(CallToken token, Duration delay, RetryDecision gate) {}

    /**
     * Asks the engine for a retry.
     *
     * @throws TokenAcquisitionFailedException where there is none
     */
    private Granted grant(RefreshRetryTokenRequest request, Duration afterTimeout) {
        CallToken token = null;
        try {
            token = (CallToken) request.token();
            Throwable failure = request.failure();
            if (ClientFailures.isEndOfCall(failure)) {
                token.end(); // the caller has its answer: neither budget nor breaker hear of it
                throw new TokenAcquisitionFailedException("the call has ended for its caller", token, failure);
            }
            Classification found = classify(failure);
            RetryDecision decision = token.failed(failure, found);
            if (decision instanceof RetryDecision.Again again) {
                RetryDecision gate = token.resume();
                if (gate == null) {
                    throw refused(request, token);
                }
                return new Granted(token, atLeast(again.delay(), failure, afterTimeout), gate);
            }
            boolean waits = longPolling
                    && request.isLongPolling()
                    && decision instanceof RetryDecision.GiveUp stop
                    && stop.reason() == StopReason.BUDGET_EXHAUSTED;
            throw waits ? refusedAfterWait(request, token, found) : refused(request, token);
        } catch (TokenAcquisitionFailedException refused) {
            throw refused;
        } catch (Throwable broken) {
            throw broken(request, token, broken);
        }
    }

    private static Duration atLeast(Duration delay, Throwable failure, Duration afterTimeout) {
        return delay.compareTo(afterTimeout) < 0 && ClientFailures.isAttemptTimeout(failure) ? afterTimeout : delay;
    }

    /** A classifier that throws makes the failure one that is not retried. */
    private Classification classify(Throwable failure) {
        try {
            Classification found = classifier.classify(failure);
            if (found == null || found.isSuccess()) {
                found = retry.policy().classifier().classify(failure);
            }
            if (found != null && !found.isSuccess()) {
                return found;
            }
        } catch (Throwable broken) {
            suppress(failure, broken);
        }
        return Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();
    }

    private RefreshRetryTokenResponse response(RefreshRetryTokenRequest request, Granted granted, boolean goesOn) {
        if (!goesOn) {
            throw refused(request, granted.token);
        }
        Optional<Duration> left = granted.token.remaining();
        if (left.isPresent() && left.get().compareTo(granted.delay) <= 0) { // the gate took what the wait needs
            granted.token.end();
            RetryStopped.note(
                    request.failure(), retry.name(), StopReason.DEADLINE_EXCEEDED, granted.token.attempt() - 1);
            throw new TokenAcquisitionFailedException("the deadline", granted.token, request.failure());
        }
        return RefreshRetryTokenResponse.create(granted.token, granted.delay);
    }

    private TokenAcquisitionFailedException refused(RefreshRetryTokenRequest request, CallToken token) {
        return new TokenAcquisitionFailedException(reason(request, token), token, request.failure());
    }

    /** Once the wait of a retry before the caller hears of the failure: a loop of polls would spin otherwise. */
    private TokenAcquisitionFailedException refusedAfterWait(
            RefreshRetryTokenRequest request, CallToken token, Classification found) {
        long nanos = retry.policy()
                .backoff(found.category())
                .delayNanos(token.attempt(), -1, 1, ThreadLocalRandom.current());
        return new TokenAcquisitionFailedException(
                reason(request, token), token, request.failure(), Duration.ofNanos(nanos));
    }

    /** Returns why the call stopped, which the failure then tells its caller too. */
    private String reason(RefreshRetryTokenRequest request, CallToken token) {
        StopReason reason = token.stopReason().orElse(StopReason.CANCELLED);
        if (reason != StopReason.CANCELLED) {
            RetryStopped.note(request.failure(), retry.name(), reason, token.attempt());
        }
        return retry.name() + ": no further attempt: " + reason;
    }

    /** Whatever else goes wrong is a refusal too. */
    private static TokenAcquisitionFailedException broken(
            RefreshRetryTokenRequest request, @Nullable CallToken token, Throwable thrown) {
        Throwable fault =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (fault instanceof TokenAcquisitionFailedException refused) {
            return refused;
        }
        suppress(request.failure(), fault);
        if (token != null) {
            try {
                token.end();
            } catch (Throwable again) {
                suppress(request.failure(), again);
            }
        }
        return new TokenAcquisitionFailedException("the retry failed: " + fault, request.token(), request.failure());
    }

    private static void suppress(Throwable failure, Throwable other) {
        if (failure != other) {
            failure.addSuppressed(other);
        }
    }

    // ---- the end

    @Override
    public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
        try {
            ((CallToken) request.token()).succeeded();
        } catch (Throwable broken) { // the operation has succeeded: its caller gets the result whatever happens here
            return RecordSuccessResponse.create(request.token());
        }
        return RecordSuccessResponse.create(request.token());
    }

    @Override
    public int maxAttempts() {
        return retry.policy().maxAttempts();
    }

    /** The SDK's predicates are not added: the classifier says what is retried. */
    @Override
    public boolean useClientDefaults() {
        return false;
    }

    /** The SDK asks it of its own strategies only. */
    @Override
    public Builder<?, ?> toBuilder() {
        throw new UnsupportedOperationException(
                "toBuilder: a strategy of retry \"" + retry.name() + "\" (expected: a new AwsRetries)");
    }

    /** Other clients may have this strategy too. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return "AwsRetries(" + retry.name() + ", " + classifier + ")";
    }
}
