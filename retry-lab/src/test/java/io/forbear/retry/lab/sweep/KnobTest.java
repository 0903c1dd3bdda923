package io.forbear.retry.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnobTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            retry-budget=0%..50%/11   | 0%, 5%, 10%, 15%, 20%, 25%, 30%, 35%, 40%, 45%, 50%
            base-delay=50..400ms/3    | 50ms, 225ms, 400ms
            max-attempts=1..4/4       | 1, 2, 3, 4
            max-attempts=4..1/4       | 4, 3, 2, 1
            multiplier=1.5..2/3       | 1.5, 1.75, 2
            retry-budget=0%..10%/4    | 0%, 3.333%, 6.667%, 10%
            max-attempts=1, 2,3,5     | 1, 2, 3, 5
            circuit-breaker=on,off,on | on, off
            """)
    void aRangeIsInEqualStepsWithBothEndsAndAListIsAsItIs(String text, String values) {
        assertThat(Knob.of(text).values()).isEqualTo(List.of(values.split(", ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max-attempts",
                "=1,2",
                "max-attempts=",
                "max-attempts=3",
                "max-attempts=3,3",
                "max-attempts=1,,2",
                "base-delay=50ms..4s/3",
                "base-delay=50ms..400/3",
                "max-attempts=1..4",
                "max-attempts=1..4/1",
                "max-attempts=1..400/51",
                "retry-budget=-1%..5%/3",
                "max-attempts=1...4/2"
            })
    void whatIsNoRangeAndNoListIsRefused(String text) {
        assertThatThrownBy(() -> Knob.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text + " (expected: KEY=FROM..TO/COUNT such as retry-budget=0%..50%/11, or"
                        + " KEY=VALUE,VALUE such as max-attempts=1,2,3,5, with 2 to 50 values)");
    }

    @Test
    void theKeyIsAsItWasSpelt() {
        assertThat(Knob.of(" maxAttempts =1,2").key()).isEqualTo("maxAttempts");
    }
}
