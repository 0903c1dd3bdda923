package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A backoff and a jitter tell what they are. */
class BackoffKindTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aBackoffTellsHowItGrows() {
        assertThat(Backoff.none().kind()).isEqualTo(Backoff.Kind.FIXED);
        assertThat(Backoff.fixed(SECOND).kind()).isEqualTo(Backoff.Kind.FIXED);
        assertThat(Backoff.linear(SECOND, SECOND).kind()).isEqualTo(Backoff.Kind.LINEAR);
        assertThat(Backoff.exponential(SECOND, SECOND).multiplier(1).kind()).isEqualTo(Backoff.Kind.EXPONENTIAL);
        assertThat(Backoff.adaptive(SECOND, SECOND).kind()).isEqualTo(Backoff.Kind.ADAPTIVE);
        assertThat(Backoff.custom(attempt -> SECOND, SECOND).kind()).isEqualTo(Backoff.Kind.CUSTOM);
    }

    @Test
    void aJitterTellsItsRuleAndItsFactor() {
        assertThat(Jitter.none().kind()).isEqualTo(Jitter.Kind.NONE);
        assertThat(Jitter.full().kind()).isEqualTo(Jitter.Kind.FULL);
        assertThat(Jitter.equal().kind()).isEqualTo(Jitter.Kind.EQUAL);
        assertThat(Jitter.decorrelated().kind()).isEqualTo(Jitter.Kind.DECORRELATED);
        assertThat(Jitter.proportional(0.3).kind()).isEqualTo(Jitter.Kind.PROPORTIONAL);
        assertThat(Jitter.clamped(0.4).kind()).isEqualTo(Jitter.Kind.CLAMPED);
        assertThat(Jitter.clamped(0.4).factor()).isEqualTo(0.4);
        assertThat(Jitter.full().factor()).isZero();
    }
}
