package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("serial")
class ErrorClassifierBuilderTest {

    private static class ApiException extends Exception {
        final int status;
        final @Nullable String retryAfter;

        ApiException(int status, @Nullable String retryAfter) {
            this.status = status;
            this.retryAfter = retryAfter;
        }

        Pushback pushback() {
            return Pushback.retryAfter(retryAfter);
        }
    }

    private static final class QuotaException extends ApiException {
        QuotaException(int status) {
            super(status, null);
        }
    }

    private final ErrorClassifier.Builder builder = ErrorClassifier.builder();

    private @Nullable Classification classify(Throwable failure) {
        return builder.build().classify(failure);
    }

    @Test
    void nothingIsSaidOfATypeWithoutARule() {
        builder.on(ApiException.class, RATE_LIMIT);

        assertThat(classify(new IOException())).isNull();
        assertThat(ErrorClassifier.builder().build().classify(new IOException()))
                .isNull();
    }

    @Test
    void ruleHoldsForSubtypes() {
        builder.on(ApiException.class, RATE_LIMIT);

        assertThat(classify(new QuotaException(1))).isSameAs(Classification.of(RATE_LIMIT));
    }

    @Test
    void nearestTypeWinsInWhateverOrderTheRulesAreGiven() {
        builder.on(QuotaException.class, RATE_LIMIT)
                .on(Throwable.class, TRANSIENT)
                .on(ApiException.class, TIMEOUT);

        assertThat(classify(new QuotaException(1))).isEqualTo(Classification.of(RATE_LIMIT));
        assertThat(classify(new ApiException(1, null))).isEqualTo(Classification.of(TIMEOUT));
        assertThat(classify(new IOException())).isEqualTo(Classification.of(TRANSIENT));
    }

    @Test
    void laterRuleForTheSameTypeReplacesTheEarlier() {
        builder.httpStatus(ApiException.class, e -> e.status).on(ApiException.class, NETWORK_ERROR);

        assertThat(classify(new ApiException(429, null))).isEqualTo(Classification.of(NETWORK_ERROR));
    }

    @Test
    void ruleThatHasNothingToSayLeavesTheExceptionToItsSupertypes() {
        builder.on(QuotaException.class, e -> e.status == 1 ? Classification.of(RATE_LIMIT) : null)
                .on(ApiException.class, SERVER_ERROR);

        assertThat(classify(new QuotaException(1))).isEqualTo(Classification.of(RATE_LIMIT));
        assertThat(classify(new QuotaException(2))).isEqualTo(Classification.of(SERVER_ERROR));
    }

    @Test
    void httpStatusIsRead() {
        builder.httpStatus(ApiException.class, e -> e.status);

        assertThat(classify(new ApiException(429, null))).isEqualTo(Classification.of(RATE_LIMIT));
        assertThat(classify(new ApiException(404, null))).isEqualTo(Classification.of(CLIENT_ERROR));
        assertThat(classify(new ApiException(304, null))).isNull();
        assertThat(classify(new ApiException(0, null))).isNull();
        assertThat(classify(new ApiException(-1, null))).isNull();
    }

    @Test
    void grpcStatusIsReadTogetherWithThePushback() {
        builder.grpcStatus(ApiException.class, e -> e.status).pushback(ApiException.class, ApiException::pushback);

        assertThat(classify(new ApiException(8, null))).hasToString("RATE_LIMIT, not retryable");
        assertThat(classify(new ApiException(8, "2"))).hasToString("RATE_LIMIT, pushback PT2S");
        assertThat(classify(new ApiException(0, null))).isNull();
    }

    @Test
    void causesAreLookedAtFromTheOutsideIn() {
        builder.on(ApiException.class, RATE_LIMIT).on(IOException.class, NETWORK_ERROR);
        Exception api = new ApiException(1, null);

        assertThat(classify(new RuntimeException(api))).isEqualTo(Classification.of(RATE_LIMIT));
        assertThat(classify(new IOException(api))).isEqualTo(Classification.of(NETWORK_ERROR));
    }

