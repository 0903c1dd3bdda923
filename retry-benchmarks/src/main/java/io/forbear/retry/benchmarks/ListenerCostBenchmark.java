package io.forbear.retry.benchmarks;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Operation;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.benchmarks.contender.Script;
import io.forbear.retry.benchmarks.contender.Services;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryListeners;
import io.forbear.retry.core.jmx.RetryMBeans;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What do listeners cost that are told of every call, of retries only, or of nothing? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class ListenerCostBenchmark {

    /** Who listens. */
    public enum Kind {
        /** Nobody. */
        none,
        /** A listener that is told of retries and stops. */
        retriesOnly,
        /** A listener that is told of every attempt of every call, and forgets it. */
        everyCall,
        /** Two of those. */
        everyCallTwice,
        /** Micrometer's meters over the counters. */
        micrometer,
        /** What an operator has: the meters, beans of JMX, lines of the log. */
        operators,
        /** Micrometer's meters, and every call and attempt is timed. */
        micrometerDurations,
        /** OpenTelemetry that records nothing. */
        openTelemetryNoop,
        /** OpenTelemetry's SDK: a span for each call and attempt, sampled, and dropped in place of being sent. */
        openTelemetryDropped,
        /** The same for calls that retry alone. */
        openTelemetryDroppedOnlyRetries
    }

    /** The service. */
    @State(Scope.Benchmark)
    public static class Shared {

        /** Who listens. */
        @Param
        public Kind kind = Kind.none;

        /** How many attempts fail. */
        @Param({"0", "2"})
        public int failures;

        @Nullable
        Retry retry;

        /** Makes the service. */
        @Setup
        public void make() {
            Retries.Builder builder = Services.full();
            switch (kind) {
                case none -> {}
                case retriesOnly -> builder.listener(new RetryListener() {});
                case everyCall -> builder.listener(new EveryCall());
                case everyCallTwice -> builder.listener(new EveryCall()).listener(new EveryCall());
                case micrometer -> builder.listener(MicrometerRetry.bindTo(new SimpleMeterRegistry()));
                case operators ->
                    builder.listener(MicrometerRetry.bindTo(new SimpleMeterRegistry()))
                            .listener(RetryMBeans.ofPlatform())
                            .listener(RetryListeners.logging());
                case micrometerDurations ->
                    builder.listener(MicrometerRetry.builder(new SimpleMeterRegistry())
                            .durations()
                            .build());
                case openTelemetryNoop -> builder.listener(OpenTelemetryRetry.create(OpenTelemetry.noop()));
                case openTelemetryDropped -> builder.listener(OpenTelemetryRetry.create(dropping()));
                case openTelemetryDroppedOnlyRetries ->
                    builder.listener(OpenTelemetryRetry.builder(dropping())
                            .onlyCallsThatRetry()
                            .build());
            }
            retry = builder.build();
        }

        private static OpenTelemetry dropping() {
            return OpenTelemetrySdk.builder()
                    .setTracerProvider(SdkTracerProvider.builder().build())
                    .build();
        }
    }

    /** What each thread calls. */
    @State(Scope.Thread)
    public static class Own {

        Operation<Object, Exception> operation = () -> this;

        /** Writes the script. */
        @Setup
        public void prepare(Shared shared) {
            operation = new Script(shared.failures)::call;
        }
    }

    /** A call. */
    @Benchmark
    public Object call(Shared shared, Own own) throws Exception {
        return java.util.Objects.requireNonNull(shared.retry).call(own.operation);
    }

    private static final class EveryCall implements RetryListener {

        @Override
        public boolean observesEveryCall() {
            return true;
        }

        @Override
        public CallObserver observe(String service, @Nullable String client, CallOptions options) {
            return new CallObserver() {};
        }
    }
}
