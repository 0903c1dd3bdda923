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
import io.forbear.retry.micrometer.MicrometerRetry;
import io.forbear.retry.okhttp.OkHttpRetry;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.forbear.retry.redis.FleetBudget;
import io.forbear.retry.testkit.ManualClock;
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
                    AwsRetries.class,
                    "io.forbear.retry.aws",
                    Set.of("io.forbear.retry.aws"),
                    Set.of(
                            "java.base",
                            "software.amazon.awssdk.utils",
                            "static software.amazon.awssdk.services.dynamodb",
                            "static transitive org.jspecify",
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
                            "static transitive lettuce.core",
                            "static transitive org.jspecify",
                            "transitive io.forbear.retry")),
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