    @Test
    void causesCanBeLeftOut() {
        builder.on(ApiException.class, RATE_LIMIT)
                .pushback(ApiException.class, e -> Pushback.doNotRetry())
                .ignoreCauses();

        assertThat(classify(new RuntimeException(new ApiException(1, null)))).isNull();
        assertThat(classify(new ApiException(1, null))).isNotNull();
    }

    @Test
    void cyclicChainEnds() {
        RuntimeException a = new RuntimeException("a");
        a.initCause(new RuntimeException("b", a));
        builder.on(ApiException.class, RATE_LIMIT).pushback(ApiException.class, ApiException::pushback);

        assertThat(classify(a)).isNull();
    }

    @Test
    void retryOnAndNeverOnKeepTheCategoryOfTheDefaults() {
        builder.neverOn(SocketTimeoutException.class)
                .retryOn(IllegalStateException.class)
                .retryOn(UnsupportedOperationException.class);

        assertThat(classify(new SocketTimeoutException())).hasToString("TIMEOUT, not retryable");
        assertThat(classify(new IllegalStateException("HTTP 404"))).hasToString("CLIENT_ERROR, retryable");
        assertThat(classify(new UnsupportedOperationException())).hasToString("CLIENT_ERROR, retryable");
        assertThat(classify(new SocketException())).isNull();
    }

    @Test
    void pushbackIsAddedToWhatTheRulesSay() {
        builder.httpStatus(ApiException.class, e -> e.status).pushback(ApiException.class, ApiException::pushback);

        assertThat(classify(new ApiException(503, "120"))).hasToString("SERVER_ERROR, pushback PT2M");
        assertThat(classify(new ApiException(503, "junk"))).isSameAs(Classification.ofHttpStatus(503));
        assertThat(classify(new RuntimeException(new ApiException(503, "0"))))
                .hasToString("SERVER_ERROR, pushback PT0S");
    }

    @Test
    void pushbackAloneIsAddedToWhatTheDefaultsSay() {
        builder.pushback(ApiException.class, ApiException::pushback);

        assertThat(classify(new ApiException(503, "1"))).hasToString("TRANSIENT, pushback PT1S");
        assertThat(classify(new ApiException(503, null))).isNull();
    }

    @Test
    void pushbackThatARuleNamesItselfIsKept() {
        Pushback fromHeader = Pushback.delay(Duration.ofSeconds(5));
        builder.on(QuotaException.class, Classification.of(RATE_LIMIT).pushback(Duration.ofSeconds(1)))
                .on(ApiException.class, Classification.of(RATE_LIMIT).doNotRetry())
                .pushback(ApiException.class, e -> fromHeader);

        assertThat(classify(new QuotaException(1))).hasToString("RATE_LIMIT, pushback PT1S");
        assertThat(classify(new ApiException(1, null))).hasToString("RATE_LIMIT, do not retry");
    }

    @Test
    void pushbackOfTheNearestTypeThatNamesOneHolds() {
        builder.pushback(QuotaException.class, e -> e.status == 1 ? Pushback.doNotRetry() : null)
                .pushback(ApiException.class, e -> Pushback.delay(Duration.ofSeconds(3)));

        assertThat(classify(new QuotaException(1))).hasToString("TRANSIENT, do not retry");
        assertThat(classify(new QuotaException(2))).hasToString("TRANSIENT, pushback PT3S");
    }

    @Test
    void builtClassifierDoesNotChangeWithItsBuilder() {
        ErrorClassifier built = builder.on(IOException.class, TIMEOUT).build();
        builder.on(IOException.class, RATE_LIMIT);

        assertThat(built.classify(new IOException())).isEqualTo(Classification.of(TIMEOUT));
    }

    @Test
    void ruleThatThrowsIsNotHidden() {
        IllegalStateException bug = new IllegalStateException();
        builder.on(ApiException.class, e -> {
            throw bug;
        });

        assertThatThrownBy(() -> classify(new ApiException(1, null))).isSameAs(bug);
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void nullsAreNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> builder.on(null, TIMEOUT))
                .withMessage("type");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.on(IOException.class, (ErrorCategory) null))
                .withMessage("category");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.on(IOException.class, (Classification) null))
                .withMessage("classification");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.httpStatus(IOException.class, null))
                .withMessage("status");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.pushback(IOException.class, null))
                .withMessage("pushback");
    }
}
