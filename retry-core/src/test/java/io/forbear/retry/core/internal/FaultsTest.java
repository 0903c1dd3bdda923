package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class FaultsTest {

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

    /** Loads the two classes a second time: other tests may have logged a fault in the last ten seconds. */
    private static final class Fresh extends ClassLoader {
        Fresh() {
            super(Faults.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            if (!name.equals(Faults.class.getName()) && !name.equals(QuietLog.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }
}
