package io.forbear.retry.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.it.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A native image needs to be told of no reflection beyond what the jars declare themselves: the published classes find
 * nothing by name but the fields of their variable handles and the classes below. {@code bin/api accept} writes the
 * declarations.
 */
class NativeImageTest {

    /**
     * The calls that find something by its name, each with what it finds. The name is a constant, and without the class
     * or its method the feature that needs it is off.
     */
    private static final Map<String, Map<String, String>> ARGUED = Map.of(
            "retry-core", Map.of("Discards: java.lang.Class.forName", "java.net.http.HttpResponse"),
            "retry-tracing-otel",
                    Map.of(
                            "NewerTracer: java.lang.invoke.MethodHandles$Lookup.findVirtual",
                            "io.opentelemetry.api.trace.Tracer"),
            "integrations/retry-http",
                    Map.of(
                            "NewerMethods: java.lang.invoke.MethodHandles$Lookup.findVirtual",
                            "java.net.http.HttpClient"),
            "integrations/retry-aws-sdk",
                    Map.of(
                            "ConnectionPools: java.util.ServiceLoader.load",
                            "software.amazon.awssdk.http.SdkHttpService",
                            "ConnectionPools: java.util.ServiceLoader.forEach",
                            "software.amazon.awssdk.http.async.SdkAsyncHttpService"),
            // the script, which resource-config.json beside reflect-config.json declares
            "integrations/retry-redis",
                    Map.of("LeaseScript: java.lang.Class.getResourceAsStream", "io.forbear.retry.redis.LeaseScript"));

    /** All but the extension of JUnit: it reads the fields of tests, which JUnit itself finds by reflection. */
    private static Stream<PublishedModule> ofImages() {
        return PublishedModule.all().filter(module -> !module.folder().equals("retry-junit"));
    }

    @TestFactory
    Stream<DynamicTest> nothingIsFoundByNameThatIsNotArgued() {
        return ofImages()
                .map(module -> DynamicTest.dynamicTest(
                        module.folder(), () -> assertThat(calls(module).calls())
                                .isEqualTo(argued(module).keySet())));
    }

    @TestFactory
    Stream<DynamicTest> whatIsFoundByNameIsDeclaredInTheJar() {
        return ofImages()
                .map(module -> DynamicTest.dynamicTest(module.folder(), () -> {
                    Path file = Documents.root(Path.of("").toAbsolutePath())
                            .resolve(module.folder())
                            .resolve("src/main/resources/META-INF/native-image/io.forbear")
                            .resolve(module.artifact())
                            .resolve("reflect-config.json");
                    String declaration = declaration(module);
                    if (PublicApiTest.ACCEPTS && !declaration.isEmpty()) {
                        Files.createDirectories(file.getParent());
                        Files.writeString(file, declaration);
                    }
                    assertThat(read(file))
                            .as("%s; bin/api accept writes it", file)
                            .isEqualTo(declaration);
                }));
    }

    private static Map<String, String> argued(PublishedModule module) {
        return ARGUED.getOrDefault(module.folder(), Map.of());
    }

    private static ReflectiveCalls calls(PublishedModule module) {
        return ReflectiveCalls.of(module.classes(any -> true).values());
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static String declaration(PublishedModule module) {
        Map<String, Set<String>> found = new TreeMap<>(calls(module).fields());
        argued(module).values().forEach(name -> found.put(name, Set.of()));
        List<String> entries = found.entrySet().stream()
                .map(one -> "  {\"name\": \"" + one.getKey() + "\"" + fields(one.getValue()) + "}")
                .toList();
        return entries.isEmpty() ? "" : "[\n" + String.join(",\n", entries) + "\n]\n";
    }

    private static String fields(Set<String> names) {
        return names.isEmpty()
                ? ""
                : names.stream()
                        .map(name -> "{\"name\": \"" + name + "\"}")
                        .collect(Collectors.joining(", ", ", \"fields\": [", "]"));
    }
}
