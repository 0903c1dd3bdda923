package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.grpc.GrpcRules;
import io.forbear.retry.grpc.ServiceConfig;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service config is read by gRPC's own parser, and the channel makes the attempts of the policy at a real server. */
class GrpcExportTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
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
    };

    private static final MethodDescriptor<String, String> FIND = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("shop.v1.Orders/Find")
            .setRequestMarshaller(TEXT)
            .setResponseMarshaller(TEXT)
            .build();

    private final AtomicInteger attempts = new AtomicInteger();
    private Status answer = Status.UNAVAILABLE;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        ServerServiceDefinition service = ServerServiceDefinition.builder("shop.v1.Orders")
                .addMethod(FIND, (call, headers) -> {
                    attempts.incrementAndGet();
                    call.close(answer, new Metadata());
                    return new ServerCall.Listener<>() {};
                })
                .build();
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(service)
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination(1, TimeUnit.MINUTES);
    }

    private int attempts(ExportResult export) throws Exception {
        // as a file would be read: the text, not the map
        Map<String, ?> config = doubles(JSON.readTree(export.text()));
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                        "127.0.0.1", server.getPort(), InsecureChannelCredentials.create())
                .defaultServiceConfig(config)
                .build();
        try {
            attempts.set(0);
            Throwable failure = catchThrowable(() -> ClientCalls.blockingUnaryCall(
                    channel, FIND, CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.MINUTES), "a book"));
            assertThat(failure).isInstanceOf(StatusRuntimeException.class);
            return attempts.get();
        } finally {
            channel.shutdownNow().awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    /** As gRPC wants it: maps, lists, strings, doubles. */
    @SuppressWarnings("unchecked")
    private static Map<String, ?> doubles(JsonNode node) {
        return (Map<String, ?>) value(node);
    }

    private static Object value(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> map = new java.util.HashMap<>();
            node.properties().forEach(field -> map.put(field.getKey(), value(field.getValue())));
            return map;
        }
        if (node.isArray()) {
            java.util.List<Object> list = new java.util.ArrayList<>();
            node.forEach(each -> list.add(value(each)));
            return list;
        }
        return node.isNumber() ? (Object) node.asDouble() : node.asText();
    }

    private static ExportedPolicy quick(int attempts) {
        return ExportedPolicy.of(
                "orders",
                RetryPolicy.builder()
                        .maxAttempts(attempts)
                        .backoff(Backoff.exponential(Duration.ofMillis(1), Duration.ofMillis(4))
                                .jitter(Jitter.proportional(0.2)))
                        .build());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 4", "5, 5", "9, 5"})
    void theChannelMakesAsManyAttemptsAsThePolicySaysUpToFive(int most, int expected) throws Exception {
        ExportResult export = Exports.grpc(quick(most));

        assertThat(attempts(export)).isEqualTo(expected);
        assertThat(export.clamped().stream().map(ExportResult.Clamped::toString).toList())
                .isEqualTo(most == 9 ? java.util.List.of("maxAttempts: 9 became 5") : java.util.List.of());
    }

    @Test
    void otherMethodsAreNotRetriedByAConfigOfOneService() throws Exception {
        assertThat(attempts(Exports.grpc(quick(3), "shop.v1.Orders"))).isEqualTo(3);
        assertThat(attempts(Exports.grpc(quick(3), "shop.v1.Stock"))).isEqualTo(1);
    }

    @Test
    void whatIsNotIdempotentIsNotRetriedAndThatIsSaid() throws Exception {
        ExportedPolicy policy = ExportedPolicy.of(
                "orders", quick(3).policy().toBuilder().nonIdempotent().build());
        ExportResult export = Exports.grpc(policy);

        assertThat(attempts(export)).isEqualTo(1);
        assertThat(export.dropped()).anyMatch(lost -> lost.startsWith("idempotent: false"));
    }

    @Test
    void theThrottleOfTheBudgetStopsTheChannel() throws Exception {
        ExportResult export = Exports.grpc(quick(3).budget(RetryBudgets.grpcThrottle(2, 0.1)));

        // the first failure leaves half of the tokens
        assertThat(attempts(export)).isEqualTo(1);
        assertThat(export.lossy()).isEmpty();
    }

    @Test
    void theDeadlineOfTheConfigurationEndsTheCall() throws Exception {
        answer = Status.UNAVAILABLE;
        RetryConfig config = RetryConfig.of(Map.of(
                "max-attempts",
                "5",
                "base-delay",
                "40ms",
                "multiplier",
                "1",
                "max-delay",
                "40ms",
                "jitter",
                "none",
                "deadline",
                "20ms"));

        // the first wait is 32 ms or more
        assertThat(attempts(Exports.grpc(ExportedPolicy.of(config, "orders")))).isEqualTo(1);
    }

    @Provide
    Arbitrary<ExportedPolicy> policies() {
        return Policies.any();
    }

    @Property(tries = 200)
    void theParserOfGrpcTakesAnyPolicy(@ForAll("policies") ExportedPolicy policy) throws Exception {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress("127.0.0.1", 1, InsecureChannelCredentials.create())
                .defaultServiceConfig(doubles(JSON.readTree(Exports.grpc(policy).text())))
                .build();
        channel.shutdownNow();
    }

    @Test
    void saysTheSameOfAMethodAsTheAdapter() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(4)
                .deadline(Duration.ofMillis(2500))
                .classifier(GrpcRules.classifier())
                .build();
        assertThat(Exports.grpc(ExportedPolicy.of("orders", policy)).block())
                .isEqualTo(ServiceConfig.of(policy).toMap());
        RetryPolicy never = policy.toBuilder()
                .on(ErrorCategory.SERVER_ERROR, rules -> rules.retryable(false))
                .build();
        assertThat(Exports.grpc(ExportedPolicy.of("orders", never)).block())
                .isEqualTo(ServiceConfig.of(never).toMap());
    }
}
