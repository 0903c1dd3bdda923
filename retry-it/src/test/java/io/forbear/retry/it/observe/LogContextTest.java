package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryListeners;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lines of the library, as a logging setup sees them that asks for the current trace. */
class LogContextTest {

    private record Line(Level level, String text, String trace) {}

    private final List<Line> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(new Line(
                    line.getLevel(),
                    new SimpleFormatter().formatMessage(line),
                    Span.current().getSpanContext().getTraceId()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final Logger logger = Logger.getLogger("io.forbear.retry");
    private final Level before = logger.getLevel();
    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
    private final Retry users = Retries.named("users")
            .policy(RetryPolicy.builder().maxAttempts(2).backoff(Backoff.none()).build())
            .withoutBudget()
            .withoutCircuitBreaker()
            .listener(OpenTelemetryRetry.builder(sdk)
                    .inContext(RetryListeners.logging())
                    .build())
            .build();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.FINE);
        logger.addHandler(handler);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
        logger.setLevel(before);
        users.close();
        sdk.close();
    }

    private void isOneLineWithinTheTraceOfItsCall() {
        String trace = exporter.getFinishedSpanItems().get(0).getTraceId();
        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.level()).isEqualTo(Level.FINE);
            assertThat(line.text()).contains("users").contains("ATTEMPTS_EXHAUSTED");
            assertThat(line.trace()).isEqualTo(trace);
        });
        assertThat(Span.current()).isEqualTo(Span.getInvalid());
    }

    @Test
    void theLineOfAStoppedCallIsWrittenWithinItsTrace() {
        assertThatThrownBy(() -> users.call(() -> {
                    throw new IOException("down");
                }))
                .hasMessage("down");

        isOneLineWithinTheTraceOfItsCall();
    }

    @Test
    void soIsThatOfAnAsynchronousCall() {
        CompletableFuture<String> call = users.callAsync(() -> CompletableFuture.failedFuture(new IOException("down")));

        assertThatThrownBy(call::join).hasRootCauseMessage("down");
        isOneLineWithinTheTraceOfItsCall();
    }
}
