package io.forbear.retry.it.grpc;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.grpc.ChannelRetries;
import io.forbear.retry.grpc.GrpcRetry;
import io.forbear.retry.grpc.ServiceConfig;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of gRPC with spans, meters and a context of the caller: real server, real channel, real time. */
class GrpcWithAllModulesTest {

    private static final long LONG_SECONDS = 30;

    private static final MethodDescriptor<String, String> FIND = MethodDescriptor.newBuilder(new Text(), new Text())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("shop.v1.Orders/Find")
            .setIdempotent(true)
            .build();

    private static final RetryPolicy POLICY = RetryPolicy.builder()
            .maxAttempts(3)
            .backoff(Backoff.fixed(ofMillis(2)).jitter(Jitter.none()))
            .build();

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void starts() throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(ServerServiceDefinition.builder("shop.v1.Orders")
                        .addMethod(FIND, ServerCalls.asyncUnaryCall((request, observer) -> {
                            requests.incrementAndGet();
                            if (failures.getAndDecrement() > 0) {
                                observer.onError(Status.UNAVAILABLE.asRuntimeException());
                            } else {
                                observer.onNext(request);
                                observer.onCompleted();
                            }
                        }))
                        .build())
                .build()
                .start();
        channel = builder().disableRetry().build();
    }

    private ManagedChannelBuilder<?> builder() {
        return Grpc.newChannelBuilder("127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create());
    }

    @AfterEach
    void stops() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private static Retries.Builder service() {
        return Retries.named("orders").policy(POLICY).withoutBudget().withoutCircuitBreaker();
    }

    /** Looks at something where each attempt begins. */
    private static ClientInterceptor looking(Runnable at) {
        return new ClientInterceptor() {
            @Override
            public <Q, R> ClientCall<Q, R> interceptCall(
                    MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
                at.run();
                return next.newCall(method, options);
            }
        };
    }

    private static Future<String> start(Channel used) {
        return ClientCalls.futureUnaryCall(used.newCall(FIND, CallOptions.DEFAULT), "a book");
    }

    @Test
    void eachAttemptHasASpanThatIsCurrentWhereItBegins() throws Exception {
        InMemorySpanExporter exporter = InMemorySpanExporter.create();
        List<String> current = new CopyOnWriteArrayList<>();
        failures.set(2);
        try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                        .setTracerProvider(SdkTracerProvider.builder()
                                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                                .build())
                        .build();
                Retry retry = service().listener(OpenTelemetryRetry.create(sdk)).build()) {
            Channel used = ClientInterceptors.interceptForward(
                    channel,
                    GrpcRetry.over(retry),
                    looking(() -> current.add(Span.current().getSpanContext().getSpanId())));

            assertThat(start(used).get(LONG_SECONDS, TimeUnit.SECONDS)).isEqualTo("a book");

            List<SpanData> spans = exporter.getFinishedSpanItems();
            assertThat(spans)
                    .extracting(SpanData::getName)
                    .containsExactly("attempt 1", "attempt 2", "attempt 3", "retry orders");
            assertThat(spans.subList(0, 3)).extracting(SpanData::getSpanId).isEqualTo(current);
            assertThat(spans.subList(0, 2))
                    .allSatisfy(span -> assertThat(span.getAttributes().asMap().values())
                            .contains("io.grpc.StatusRuntimeException"));
        }
    }

    @Test
    void whatTheCallerSetOnItsThreadGoesWithEachAttempt() throws Exception {
        ThreadLocal<String> user = new ThreadLocal<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        ContextCapture capture = () -> {
            String value = user.get();
            return () -> {
                String before = user.get();
                user.set(value);
                return () -> user.set(before);
            };
        };
        failures.set(2);
        try (Retry retry = service().runtime(r -> r.context(capture)).build()) {
            Channel used = ClientInterceptors.interceptForward(
                    channel, GrpcRetry.over(retry), looking(() -> seen.add(String.valueOf(user.get()))));
            user.set("ann");
            Future<String> future = start(used);
            user.remove();

            assertThat(future.get(LONG_SECONDS, TimeUnit.SECONDS)).isEqualTo("a book");
        }
        assertThat(seen).containsExactly("ann", "ann", "ann");
    }

    @Test
    void theChannelsOwnRetriesShowInTheMeters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        failures.set(Integer.MAX_VALUE);
        try (Retry books = service().listener(MicrometerRetry.bindTo(registry)).build()) {
            ManagedChannel retrying = builder()
                    .defaultServiceConfig(ServiceConfig.of(POLICY).toMap())
                    .intercept(ChannelRetries.into(books))
                    .build();
            try {
                assertThat(catchThrowable(
                                () -> ClientCalls.blockingUnaryCall(retrying, FIND, CallOptions.DEFAULT, "a book")))
                        .isNotNull();
            } finally {
                retrying.shutdownNow();
            }
            double attempts = registry.getMeters().stream()
                    .filter(meter -> meter.getId().getName().matches("[a-z]+\\.attempts"))
                    .mapToDouble(meter -> meter.measure().iterator().next().getValue())
                    .sum();
            assertThat(requests).hasValue(3);
            assertThat(attempts).isEqualTo(3);
        }
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
