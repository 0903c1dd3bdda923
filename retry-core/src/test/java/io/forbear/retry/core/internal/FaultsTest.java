package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final List<String> lines = new ArrayList<>();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Faults faults = new Faults(new Lines(), now::get);

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
            faults.tell("listener", new IllegalStateException("fault " + (i + 1)));
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
        now.addAndGet(INTERVAL_NANOS - 1);
        tell(1);

        assertThat(lines).hasSize(1);
    }

    @Test
    void theNextLineSaysHowManyFaultsWereNotLogged() {
        tell(3);
        now.addAndGet(INTERVAL_NANOS);
        tell(1);
        now.addAndGet(INTERVAL_NANOS);
        tell(1);

        assertThat(lines)
                .containsExactly(
                        "WARNING a listener threw: fault 1",
                        "WARNING a listener threw (2 earlier faults were not logged): fault 1",
                        "WARNING a listener threw: fault 1");
    }

    @Test
    void theLinesAreWrittenByTheLoggerOfTheLibrary() throws Exception {
        List<String> written = new ArrayList<>();
        Logger logger = Logger.getLogger("io.forbear.retry");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                written.add(line.getLevel() + " " + line.getMessage() + ": "
                        + line.getThrown().getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Method log = new Fresh().loadClass(Faults.class.getName()).getMethod("log", String.class, Throwable.class);
        logger.addHandler(handler);
        try {
            log.invoke(null, "classifier", new IllegalStateException("fault 1"));
            log.invoke(null, "classifier", new IllegalStateException("fault 2"));
        } finally {
            logger.removeHandler(handler);
        }

        assertThat(written).containsExactly("WARNING a classifier threw: fault 1");
    }

    /** Loads the class anew, for other tests may have had a fault in the last ten seconds. */
    private static final class Fresh extends ClassLoader {
        Fresh() {
            super(Faults.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Faults.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream file = Faults.class.getResourceAsStream("Faults.class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }
}
