package io.forbear.retry.core.tuner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of a tuner. */
class RetryTunerBuilderTest {

    @ParameterizedTest
    @ValueSource(strings = {"PT0.999S", "PT1H0.001S", "PT0S", "PT-1S"})
    void aTimeBetweenLooksOutOfRangeIsRefused(String every) {
        assertThatThrownBy(() -> RetryTuner.builder().every(Duration.parse(every)))
                .hasMessage("every: " + Duration.parse(every) + " (expected: from PT1S to PT1H)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT1H"})
    void theEndsOfTheRangeAreAllowed(String every) {
        RetryTuner.Builder builder = RetryTuner.builder();

        assertThat(builder.every(Duration.parse(every)).bounds(TuningBounds.standard()))
                .isSameAs(builder);
        builder.build().close();
    }
}
