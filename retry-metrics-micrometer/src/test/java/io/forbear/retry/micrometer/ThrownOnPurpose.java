package io.forbear.retry.micrometer;

import java.util.List;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Keeps the {@link IllegalStateException}s off the console that a test throws on purpose and the library logs as it
 * should.
 */
final class ThrownOnPurpose implements BeforeAllCallback, AfterAllCallback {

    /** Kept, for the filter of a logger that nobody holds goes with it. */
    private static final List<Logger> LOGGERS = Stream.of("io.forbear.retry", "io.forbear.retry.micrometer")
            .map(Logger::getLogger)
            .toList();

    @Override
    public void beforeAll(ExtensionContext context) {
        LOGGERS.forEach(logger -> logger.setFilter(line -> !(line.getThrown() instanceof IllegalStateException)));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        LOGGERS.forEach(logger -> logger.setFilter(null));
    }
}
