package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.Pushback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The small values: options, classifications, decisions and the two exceptions. */
class ValuesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Nested
    class CallOptionsTest {

        @Test
        void defaultsSayNothing() {
            CallOptions options = CallOptions.defaults();

            assertThat(options.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
            assertThat(options.idempotentOr(true)).isTrue();
            assertThat(options.idempotentOr(false)).isFalse();
            assertThat(options.criticality()).isEqualTo(Criticality.NORMAL);
            assertThat(options.upstreamAttempt()).isEqualTo(1);
            assertThat(options)
                    .hasToString("CallOptions(deadline none, idempotent by policy, NORMAL, upstream attempt 1)");
        }

        @Test
        void everyOptionIsKeptBesideTheOthers() {
            CallOptions options = CallOptions.defaults()
                    .deadline(SECOND)
                    .nonIdempotent()
                    .criticality(Criticality.SHEDDABLE)
                    .upstreamAttempt(3);

            assertThat(options.deadlineNanos()).isEqualTo(1_000_000_000L);
            assertThat(options.idempotentOr(true)).isFalse();
            assertThat(options.idempotent().idempotentOr(false)).isTrue();
            assertThat(options.criticality()).isEqualTo(Criticality.SHEDDABLE);
            assertThat(options.upstreamAttempt()).isEqualTo(3);
            assertThat(options)
                    .hasToString("CallOptions(deadline PT1S, idempotent false, SHEDDABLE, upstream attempt 3)");
            assertThat(CallOptions.defaults().upstreamAttempt()).isEqualTo(1);
        }

        @Test
        void equalOptionsAreEqual() {
            CallOptions options = CallOptions.defaults();

            assertThat(options.deadline(SECOND))
                    .isEqualTo(CallOptions.defaults().deadline(SECOND))
                    .hasSameHashCodeAs(CallOptions.defaults().deadline(SECOND));
            assertThat(options)
                    .isNotEqualTo(options.deadline(SECOND))
                    .isNotEqualTo(options.idempotent())
                    .isNotEqualTo(options.criticality(Criticality.CRITICAL))
                    .isNotEqualTo(options.upstreamAttempt(2))
                    .isNotEqualTo("options");
        }

        @Test
        void illegalOptionsAreNamed() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CallOptions.defaults().upstreamAttempt(0))
                    .withMessage("attempt: 0 (expected: >= 1)");
        }
    }

    @Nested
    class MergedOptionsTest {

        private final CallOptions first = CallOptions.defaults()
                .deadline(Duration.ofSeconds(1))
                .nonIdempotent()
                .criticality(Criticality.CRITICAL)
                .upstreamAttempt(3);

        @Test
        void aDeadlineThatHasPassedIsNoError() {
            assertThat(CallOptions.defaults().deadline(Duration.ofMillis(-3)).deadlineNanos())
                    .isZero();
            assertThat(CallOptions.defaults().deadline(Duration.ZERO).deadlineNanos())
                    .isZero();
            assertThat(CallOptions.defaults()
                            .deadline(Duration.ofSeconds(Long.MIN_VALUE))
                            .deadlineNanos())
                    .isZero();
        }

        @Test
        void optionsThatSayNothingTakeNothingAway() {
            assertThat(first.with(CallOptions.defaults())).isEqualTo(first);
            assertThat(CallOptions.defaults().with(first)).isEqualTo(first);
        }

        @Test
        void eachOptionIsAddedToTheOthers() {
            assertThat(CallOptions.defaults()
                            .deadline(Duration.ofSeconds(1))
                            .with(CallOptions.defaults().nonIdempotent())
                            .with(CallOptions.defaults().criticality(Criticality.CRITICAL))
                            .with(CallOptions.defaults().upstreamAttempt(3)))
                    .isEqualTo(first);
        }

        @Test
        void theNearerDeadlineAndTheHigherAttemptHoldInEitherOrder() {
            CallOptions second =
                    CallOptions.defaults().deadline(Duration.ofSeconds(5)).upstreamAttempt(2);

            for (CallOptions both : List.of(first.with(second), second.with(first))) {
                assertThat(both.deadlineNanos()).isEqualTo(1_000_000_000L);
                assertThat(both.upstreamAttempt()).isEqualTo(3);
                assertThat(both.idempotentOr(true)).isFalse();
                assertThat(both.criticality()).isEqualTo(Criticality.CRITICAL);
            }
        }

        @Test
        void whatIsNotRepeatableStaysSo() {
            CallOptions once = CallOptions.defaults().notRepeatable();

            assertThat(first.isRepeatable()).isTrue();
            assertThat(once.isRepeatable()).isFalse();
            assertThat(once.with(first)).isEqualTo(first.with(once)).isNotEqualTo(first);
            assertThat(once.with(first).isRepeatable()).isFalse();
            assertThat(once.idempotent()
                            .deadline(Duration.ofSeconds(1))
                            .upstreamAttempt(2)
                            .isRepeatable())
                    .isFalse();
            assertThat(once).asString().contains("not repeatable");
        }

        @Test
        void theLaterWordOnIdempotenceAndCriticalityHolds() {
            CallOptions both = first.with(CallOptions.defaults().idempotent().criticality(Criticality.NORMAL));

            assertThat(both.idempotentOr(false)).isTrue();
            assertThat(both.criticality()).isEqualTo(Criticality.NORMAL);
        }
    }

    @Nested
    class ClassificationTest {

        private final Classification plain = Classification.of(ErrorCategory.TIMEOUT);

        @Test
        void plainOneLeavesRetryingToThePolicy() {
            assertThat(plain.category()).isEqualTo(ErrorCategory.TIMEOUT);
            assertThat(plain.isRetryable(true)).isTrue();
            assertThat(plain.isRetryable(false)).isFalse();
            assertThat(plain.isNotExecuted()).isFalse();
            assertThat(plain.isDoNotRetry()).isFalse();
            assertThat(plain.pushbackNanos()).isNegative();
            assertThat(plain).hasToString("TIMEOUT");
        }

        @Test
        void overrideHoldsWhateverThePolicySays() {
            assertThat(plain.notRetryable().isRetryable(true)).isFalse();
            assertThat(plain.retryable().isRetryable(false)).isTrue();
            assertThat(plain.notRetryable().retryable()).isSameAs(plain.retryable());
        }

        @Test
        void everyOneWithoutPushbackIsShared() {
            for (ErrorCategory category : ErrorCategory.values()) {
                Classification of = Classification.of(category);
                assertThat(of.notExecuted().notRetryable())
                        .isSameAs(of.notRetryable().notExecuted());
                assertThat(of.retryable().notExecuted().category()).isEqualTo(category);
                assertThat(of.notExecuted()).isSameAs(of.notExecuted()).isNotEqualTo(of);
                assertThat(of.pushback(Pushback.none())).isSameAs(of);
            }
        }

        @Test
        void everythingSaidIsKept() {
            Classification all = plain.pushback(SECOND).notExecuted().retryable();

            assertThat(all.pushbackNanos()).isEqualTo(1_000_000_000L);
            assertThat(all).hasToString("TIMEOUT, retryable, not executed, pushback PT1S");
            assertThat(all.doNotRetry()).hasToString("TIMEOUT, retryable, not executed, do not retry");
            assertThat(all.doNotRetry().notRetryable().isDoNotRetry()).isTrue();
            assertThat(all.pushback(Pushback.doNotRetry()).isDoNotRetry()).isTrue();
            assertThat(all.doNotRetry().pushback(Pushback.delay(SECOND)).isDoNotRetry())
                    .isFalse();
        }

        @Test
        void equalOnesAreEqual() {
            assertThat(plain.pushback(SECOND))
                    .isEqualTo(plain.pushback(Pushback.delay(SECOND)))
                    .hasSameHashCodeAs(plain.pushback(SECOND))
                    .isNotEqualTo(plain)
                    .isNotEqualTo(plain.pushback(Duration.ZERO))
                    .isNotEqualTo("TIMEOUT");
            assertThat(plain.doNotRetry()).isEqualTo(plain.doNotRetry()).isNotEqualTo(plain);
            assertThat(plain.notRetryable()).isNotEqualTo(plain.retryable());
        }

        @Test
        @SuppressWarnings({"NullAway", "DataFlowIssue"})
        void illegalOnesAreNamed() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plain.pushback(Duration.ofNanos(-1)))
                    .withMessage("delay: PT-0.000000001S (expected: >= PT0S)");
            assertThatNullPointerException()
                    .isThrownBy(() -> Classification.of(null))
                    .withMessage("category");
        }
    }

    @Nested
    class DecisionTest {

        @Test
        void retryHasADelayThatIsNotNegative() {
            assertThat(new RetryDecision.Again(Duration.ZERO).delay()).isZero();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RetryDecision.Again(Duration.ofSeconds(-1)))
                    .withMessage("delay: PT-1S (expected: >= PT0S)");
        }

        @Test
        @SuppressWarnings({"NullAway", "DataFlowIssue"})
        void giveUpHasAReason() {
            assertThat(new RetryDecision.GiveUp(StopReason.NESTED).reason()).isEqualTo(StopReason.NESTED);
            assertThatNullPointerException()
                    .isThrownBy(() -> new RetryDecision.GiveUp(null))
                    .withMessage("reason");
        }
    }

    @Nested
    class ExceptionsTest {

        @Test
        void stopNoteSaysWhyAndHasNoStackTrace() {
            RetryStopped note = new RetryStopped("users", StopReason.BUDGET_EXHAUSTED, 2);

            assertThat(note).hasMessage("users: stopped after 2 attempts: BUDGET_EXHAUSTED");
            assertThat(new RetryStopped("users", StopReason.NOT_RETRYABLE, 1))
                    .hasMessage("users: stopped after 1 attempt: NOT_RETRYABLE");
            assertThat(note.service()).isEqualTo("users");
            assertThat(note.reason()).isEqualTo(StopReason.BUDGET_EXHAUSTED);
            assertThat(note.attempts()).isEqualTo(2);
            assertThat(note.getStackTrace()).isEmpty();
            note.addSuppressed(new Exception());
            assertThat(note.getSuppressed()).isEmpty();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RetryStopped("users", StopReason.FATAL, -1))
                    .withMessage("attempts: -1 (expected: >= 0)");
        }

        @Test
        void circuitOpenSaysWhenTheNextProbeIsDue() {
            CircuitOpenException open = new CircuitOpenException("users", SECOND);

            assertThat(open).hasMessage("users: circuit open, next probe in 1000 ms");
            assertThat(open.service()).isEqualTo("users");
            assertThat(open.untilProbe()).isEqualTo(SECOND);
            assertThat(open.getStackTrace()).isEmpty();
        }
    }

    @Nested
    class ClockTest {

        @Test
        void systemClockDoesNotRunBackwards() {
            List<Long> readings = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                readings.add(NanoClock.system().nanoTime());
            }

            assertThat(readings).isSorted();
            assertThat(NanoClock.system().nanoTime())
                    .as("nanoseconds of the monotonic clock (OpenFeign/feign#224)")
                    .isBetween(readings.get(999), System.nanoTime());
            assertThat(NanoClock.system()).hasToString("NanoClock.system()");
        }
    }

    @Test
    void openAndForcedOpenBreakersRefuse() {
        for (CircuitBreaker.State state : CircuitBreaker.State.values()) {
            boolean open = state == CircuitBreaker.State.OPEN || state == CircuitBreaker.State.FORCED_OPEN;
            assertThat(state.refuses()).isEqualTo(open);
        }
    }
}
