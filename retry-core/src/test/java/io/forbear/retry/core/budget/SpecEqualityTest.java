package io.forbear.retry.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Descriptions with equal settings are equal, so that a reload keeps the state of unchanged parts. */
class SpecEqualityTest {

    private static final List<Supplier<RetryBudget.Spec>> ALL = List.of(
            () -> RetryBudgets.ratio(0.1),
            () -> RetryBudgets.ratio(0.2),
            () -> RetryBudgets.ratio(0.1).minPerSecond(1),
            () -> RetryBudgets.ratio(0.1).window(Duration.ofSeconds(5)),
            () -> RetryBudgets.ratio(0.1).capacity(77),
            () -> RetryBudgets.ratio(0.1).cost(ErrorCategory.TIMEOUT, 2),
            () -> RetryBudgets.ratio(0.1).reserveForCritical(0.5),
            () -> RetryBudgets.ratio(0.1).maxSharePerCall(0.5),
            () -> RetryBudgets.earned(0.2),
            () -> RetryBudgets.earned(0.1),
            () -> RetryBudgets.earned().perFailedCall(0.01),
            () -> RetryBudgets.earned().burst(3),
            () -> RetryBudgets.earned().rescueCredit(1),
            () -> RetryBudgets.earned().timeoutCost(0),
            () -> RetryBudgets.earned().window(Duration.ofSeconds(5)),
            () -> RetryBudgets.earned().cost(ErrorCategory.TIMEOUT, 2),
            () -> RetryBudgets.earned().reserveForCritical(0.5),
            () -> RetryBudgets.earned().maxSharePerCall(0.5),
            () -> RetryBudgets.tokenBucket(10),
            () -> RetryBudgets.tokenBucket(11),
            () -> RetryBudgets.tokenBucket(10).refill(3, Duration.ofSeconds(1)),
            () -> RetryBudgets.tokenBucket(10).refill(1, Duration.ofSeconds(2)),
            () -> RetryBudgets.tokenBucket(10).initial(1),
            RetryBudgets::awsQuota,
            RetryBudgets::awsQuotaClassic,
            () -> RetryBudgets.grpcThrottle(10, 0.1),
            () -> RetryBudgets.grpcThrottle(10, 0.2),
            () -> RetryBudgets.grpcThrottle(11, 0.1),
            RetryBudgets::adaptiveThrottle,
            () -> RetryBudgets.adaptiveThrottle(3, Duration.ofSeconds(120)),
            () -> RetryBudgets.concurrencyShare(0.1, 3),
            () -> RetryBudgets.concurrencyShare(0.1, 4),
            () -> RetryBudgets.allOf(RetryBudgets.ratio(0.1), RetryBudgets.tokenBucket(10)),
            () -> RetryBudgets.allOf(RetryBudgets.tokenBucket(10), RetryBudgets.ratio(0.1)));

    @Test
    void aDescriptionIsEqualToAnotherOfTheSameSettingsAlone() {
        for (int i = 0; i < ALL.size(); i++) {
            for (int j = 0; j < ALL.size(); j++) {
                RetryBudget.Spec one = ALL.get(i).get();
                RetryBudget.Spec other = ALL.get(j).get();
                assertThat(one.equals(other)).as("%d and %d", i, j).isEqualTo(i == j);
                if (i == j) {
                    assertThat(one).hasSameHashCodeAs(other);
                }
            }
        }
    }

    @Test
    void hashesTellDescriptionsApart() {
        assertThat(ALL.stream().map(Supplier::get).map(RetryBudget.Spec::hashCode))
                .doesNotHaveDuplicates();
    }

    @Test
    void aSharedBudgetIsTheSameWhereItIsTheSameObject() {
        RetryBudget budget = RetryBudgets.create(RetryBudgets.ratio());

        assertThat(RetryBudgets.shared(budget)).isEqualTo(RetryBudgets.shared(budget));
        assertThat(RetryBudgets.shared(budget))
                .isNotEqualTo(RetryBudgets.shared(RetryBudgets.create(RetryBudgets.ratio())));
    }

    /** Fails for a new field of a description that is missing in its settings. */
    @Test
    void everyFieldIsASetting() throws Exception {
        for (Class<?> kind : List.of(
                RatioSpec.class,
                TokenBucketSpec.class,
                QuotaSpec.class,
                GrpcThrottleSpec.class,
                AdaptiveThrottleSpec.class,
                ConcurrencyShareSpec.class)) {
            int fields = 0;
            for (Field field : kind.getDeclaredFields()) {
                fields += Modifier.isStatic(field.getModifiers()) || field.isSynthetic() ? 0 : 1;
            }
            RetryBudget.Spec spec = ALL.stream()
                    .map(Supplier::get)
                    .filter(kind::isInstance)
                    .findFirst()
                    .orElseThrow();
            var settings = kind.getDeclaredMethod("settings");
            settings.setAccessible(true);
            assertThat((List<?>) settings.invoke(spec)).as(kind.getSimpleName()).hasSize(fields);
        }
    }

    /** Each kind writes these methods itself, so that no generic base class becomes a part of the API. */
    @Test
    void theKindsWithCostTermsHaveTheSameMethodsForThem() throws Exception {
        for (Class<?> kind : List.of(RatioSpec.class, TokenBucketSpec.class, QuotaSpec.class)) {
            assertThat(kind.getMethod("cost", ErrorCategory.class, double.class).getReturnType())
                    .isEqualTo(kind);
            assertThat(kind.getMethod("reserveForCritical", double.class).getReturnType())
                    .isEqualTo(kind);
            assertThat(kind.getMethod("maxSharePerCall", double.class).getReturnType())
                    .isEqualTo(kind);
        }
    }

    /** A getter would have to choose a unit. None is needed now, and one can be added later. */
    @Test
    void aDescriptionShowsNoInternalUnits() {
        for (Supplier<RetryBudget.Spec> spec : ALL) {
            assertThat(spec.get().getClass().getMethods())
                    .extracting(Method::getName)
                    .noneMatch(name -> name.endsWith("Milli") || name.endsWith("Nano") || name.endsWith("Nanos"));
        }
    }
}
