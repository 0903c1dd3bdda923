package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryPolicyTest {

    private static final Backoff SECOND = Backoff.fixed(Duration.ofSeconds(1));

    @Test
    void defaultsAreAsDocumented() {
        RetryPolicy policy = RetryPolicy.defaults();

        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(policy.backoff())
                .isEqualTo(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(20))
                        .jitter(Jitter.equal()));
        assertThat(policy.backoff(ErrorCategory.TIMEOUT)).isEqualTo(policy.backoff());
        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT))
                .isEqualTo(Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(20))
                        .jitter(Jitter.equal()));
        assertThat(policy.maxAttempts(ErrorCategory.TIMEOUT, Criticality.SHEDDABLE))
                .isEqualTo(2);
        assertThat(policy.maxAttempts(ErrorCategory.TIMEOUT, Criticality.NORMAL))
                .isEqualTo(3);
        assertThat(policy.maxAttempts(ErrorCategory.TIMEOUT, Criticality.CRITICAL))
                .isEqualTo(3);
        assertThat(policy.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(policy.pushback().maxNanos()).isEqualTo(60_000_000_000L);
        assertThat(policy.classifier()).isSameAs(ErrorClassifier.defaults());
        assertThat(policy.resultClassifier()).isNull();
        assertThat(policy.isIdempotent()).isTrue();
        assertThat(policy.isNestedRefused()).isFalse();
        assertThat(policy.isEnabled()).isTrue();
        assertThat(policy)
                .hasToString("RetryPolicy(max attempts 3, exponential(PT0.1S × 2.0, max PT20S, jitter equal),"
                        + " deadline none)");
    }

    @ParameterizedTest
    @EnumSource
    void clientErrorAloneIsNotRetriedByDefault(ErrorCategory category) {
        assertThat(RetryPolicy.defaults().isRetryable(category)).isEqualTo(category != ErrorCategory.CLIENT_ERROR);
    }

    @Test
    void everySettingIsKept() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(7)
                .backoff(SECOND)
                .deadline(Duration.ofSeconds(3))
                .pushback(p -> p.max(Duration.ofSeconds(30)))
                .nonIdempotent()
                .refuseNested()
                .enabled(false)
                .build();

        assertThat(policy.maxAttempts()).isEqualTo(7);
        assertThat(policy.backoff()).isEqualTo(SECOND);
        assertThat(policy.deadlineNanos()).isEqualTo(3_000_000_000L);
        assertThat(policy.pushback().maxNanos()).isEqualTo(30_000_000_000L);
        assertThat(policy.isIdempotent()).isFalse();
        assertThat(policy.isNestedRefused()).isTrue();
        assertThat(policy.isEnabled()).isFalse();
        assertThat(policy)
                .asString()
                .startsWith("RetryPolicy(disabled, max attempts 7")
                .endsWith("deadline PT3S)");
    }

    @Test
    void builderFromAPolicyChangesOnlyWhatIsSet() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(5)
                .maxAttempts(Criticality.CRITICAL, 4)
                .on(ErrorCategory.TIMEOUT, p -> p.retryable(false))
                .classifyResult(String.class, s -> Classification.of(ErrorCategory.TRANSIENT))
                .deadline(Duration.ofSeconds(9))
                .build();
        RetryPolicy changed = policy.toBuilder().maxAttempts(6).build();

        assertThat(changed.maxAttempts()).isEqualTo(6);
        assertThat(changed.maxAttempts(ErrorCategory.TRANSIENT, Criticality.CRITICAL))
                .isEqualTo(4);
        assertThat(changed.isRetryable(ErrorCategory.TIMEOUT)).isFalse();
        assertThat(changed.deadlineNanos()).isEqualTo(policy.deadlineNanos());
        assertThat(changed.resultClassifier()).isNotNull();
        assertThat(changed.resultClassifier().apply("bad")).isEqualTo(Classification.of(ErrorCategory.TRANSIENT));
        assertThat(policy.maxAttempts()).isEqualTo(5);
    }

    @Test
    void builtPolicyDoesNotChangeWithItsBuilder() {
        RetryPolicy.Builder builder = RetryPolicy.builder();
        RetryPolicy policy = builder.build();
        builder.on(ErrorCategory.TIMEOUT, p -> p.retryable(false)).maxAttempts(Criticality.CRITICAL, 1);

        assertThat(policy.isRetryable(ErrorCategory.TIMEOUT)).isTrue();
        assertThat(policy.maxAttempts(ErrorCategory.TIMEOUT, Criticality.CRITICAL))
                .isEqualTo(3);
    }

    @Test
    void categoryRulesAddUpAndTheLeastNumberOfAttemptsHolds() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(4)
                .on(ErrorCategory.TIMEOUT, p -> p.maxAttempts(9))
                .on(ErrorCategory.TIMEOUT, p -> p.backoff(SECOND))
                .on(ErrorCategory.SERVER_ERROR, p -> p.maxAttempts(3))
                .on(ErrorCategory.CLIENT_ERROR, p -> p.retryable(true))
                .build();

        assertThat(policy.maxAttempts(ErrorCategory.TIMEOUT, Criticality.NORMAL))
                .isEqualTo(4);
        assertThat(policy.backoff(ErrorCategory.TIMEOUT)).isEqualTo(SECOND);
        assertThat(policy.maxAttempts(ErrorCategory.SERVER_ERROR, Criticality.NORMAL))
                .isEqualTo(3);
        assertThat(policy.maxAttempts(ErrorCategory.SERVER_ERROR, Criticality.SHEDDABLE))
                .isEqualTo(2);
        assertThat(policy.isRetryable(ErrorCategory.CLIENT_ERROR)).isTrue();
    }

    @Test
    void resetTakesBackTheDefaultsOfACategoryToo() {
        RetryPolicy policy =
                RetryPolicy.builder().reset(ErrorCategory.RATE_LIMIT).build();

        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT)).isEqualTo(policy.backoff());
    }

    @Test
    void classifierFallsBackOnTheDefaults() {
        RetryPolicy policy = RetryPolicy.builder()
                .classifier(ErrorClassifier.builder()
                        .on(IOException.class, ErrorCategory.RATE_LIMIT)
                        .build())
                .build();

        assertThat(policy.classifier().classify(new IOException()))
                .isEqualTo(Classification.of(ErrorCategory.RATE_LIMIT));
        assertThat(policy.classifier().classify(new IllegalArgumentException()))
                .isEqualTo(Classification.of(ErrorCategory.CLIENT_ERROR));
    }

    @Test
    void resultsOfOtherTypesAreSuccesses() {
        RetryPolicy policy = RetryPolicy.builder()
                .classifyResult(Integer.class, Classification::ofHttpStatus)
                .build();
        Function<@Nullable Object, @Nullable Classification> rule = policy.resultClassifier();

        assertThat(rule).isNotNull();
        assertThat(rule.apply(503)).isEqualTo(Classification.of(ErrorCategory.SERVER_ERROR));
        assertThat(rule.apply(200)).isEqualTo(Classification.success());
        assertThat(rule.apply("503")).isNull();
        assertThat(rule.apply(null)).isNull();
    }

    @Test
    void illegalSettingsAreNamed() {
        refused(() -> RetryPolicy.builder().maxAttempts(0).build(), "maxAttempts: 0 (expected: >= 1)");
        refused(
                () -> RetryPolicy.builder()
                        .maxAttempts(Criticality.CRITICAL, -1)
                        .build(),
                "maxAttempts(CRITICAL): -1 (expected: >= 1)");
        refused(
                () -> RetryPolicy.builder().on(ErrorCategory.TIMEOUT, p -> p.maxAttempts(0)),
                "maxAttempts: 0 (expected: >= 1)");
        refused(() -> RetryPolicy.builder().deadline(Duration.ZERO), "deadline: PT0S (expected: > PT0S)");
        refused(
                () -> RetryPolicy.builder().pushback(p -> p.max(Duration.ofSeconds(-1))),
                "maxPushback: PT-1S (expected: >= PT0S)");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void nullsAreNamed() {
        RetryPolicy.Builder builder = RetryPolicy.builder();
        assertThatNullPointerException().isThrownBy(() -> builder.backoff(null)).withMessage("backoff");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.classifier(null))
                .withMessage("classifier");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.on(null, p -> p))
                .withMessage("category");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.on(ErrorCategory.TIMEOUT, p -> null))
                .withMessage("change");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.deadline(null))
                .withMessage("deadline");
    }
}
