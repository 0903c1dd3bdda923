package io.forbear.retry.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryListener;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A listener that is told in the context of a call hears what every listener hears. */
class TracingTest {

    @Test
    void handsOnEverythingThatCanBeTold() {
        assertThat(Arrays.stream(RetryListener.class.getMethods()).map(Method::getName))
                .allSatisfy(name -> assertThat(Arrays.stream(Tracing.class.getDeclaredMethods())
                                .map(Method::getName))
                        .contains(name));
    }
}
