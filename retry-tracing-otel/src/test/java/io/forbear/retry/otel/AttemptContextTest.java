package io.forbear.retry.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CallOptions;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("try")
class AttemptContextTest {

    private static final TextMapGetter<Map<String, String>> GETTER = new TextMapGetter<>() {
        @Override
        public String get(Map<String, String> carrier, String key) {
            return carrier.get(key);
        }
    };

    private final Map<String, String> request = new HashMap<>();

    @Test
    void aFirstAttemptAddsNothing() {
        Context context = AttemptContext.with(Context.root(), 1);
        AttemptContext.inject(context, request, Map::put);
        assertThat(request).isEmpty();
        assertThat(Baggage.fromContext(context).isEmpty()).isTrue();
        assertThat(AttemptContext.attempt(context)).isEqualTo(1);
        assertThat(AttemptContext.extract(request, GETTER)).isEqualTo(1);
    }

    @Test
    void aRetryTravelsInTheHeader() {
        AttemptContext.inject(AttemptContext.with(Context.root(), 3), request, Map::put);
        assertThat(request).containsExactly(Map.entry("forbear-attempt", "3"));
        assertThat(AttemptContext.extract(request, GETTER)).isEqualTo(3);
    }

    @Test
    void aRetryTravelsAsBaggageWithThatOfTheCaller() {
        Context caller =
                Context.root().with(Baggage.builder().put("tenant", "x").build());
        W3CBaggagePropagator.getInstance().inject(AttemptContext.with(caller, 2), request, Map::put);
        Context far = W3CBaggagePropagator.getInstance().extract(Context.root(), request, GETTER);

        assertThat(Baggage.fromContext(far).getEntryValue("tenant")).isEqualTo("x");
        try (Scope ignored = far.makeCurrent()) {
            assertThat(AttemptContext.options(CallOptions.defaults()).upstreamAttempt())
                    .isEqualTo(2);
            assertThat(AttemptContext.options(CallOptions.defaults().upstreamAttempt(5))
                            .upstreamAttempt())
                    .isEqualTo(5);
        }
    }

    @Test
    void aFirstAttemptInsideAnUpstreamRetryStillSaysSo() {
        Context upstream = AttemptContext.with(Context.root(), 4);
        assertThat(AttemptContext.attempt(AttemptContext.with(upstream, 1))).isEqualTo(4);
        assertThat(AttemptContext.attempt(AttemptContext.with(upstream, 2))).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-3", "2.5", "99999999999", "two", "\u0662"})
    void whatIsNoNumberOfAnAttemptReadsAsAFirst(String text) {
        request.put(AttemptContext.NAME, text);
        assertThat(AttemptContext.extract(request, GETTER)).isEqualTo(1);
    }

    @Test
    void theResendCountIsSetFromTheSecondAttemptOn() {
        InMemorySpanExporter exporter = InMemorySpanExporter.create();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build();
        for (int attempt = 1; attempt <= 3; attempt++) {
            try (Scope ignored = AttemptContext.with(Context.root(), attempt).makeCurrent()) {
                Span span = provider.get("test").spanBuilder("GET").startSpan();
                AttemptContext.markResend(span);
                span.end();
            }
        }
        assertThat(exporter.getFinishedSpanItems())
                .extracting(span -> span.getAttributes().get(RetryAttributes.RESEND_COUNT))
                .containsExactly(null, 1L, 2L);
    }
}
