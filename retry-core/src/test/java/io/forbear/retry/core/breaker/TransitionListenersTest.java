package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.QuietLog;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransitionListenersTest {

    private final TransitionListeners listeners = new TransitionListeners("users");
    private final List<LogRecord> written = new ArrayList<>();
    private final Logger logger = Logger.getLogger("io.forbear.retry");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            written.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listensToTheLog() throws Exception {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        aLineIsDue();
    }

    /** Other tests may have logged a fault in the last ten seconds. */
    private static void aLineIsDue() throws Exception {
        Field all = Faults.class.getDeclaredField("ALL");
        all.setAccessible(true);
        Field last = QuietLog.class.getDeclaredField("last");
        last.setAccessible(true);
        ((AtomicLong) last.get(all.get(null))).set(System.nanoTime() - TimeUnit.SECONDS.toNanos(11));
    }

    @AfterEach
    void leavesTheLogAsItWas() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void oneThatAlwaysThrowsDoesNotFillTheLog() {
        IllegalStateException fault = new IllegalStateException("of the test");
        listeners.add((from, to) -> {
            throw fault;
        });

        for (int i = 0; i < 10; i++) {
            listeners.tell(State.CLOSED, State.OPEN, null);
        }

        assertThat(written).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).startsWith("a transition listener of circuit breaker users threw");
            assertThat(line.getLevel()).isEqualTo(Level.WARNING);
            assertThat(line.getThrown()).isSameAs(fault);
        });
    }

    @Test
    void allAreToldInTheOrderInWhichTheyWereAdded() {
        List<String> told = new ArrayList<>();
        listeners.add((from, to) -> told.add("first " + from + " " + to));
        listeners.add((from, to) -> told.add("second " + from + " " + to));

        listeners.tell(State.OPEN, State.HALF_OPEN, null);

        assertThat(told).containsExactly("first OPEN HALF_OPEN", "second OPEN HALF_OPEN");
        assertThat(written).isEmpty();
    }

    @Test
    void refusesWhatIsMissing() {
        assertThatNullPointerException().isThrownBy(() -> listeners.add(null)).withMessage("listener");
    }
}
