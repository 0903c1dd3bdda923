package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PolicySettingsTest {

    /** A field that is added and not copied fails here, and so does one that this test does not set. */
    @Test
    void aPolicyKeepsEverySettingOfItsBuilder() throws Exception {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(7)
                .maxAttempts(Criticality.CRITICAL, 5)
                .backoff(Backoff.none())
                .on(ErrorCategory.TIMEOUT, p -> p.maxAttempts(2))
                .retryOnStatus(409)
                .deadline(Duration.ofSeconds(3))
                .attemptTimeout(Duration.ofSeconds(1))
                .interruptOnTimeout()
                .pushback(p -> p.beyond(PushbackBeyond.CUT))
                .classifier(failure -> null)
                .classifyResult(Integer.class, Classification::ofHttpStatus)
                .onDiscard(Integer.class, result -> {})
                .throwFailedResults()
                .nonIdempotent()
                .refuseNested()
                .enabled(false)
                .build();
        PolicySettings kept = settings(policy);
        PolicySettings copied = settings(policy.toBuilder().build());
        PolicySettings defaults = settings(RetryPolicy.defaults());

        for (Field field : PolicySettings.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                assertThat(field.get(kept))
                        .as("set by this test: %s", field.getName())
                        .isNotEqualTo(field.get(defaults));
                assertThat(field.get(copied)).as(field.getName()).isEqualTo(field.get(kept));
            }
        }
    }

    private static PolicySettings settings(RetryPolicy policy) throws Exception {
        Field field = RetryPolicy.class.getDeclaredField("settings");
        field.setAccessible(true);
        return (PolicySettings) field.get(policy);
    }

    @Test
    void aPushbackPolicyKeepsWhatWasSetBefore() {
        PushbackPolicy first = RetryPolicy.defaults().pushback();

        PushbackPolicy all =
                first.max(Duration.ofSeconds(2)).beyond(PushbackBeyond.CUT).maxOverBackoff(Duration.ofSeconds(5));

        assertThat(first).hasToString("PushbackPolicy(max PT1M, beyond GIVE_UP)");
        assertThat(all).hasToString("PushbackPolicy(max PT2S, beyond CUT, over backoff PT5S)");
        assertThat(all.maxNanos()).isEqualTo(2_000_000_000L);
        assertThat(all.beyond()).isEqualTo(PushbackBeyond.CUT);
        assertThat(all.maxOverBackoffNanos()).isEqualTo(5_000_000_000L);
        assertThat(first.maxOverBackoffNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
