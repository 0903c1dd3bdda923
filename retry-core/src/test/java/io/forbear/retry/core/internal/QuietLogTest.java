package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuietLogTest {

    private final List<String> lines = new ArrayList<>();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final QuietLog log = new QuietLog(new Lines(), now::get);

    /** Keeps each line with what was thrown. */
    private final class Lines implements System.Logger {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            lines.add(level + " " + message + ": " + thrown.getMessage());
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            throw new AssertionError(format);
        }
    }

    private void tell(int times) {
        for (int i = 0; i < times; i++) {
            long leftOut = log.take();
            if (leftOut >= 0) {
                log.write("a listener threw", leftOut, new IllegalStateException("fault " + (i + 1)));
            }
        }
    }

    @Test
    void theFirstFaultIsALineThatSaysWhatThrew() {
        tell(1);

        assertThat(lines).containsExactly("WARNING a listener threw: fault 1");
    }

    @Test
    void thereIsOneLineInTenSecondsHoweverManyFaults() {
        tell(1_000);
        now.addAndGet(QuietLog.INTERVAL_NANOS - 1);
        tell(1);

        assertThat(lines).hasSize(1);
    }

    @Test
    void theNextLineSaysHowManyFaultsWereNotLogged() {
        tell(3);
        now.addAndGet(QuietLog.INTERVAL_NANOS);
        tell(1);
        now.addAndGet(QuietLog.INTERVAL_NANOS);
        tell(1);

        assertThat(lines)
                .containsExactly(
                        "WARNING a listener threw: fault 1",
                        "WARNING a listener threw (2 earlier faults were not logged): fault 1",
                        "WARNING a listener threw: fault 1");
    }
}
