package io.forbear.retry.it.api;

import io.forbear.retry.Retry;
import io.forbear.retry.apache.HttpClient5Retry;
import io.forbear.retry.aws.AwsRetries;
import io.forbear.retry.core.Retries;
import io.forbear.retry.export.ExportedPolicy;
import io.forbear.retry.feign.FeignRetry;
import io.forbear.retry.grpc.GrpcRetry;
import io.forbear.retry.http.HttpRetry;
import io.forbear.retry.it.ModulePath;
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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A module that is published, by the name of its folder.
 *
 * @param anyType a type of it, which tells where its classes are
 */
public record PublishedModule(String folder, Class<?> anyType) {

    /** Returns all of them. */
    public static Stream<PublishedModule> all() {
        return Stream.of(
                new PublishedModule("retry-api", Retry.class),
                new PublishedModule("retry-core", Retries.class),
                new PublishedModule("retry-testkit", ManualClock.class),
                new PublishedModule("retry-junit", ForbearExtension.class),
                new PublishedModule("retry-metrics-micrometer", MicrometerRetry.class),
                new PublishedModule("retry-tracing-otel", OpenTelemetryRetry.class),
                new PublishedModule("integrations/retry-http", HttpRetry.class),
                new PublishedModule("integrations/retry-grpc", GrpcRetry.class),
                new PublishedModule("integrations/retry-okhttp", OkHttpRetry.class),
                new PublishedModule("integrations/retry-apache-httpclient5", HttpClient5Retry.class),
                new PublishedModule("integrations/retry-feign", FeignRetry.class),
                new PublishedModule("integrations/retry-spring", ForbearRetry.class),
                new PublishedModule("integrations/retry-aws-sdk", AwsRetries.class),
                new PublishedModule("integrations/retry-redis", FleetBudget.class),
                new PublishedModule("integrations/retry-reactor", ForbearOperator.class),
                new PublishedModule("integrations/retry-spring-boot-autoconfigure", RetryRegistryCustomizer.class),
                new PublishedModule("integrations/retry-spring-boot-starter", Boot4OnlyAutoConfiguration.class),
                new PublishedModule("integrations/retry-spring-boot3-starter", Boot3OnlyAutoConfiguration.class),
                new PublishedModule("integrations/retry-kotlin", RetryAttempt.class),
                new PublishedModule("integrations/retry-export", ExportedPolicy.class),
                new PublishedModule("integrations/retry-config-yaml", YamlSettings.class));
    }

    /** Returns the name by which it is published: the last part of its folder. */
    String artifact() {
        return folder.substring(folder.lastIndexOf('/') + 1);
    }

    /** Returns the packages that every module may use. */
    public Set<String> exports() {
        return descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    /** Returns what its module-info says. */
    public ModuleDescriptor descriptor() {
        return reference().descriptor();
    }

    /** Returns the main attributes of its manifest. */
    Attributes manifest() throws IOException {
        try (ModuleReader reader = reference().open();
                InputStream in = reader.open("META-INF/MANIFEST.MF").orElseThrow()) {
            return new Manifest(in).getMainAttributes();
        }
    }

    /** Returns the bytes of each class of some packages, by the name of its file. */
    SortedMap<String, byte[]> classes(Predicate<String> ofPackage) {
        SortedMap<String, byte[]> classes = new TreeMap<>();
        try (ModuleReader reader = reference().open();
                Stream<String> files = reader.list()) {
            for (String file : files.filter(name -> name.endsWith(".class")).toList()) {
                int end = file.lastIndexOf('/');
                if (end > 0 && ofPackage.test(file.substring(0, end).replace('/', '.'))) {
                    ByteBuffer read = reader.read(file).orElseThrow();
                    byte[] bytes = new byte[read.remaining()];
                    read.get(bytes);
                    classes.put(file, bytes);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(folder, unreadable);
        }
        return classes;
    }

    /** Returns a type by the name of its file. */
    static Class<?> type(String file) {
        try {
            String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
            return Class.forName(name, false, PublishedModule.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(file, e);
        }
    }

    private ModuleReference reference() {
        return ModuleFinder.of(ModulePath.of(anyType)).findAll().iterator().next();
    }

    @Override
    public String toString() {
        return folder;
    }
}
