package io.forbear.retry.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each published jar is an OSGi bundle whose exports and imports are those of its module-info. */
class BundleTest {

    /** What a bundle can do without, as its module-info does. */
    private static final Set<String> OPTIONAL = Set.of(
            "org.jspecify.annotations",
            "com.sun.management",
            "javax.management",
            "com.sun.net.httpserver",
            "jakarta.servlet",
            "jakarta.servlet.http",
            "com.amazonaws.services.lambda.runtime.events",
            "com.amazonaws.services.lambda.runtime.events.models.dynamodb",
            "software.amazon.awssdk.services.dynamodb",
            "software.amazon.awssdk.services.dynamodb.model",
            "software.amazon.awssdk.services.eventbridge",
            "software.amazon.awssdk.services.eventbridge.model",
            "software.amazon.awssdk.services.firehose",
            "software.amazon.awssdk.services.firehose.model",
            "software.amazon.awssdk.services.kinesis",
            "software.amazon.awssdk.services.kinesis.model",
            "software.amazon.awssdk.services.s3",
            "software.amazon.awssdk.services.s3.model",
            "software.amazon.awssdk.services.secretsmanager",
            "software.amazon.awssdk.services.secretsmanager.model",
            "software.amazon.awssdk.services.sqs",
            "software.amazon.awssdk.services.sqs.model",
            "software.amazon.awssdk.services.ssm",
            "software.amazon.awssdk.services.ssm.model",
            "software.amazon.awssdk.services.xray",
            "software.amazon.awssdk.services.xray.model",
            "io.lettuce.core",
            "io.lettuce.core.api.async");

    private static final Pattern BETWEEN_CLAUSES = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

    @TestFactory
    Stream<DynamicTest> exportsWhatItsModuleExports() {
        return PublishedModule.all()
                .map(module -> DynamicTest.dynamicTest(module.folder(), () -> {
                    Attributes manifest = module.manifest();
                    Map<String, String> exports = clauses(manifest.getValue("Export-Package"));
                    Set<String> toAll = new TreeSet<>(exports.keySet());
                    toAll.removeIf(name -> exports.get(name).contains("x-friends:="));

                    assertThat(manifest.getValue("Bundle-SymbolicName"))
                            .isEqualTo(module.descriptor().name());
                    assertThat(toAll).isEqualTo(module.exports());
                    assertThat(exports).hasSameSizeAs(module.descriptor().exports());
                }));
    }

    @TestFactory
    Stream<DynamicTest> importsWithoutWhichItRunsAreOptional() {
        return PublishedModule.all()
                .map(module -> DynamicTest.dynamicTest(module.folder(), () -> {
                    Map<String, String> imports = clauses(module.manifest().getValue("Import-Package"));

                    assertThat(imports).isNotEmpty().allSatisfy((name, clause) -> assertThat(
                                    clause.contains("resolution:=optional"))
                            .as(name)
                            .isEqualTo(OPTIONAL.contains(name)));
                }));
    }

    /** Returns the clauses of a header by the name of their package. */
    private static Map<String, String> clauses(String header) {
        Map<String, String> clauses = new TreeMap<>();
        for (String clause : List.of(BETWEEN_CLAUSES.split(header))) {
            clauses.put(clause.split(";")[0], clause);
        }
        return clauses;
    }
}
