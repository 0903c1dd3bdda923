package io.forbear.retry.lab.telemetry;

import io.forbear.retry.RetryListener;
import io.forbear.retry.lab.storm.Instruments;
import io.forbear.retry.lab.storm.StormListener;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The meters and spans of a storm, as far as they are asked for; open while it runs. Thread-safe. */
public final class Telemetry implements Instruments, AutoCloseable {

    private final @Nullable MetricsEndpoint metrics;
    private final @Nullable Spans spans;
    private final List<RetryListener> listeners;

    private Telemetry(@Nullable MetricsEndpoint metrics, @Nullable Spans spans) {
        this.metrics = metrics;
        this.spans = spans;
        List<RetryListener> all = new ArrayList<>();
        if (metrics != null) {
            all.add(metrics.listener());
        }
        if (spans != null) {
            all.add(spans.listener());
        }
        this.listeners = List.copyOf(all);
    }

    /**
     * Begins to serve and to export.
     *
     * @param port where {@code /metrics} is served on loopback; 0 for a free port, {@code null} for none
     * @param environment the process's; {@code OTEL_EXPORTER_OTLP_ENDPOINT} in it asks for spans
     * @return open telemetry
     * @throws IllegalArgumentException if the port is taken or OpenTelemetry's settings are wrong; the message is one
     *     line
     */
    public static Telemetry start(@Nullable Integer port, Map<String, String> environment) {
        Spans spans = Spans.asAskedFor(environment);
        try {
            return new Telemetry(port == null ? null : MetricsEndpoint.on(port), spans);
        } catch (RuntimeException refused) {
            if (spans != null) {
                spans.close();
            }
            throw refused;
        }
    }

    /**
     * Tells where the telemetry is to be found.
     *
     * @return a line for each kind that is open
     */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (metrics != null) {
            lines.add("Metrics: " + metrics.address() + " while the storm runs");
        }
        if (spans != null) {
            lines.add("Spans:   over OTLP to " + spans.description());
        }
        return lines;
    }

    /**
     * Lets the meters of the lab itself follow a storm.
     *
     * @param other the listener that is told too
     * @return a listener for the storm
     */
    public StormListener following(StormListener other) {
        return metrics == null ? other : metrics.following(other);
    }

    @Override
    public List<RetryListener> listeners() {
        return listeners;
    }

    @Override
    public CompletableFuture<Integer> request(
            HttpRequest request, Function<HttpRequest, CompletableFuture<Integer>> send) {
        return spans == null ? send.apply(request) : spans.request(request, send);
    }

    /** Ends the serving, and exports what is left. */
    @Override
    public void close() {
        if (metrics != null) {
            metrics.close();
        }
        if (spans != null) {
            spans.close();
        }
    }
}
