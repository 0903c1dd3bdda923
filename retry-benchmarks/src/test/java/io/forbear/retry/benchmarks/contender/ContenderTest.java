package io.forbear.retry.benchmarks.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContenderTest {

    /**
     * {@link Contender#make} checks each but the baselines: answers at once, after one and two retries, gives up after
     * three attempts.
     */
    @ParameterizedTest
    @EnumSource
    void retriesAndAnswers(Contender contender) throws Exception {
        Script script = new Script(0);

        assertThat(contender.make().around(script).call()).isSameAs(script.answer());
    }

    @Test
    void aLibraryThatDoesNotRetryIsFoundOut() {
        assertThatThrownBy(() -> Checks.retriesTwice("direct", Baselines.direct()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("direct: gave up before attempt 2");
    }

    @Test
    void aLibraryThatRetriesTooOftenIsFoundOut() {
        Library endless = operation -> () -> {
            for (int i = 0; i < 9; i++) {
                try {
                    return operation.call();
                } catch (Script.Failure failure) {
                    // again
                }
            }
            return operation.call();
        };

        assertThatThrownBy(() -> Checks.retriesTwice("endless", endless))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("endless: made 10 attempts (expected: 3)");
    }
}
