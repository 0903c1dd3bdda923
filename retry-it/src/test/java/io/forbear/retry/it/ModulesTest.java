package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.apache.HttpClient5Retry;
import io.forbear.retry.aws.AwsRetries;
import io.forbear.retry.core.Retries;
import io.forbear.retry.export.ExportedPolicy;
import io.forbear.retry.feign.FeignRetry;
import io.forbear.retry.grpc.GrpcRetry;
import io.forbear.retry.http.HttpRetry;
import io.forbear.retry.junit.ForbearExtension;
import io.forbear.retry.kotlin.RetryAttempt;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.forbear.retry.okhttp.OkHttpRetry;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.forbear.retry.reactor.ForbearOperator;
import io.forbear.retry.redis.FleetBudget;
import io.forbear.retry.spring.ForbearRetry;
import io.forbear.retry.spring.boot.RetryRegistryCustomizer;
import io.forbear.retry.spring.boot3.Boot3OnlyAutoConfiguration;
import io.forbear.retry.spring.boot4.Boot4OnlyAutoConfiguration;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.yaml.YamlSettings;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The names, the doors and the arrows of each published module, and no others. */
class ModulesTest {

    private record Expected(Class<?> anyType, String name, Set<String> exports, Set<String> requires) {}

    private static final Set<Expected> MODULES = Set.of(
            new Expected(
                    Retry.class,
                    "io.forbear.retry",
                    Set.of(
                            "io.forbear.retry",
                            "io.forbear.retry.error",
                            "io.forbear.retry.internal to [io.forbear.retry.core]",
                            "io.forbear.retry.operations"),
                    Set.of("java.base", "static java.sql", "static transitive org.jspecify")),
            new Expected(
                    Retries.class,
                    "io.forbear.retry.core",
                    Set.of(
                            "io.forbear.retry.core",
                            "io.forbear.retry.core.breaker",
                            "io.forbear.retry.core.budget",
                            "io.forbear.retry.core.config",
                            "io.forbear.retry.core.gate",
                            "io.forbear.retry.core.jmx",
                            "io.forbear.retry.core.signal",
                            "io.forbear.retry.core.sla",
                            "io.forbear.retry.core.tuner"),
                    Set.of(
                            "java.base",
                            "static transitive java.management",
                            "static java.net.http",
                            "static jdk.management",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry")),
            new Expected(
                    ManualClock.class,
                    "io.forbear.retry.testkit",
                    Set.of("io.forbear.retry.testkit"),
                    Set.of("java.base", "static transitive org.jspecify", "transitive io.forbear.retry")),
            new Expected(
                    MicrometerRetry.class,
                    "io.forbear.retry.micrometer",
                    Set.of("io.forbear.retry.micrometer"),
                    Set.of(
                            "java.base",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry",
                            "transitive micrometer.core")),
            new Expected(
                    OpenTelemetryRetry.class,
                    "io.forbear.retry.otel",
                    Set.of("io.forbear.retry.otel"),
                    Set.of(
                            "java.base",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry",
                            "transitive io.opentelemetry.api",
                            "transitive io.opentelemetry.context")),
            new Expected(
                    HttpRetry.class,
                    "io.forbear.retry.http",
                    Set.of("io.forbear.retry.http"),
                    Set.of(
                            "java.base",
                            "static jakarta.servlet",
                            "static transitive jdk.httpserver",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry",
                            "transitive java.net.http")),
            new Expected(
                    GrpcRetry.class,
                    "io.forbear.retry.grpc",
                    Set.of("io.forbear.retry.grpc"),
                    Set.of(
                            "java.base",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry",
                            "transitive io.grpc")),
            new Expected(
                    OkHttpRetry.class,
                    "io.forbear.retry.okhttp",
                    Set.of("io.forbear.retry.okhttp"),
                    Set.of(
                            "java.base",
                            "io.forbear.retry.http",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry",
                            "transitive okhttp3")),
            new Expected(
                    HttpClient5Retry.class,
                    "io.forbear.retry.apache",
                    Set.of("io.forbear.retry.apache"),
                    Set.of(
                            "java.base",
                            "io.forbear.retry.http",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry",
                            "transitive org.apache.httpcomponents.client5.httpclient5",
                            "transitive org.apache.httpcomponents.core5.httpcore5")),
            new Expected(
                    FeignRetry.class,
                    "io.forbear.retry.feign",
                    Set.of("io.forbear.retry.feign"),
                    Set.of(
                            "java.base",
                            "io.forbear.retry.http",
                            "static transitive org.jspecify",
                            "transitive feign.core",
                            "transitive io.forbear.retry")),
            new Expected(
                    RetryRegistryCustomizer.class,
                    "io.forbear.retry.spring.boot",
                    Set.of("io.forbear.retry.spring.boot", "io.forbear.retry.spring.boot.test"),
                    Set.of(
                            "java.base",
                            "spring.boot.autoconfigure",
                            "static io.forbear.retry.micrometer",
                            "static io.forbear.retry.otel",
                            "static io.forbear.retry.spring",
                            "static io.forbear.retry.testkit",
                            "static org.junit.jupiter.api",
                            "static reactor.core",
                            "static spring.boot.actuator",
                            "static spring.boot.actuator.autoconfigure",
                            "static spring.boot.test",
                            "static spring.test",
                            "static spring.web",
                            "static spring.webflux",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry",
                            "transitive io.forbear.retry.core",
                            "transitive spring.beans",
                            "transitive spring.boot",
                            "transitive spring.context",
                            "transitive spring.core")),
            new Expected(
                    Boot4OnlyAutoConfiguration.class,
                    "io.forbear.retry.spring.boot4",
                    Set.of("io.forbear.retry.spring.boot4"),
                    Set.of(
                            "java.base",
                            "spring.boot.autoconfigure",
                            "spring.context",
                            "static spring.boot.health",
                            "static spring.boot.restclient",
                            "static spring.boot.webclient",
                            "static spring.web",
                            "static spring.webflux",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry.core",
                            "transitive io.forbear.retry.spring.boot")),
            new Expected(
                    Boot3OnlyAutoConfiguration.class,
                    "io.forbear.retry.spring.boot3",
                    Set.of("io.forbear.retry.spring.boot3"),
                    Set.of(
                            "java.base",
                            "spring.boot.autoconfigure",
                            "spring.context",
                            "static spring.boot.actuator",
                            "static spring.boot.actuator.autoconfigure",
                            "static spring.web",
                            "static spring.webflux",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry.core",
                            "transitive io.forbear.retry.spring.boot")),
            new Expected(
                    ForbearRetry.class,
                    "io.forbear.retry.spring",
                    Set.of("io.forbear.retry.spring", "io.forbear.retry.spring.web"),
                    Set.of(
                            "java.base",
                            "io.forbear.retry.http",
                            "spring.expression",
                            "static io.forbear.retry.kotlin",
                            "static io.forbear.retry.reactor",
                            "static kotlin.stdlib",
                            "static kotlinx.coroutines.core",
                            "static org.reactivestreams",
                            "static spring.tx",
                            "static transitive org.jspecify",
                            "static transitive reactor.core",
                            "static transitive spring.web",
                            "static transitive spring.webflux",
                            "transitive io.forbear.retry",
                            "transitive spring.aop",
                            "transitive spring.beans",
                            "transitive spring.context",
                            "transitive spring.core")),
            new Expected(
                    AwsRetries.class,
                    "io.forbear.retry.aws",
                    Set.of(
                            "io.forbear.retry.aws",
                            "io.forbear.retry.aws.apply",
                            "io.forbear.retry.aws.batch",
                            "io.forbear.retry.aws.config",
                            "io.forbear.retry.aws.consumer"),
                    Set.of(
                            "java.base",
                            "software.amazon.awssdk.retries",
                            "software.amazon.awssdk.utils",
                            "static com.fasterxml.jackson.core",
                            "static transitive aws.lambda.java.events",
                            "static transitive io.forbear.retry.export",
                            "static transitive org.jspecify",
                            "static transitive software.amazon.awssdk.services.apigateway",
                            "static transitive software.amazon.awssdk.services.apigatewayv2",
                            "static transitive software.amazon.awssdk.services.batch",
                            "static transitive software.amazon.awssdk.services.dynamodb",
                            "static transitive software.amazon.awssdk.services.eventbridge",
                            "static transitive software.amazon.awssdk.services.firehose",
                            "static transitive software.amazon.awssdk.services.kinesis",
                            "static transitive software.amazon.awssdk.services.lambda",
                            "static transitive software.amazon.awssdk.services.s3",
                            "static transitive software.amazon.awssdk.services.scheduler",
                            "static transitive software.amazon.awssdk.services.secretsmanager",
                            "static transitive software.amazon.awssdk.services.sfn",
                            "static transitive software.amazon.awssdk.services.sqs",
                            "static transitive software.amazon.awssdk.services.ssm",
                            "static transitive software.amazon.awssdk.services.xray",
                            "transitive io.forbear.retry",
                            "transitive io.forbear.retry.core",
                            "transitive software.amazon.awssdk.awscore",
                            "transitive software.amazon.awssdk.core",
                            "transitive software.amazon.awssdk.http",
                            "transitive software.amazon.awssdk.profiles",
                            "transitive software.amazon.awssdk.retries.api")),
            new Expected(
                    FleetBudget.class,
                    "io.forbear.retry.redis",
                    Set.of("io.forbear.retry.redis"),
                    Set.of(
                            "java.base",
                            "static org.reactivestreams",
                            "static reactor.core",
                            "static spring.core",
                            "static spring.tx",
                            "static transitive io.forbear.retry.core",
                            "static transitive lettuce.core",
                            "static transitive micrometer.core",
                            "static transitive org.jspecify",
                            "static transitive redis.clients.jedis",
                            "static transitive spring.data.redis",
                            "transitive io.forbear.retry")),
            new Expected(
                    ForbearOperator.class,
                    "io.forbear.retry.reactor",
                    Set.of("io.forbear.retry.reactor"),
                    Set.of(
                            "java.base",
                            "static transitive org.jspecify",
                            "static reactor.blockhound",
                            "transitive io.forbear.retry",
                            "transitive org.reactivestreams",
                            "transitive reactor.core")),
            new Expected(
                    RetryAttempt.class,
                    "io.forbear.retry.kotlin",
                    Set.of("io.forbear.retry.kotlin", "io.forbear.retry.kotlin.internal to [io.forbear.retry.spring]"),
                    Set.of(
                            "java.base",
                            "static kotlinx.coroutines.reactor",
                            "static org.reactivestreams",
                            "static reactor.core",
                            "transitive io.forbear.retry",
                            "transitive kotlin.stdlib",
                            "transitive kotlinx.coroutines.core")),
            new Expected(
                    ForbearExtension.class,
                    "io.forbear.retry.junit",
                    Set.of("io.forbear.retry.junit"),
                    Set.of(
                            "io.forbear.retry.core",
                            "java.base",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry",
                            "transitive io.forbear.retry.testkit",
                            "transitive org.junit.jupiter.api")),
            new Expected(
                    YamlSettings.class,
                    "io.forbear.retry.yaml",
                    Set.of("io.forbear.retry.yaml"),
                    Set.of(
                            "java.base",
                            "org.snakeyaml.engine",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry.core")),
            new Expected(
                    ExportedPolicy.class,
                    "io.forbear.retry.export",
                    Set.of("io.forbear.retry.export"),
                    Set.of(
                            "com.fasterxml.jackson.core",
                            "java.base",
                            "org.snakeyaml.engine",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry",
                            "transitive io.forbear.retry.core")));

    @TestFactory
    Stream<DynamicTest> exportsItsDoorsAndRequiresWhatItMaySee() {
        return MODULES.stream()
                .map(expected -> DynamicTest.dynamicTest(expected.name, () -> {
                    ModuleDescriptor module = descriptor(ModulePath.of(expected.anyType));

                    assertThat(module.name()).isEqualTo(expected.name);
                    assertThat(exports(module)).isEqualTo(expected.exports);
                    assertThat(requires(module)).isEqualTo(expected.requires);
                    assertThat(module.opens()).isEmpty();
                    assertThat(module.isOpen()).isFalse();
                }));
    }

    private static ModuleDescriptor descriptor(Path place) {
        return ModuleFinder.of(place).findAll().iterator().next().descriptor();
    }

    private static Set<String> exports(ModuleDescriptor module) {
        Set<String> names = new TreeSet<>();
        for (Exports exports : module.exports()) {
            names.add(exports.isQualified() ? exports.toString() : exports.source());
        }
        return names;
    }

    private static Set<String> requires(ModuleDescriptor module) {
        Set<String> names = new TreeSet<>();
        for (Requires requires : module.requires()) {
            String name = requires.name();
            if (requires.modifiers().contains(Requires.Modifier.TRANSITIVE)) {
                name = "transitive " + name;
            }
            names.add(requires.modifiers().contains(Requires.Modifier.STATIC) ? "static " + name : name);
        }
        return names;
    }
}
