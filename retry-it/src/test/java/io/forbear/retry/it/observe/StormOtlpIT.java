package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A storm exports its spans over OTLP, as OpenTelemetry's variables say. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StormOtlpIT {

    @TempDir
    private Path folder;

    @Test
    void everyCallArrivesAsCallAttemptsAndRequests() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver();
                LabProcess lab = new LabProcess(
                        folder,
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                receiver.endpoint(),
                                "OTEL_TRACES_SAMPLER",
                                "always_on",
                                "OTEL_BSP_MAX_QUEUE_SIZE",
                                "200000",
                                "OTEL_SERVICE_NAME",
                                "storm-under-test"),
                        "--duration",
                        "6s",
                        "--load",
                        "40",
                        "--policies",
                        "naive,default")) {
            JsonNode figures = lab.figures();

            List<Span> spans = receiver.spans();
            isWhole(spans);
            assertThat(receiver.resources("service.name")).containsExactly("storm-under-test");
            for (String name : List.of("naive", "default")) {
                JsonNode policy = LabProcess.policy(figures, name);
                List<Span> calls = named(spans, "retry storm-" + name);
                assertThat(calls).hasSize(policy.path("calls").asInt());
                assertThat(calls).allMatch(call -> call.getParentSpanId().isEmpty());
                assertThat(calls.stream().filter(call -> OtlpReceiver.text(call, "retry.reason") == null))
                        .describedAs("calls that succeeded")
                        .hasSize(policy.path("succeeded").asInt());
            }
            int attempts = LabProcess.policy(figures, "naive").path("attempts").asInt()
                    + LabProcess.policy(figures, "default").path("attempts").asInt();
            assertThat(named(spans, "PUT")).hasSize(attempts);
            assertThat(spans.stream().filter(span -> OtlpReceiver.text(span, "http.request.resend_count") != null))
                    .isNotEmpty()
                    .allMatch(span -> span.getKind() == Span.SpanKind.SPAN_KIND_CLIENT);
        }
    }

    /** Every span has ended, after it began, in the trace of a parent that arrived too. */
    private static void isWhole(List<Span> spans) {
        Map<ByteString, Span> byId = OtlpReceiver.byId(spans);
        for (Span span : spans) {
            assertThat(span.getEndTimeUnixNano()).isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
            if (span.getParentSpanId().isEmpty()) {
                assertThat(span.getName()).startsWith("retry storm-");
                continue;
            }
            Span parent = Objects.requireNonNull(byId.get(span.getParentSpanId()), () -> "orphan: " + span);
            assertThat(parent.getTraceId()).isEqualTo(span.getTraceId());
            String expected = span.getName().startsWith("attempt ") ? "retry storm-" : "attempt ";
            assertThat(parent.getName()).startsWith(expected);
        }
    }

    private static List<Span> named(List<Span> spans, String name) {
        return spans.stream().filter(span -> span.getName().equals(name)).toList();
    }

    @Test
    void oneCallInTenIsSampledWhereNothingIsSaid() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver();
                LabProcess lab = new LabProcess(
                        folder,
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint()),
                        "--duration",
                        "6s",
                        "--load",
                        "200",
                        "--policies",
                        "none")) {
            int calls = LabProcess.policy(lab.figures(), "none").path("calls").asInt();

            List<Span> spans = receiver.spans();
            isWhole(spans);
            assertThat(calls).isEqualTo(1_200);
            // 120 expected; the bounds are ten deviations away
            assertThat(named(spans, "retry storm-none")).hasSizeBetween(20, 225);
            assertThat(named(spans, "PUT")).hasSameSizeAs(named(spans, "retry storm-none"));
            assertThat(receiver.resources("service.name")).containsExactly("retry-lab");
        }
    }

    @Test
    void settingsThatOpenTelemetryRefusesAreToldInOneLine() throws Exception {
        try (LabProcess lab = new LabProcess(
                folder,
                Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:1",
                        "OTEL_EXPORTER_OTLP_PROTOCOL",
                        "smoke-signals"))) {
            assertThat(lab.refusal()).startsWith("retry-lab: OTEL_*: ").contains("smoke-signals");
        }
    }
}
