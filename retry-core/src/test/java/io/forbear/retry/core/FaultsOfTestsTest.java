package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.RetryPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultsOfTestsTest {

    private static boolean isShown(@Nullable Throwable thrown) {
        LogRecord line = new LogRecord(Level.WARNING, "a listener threw");
        line.setThrown(thrown);
        return new FaultsOfTests().isLoggable(line);
    }

    @Test
    void hidesWhatATestThrows() {
        assertThat(isShown(new IllegalStateException("of the test"))).isFalse();
        assertThat(isShown(catchThrowable(() -> Objects.requireNonNull(null)))).isFalse();
        assertThat(isShown(catchThrowable(() -> List.of().add(null)))).isFalse();
    }

    @Test
    void showsWhatTheLibraryThrows() {
        assertThat(isShown(catchThrowable(() -> RetryPolicy.builder().maxAttempts(-1))))
                .isTrue();
        assertThat(isShown(catchThrowable(() -> Retries.named(null)))).isTrue();
    }

    @Test
    void showsWhatHasNoTraceAndLinesWithoutAThrowable() {
        Throwable bare = new Throwable("of nowhere");
        bare.setStackTrace(new StackTraceElement[0]);

        assertThat(isShown(bare)).isTrue();
        assertThat(isShown(null)).isTrue();
    }

    @Test
    void isRegistered() {
        assertThat(Arrays.stream(Logger.getLogger("").getHandlers()))
                .isNotEmpty()
                .allSatisfy(handler -> assertThat(handler.getFilter()).isInstanceOf(FaultsOfTests.class));
    }
}
