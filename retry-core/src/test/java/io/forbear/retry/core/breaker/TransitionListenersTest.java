package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.forbear.retry.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransitionListenersTest {

    private final TransitionListeners listeners = new TransitionListeners("users");
    private final Logger logger = Logger.getLogger("io.forbear.retry.core.breaker");
    private final List<LogRecord> written = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            written.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listensToTheLog() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void leavesTheLogAsItWas() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void oneThatAlwaysThrowsIsWrittenDownLessAndLess() {
        IllegalStateException fault = new IllegalStateException("of the test");
        listeners.add((from, to) -> {
            throw fault;
        });

        for (int i = 0; i < 10; i++) {
            listeners.tell(State.CLOSED, State.OPEN);
        }

        assertThat(written)
                .extracting(LogRecord::getMessage)
                .containsExactly(
                        "circuit breaker users: a transition listener threw, 1 times so far",
                        "circuit breaker users: a transition listener threw, 2 times so far",
                        "circuit breaker users: a transition listener threw, 4 times so far",
                        "circuit breaker users: a transition listener threw, 8 times so far");
        assertThat(written).allSatisfy(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARNING);
            assertThat(line.getThrown()).isSameAs(fault);
        });
    }

    @Test
    void allAreToldInTheOrderInWhichTheyWereAdded() {
        List<String> told = new ArrayList<>();
        listeners.add((from, to) -> told.add("first " + from + " " + to));
        listeners.add((from, to) -> told.add("second " + from + " " + to));

        listeners.tell(State.OPEN, State.HALF_OPEN);

        assertThat(told).containsExactly("first OPEN HALF_OPEN", "second OPEN HALF_OPEN");
        assertThat(written).isEmpty();
    }

    @Test
    void refusesWhatIsMissing() {
        assertThatNullPointerException().isThrownBy(() -> listeners.add(null)).withMessage("listener");
    }
}
