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
            "reactor.blockhound",
            "reactor.blockhound.integration",
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

    /** The same for a bundle that can do without what is all that another is about. */
    private static final Map<String, Set<String>> OPTIONAL_OF = Map.of(
            "integrations/retry-spring",
            Set.of(
                    "io.forbear.retry.kotlin.internal",
                    "io.forbear.retry.reactor",
                    "kotlin.coroutines",
                    "kotlinx.coroutines.flow",
                    "org.reactivestreams",
                    "org.springframework.http",
                    "org.springframework.http.client",
                    "org.springframework.transaction.annotation",
                    "org.springframework.transaction.support",
                    "org.springframework.web.reactive.function.client",
                    "reactor.core",
                    "reactor.core.publisher"),
            "integrations/retry-kotlin",
            Set.of("kotlinx.coroutines.reactor", "org.reactivestreams", "reactor.core.publisher"),
            "integrations/retry-aws-sdk",
            Set.of(
                    "com.fasterxml.jackson.core",
                    "io.forbear.retry.export",
                    "software.amazon.awssdk.services.apigateway",
                    "software.amazon.awssdk.services.apigateway.model",
                    "software.amazon.awssdk.services.apigatewayv2",
                    "software.amazon.awssdk.services.apigatewayv2.model",
                    "software.amazon.awssdk.services.batch",
                    "software.amazon.awssdk.services.batch.model",
                    "software.amazon.awssdk.services.lambda",
                    "software.amazon.awssdk.services.lambda.model",
                    "software.amazon.awssdk.services.scheduler",
                    "software.amazon.awssdk.services.scheduler.model",
                    "software.amazon.awssdk.services.sfn",
                    "software.amazon.awssdk.services.sfn.model"),
            "integrations/retry-redis",
            Set.of(
                    "io.forbear.retry.core",
                    "io.forbear.retry.core.config",
                    "io.micrometer.core.instrument",
                    "io.micrometer.core.instrument.binder",
                    "org.reactivestreams",
                    "org.springframework.dao",
                    "org.springframework.data.redis.connection",
                    "org.springframework.data.redis.core",
                    "reactor.core.publisher",
                    "redis.clients.jedis"),
            "integrations/retry-spring-boot-autoconfigure",
            Set.of(
                    "io.forbear.retry.micrometer",
                    "io.forbear.retry.otel",
                    "io.forbear.retry.spring",
                    "io.forbear.retry.spring.web",
                    "io.forbear.retry.testkit",
                    "io.micrometer.core.instrument",
                    "io.micrometer.core.instrument.binder",
                    "io.opentelemetry.api",
                    "org.junit.jupiter.api.extension",
                    "org.springframework.boot.actuate.autoconfigure.endpoint.condition",
                    "org.springframework.boot.actuate.endpoint.annotation",
                    "org.springframework.boot.actuate.endpoint.web",
                    "org.springframework.boot.test.context",
                    "org.springframework.http",
                    "org.springframework.http.client",
                    "org.springframework.test.annotation",
                    "org.springframework.test.context",
                    "org.springframework.test.context.junit.jupiter",
                    "org.springframework.web.reactive.function.client",
                    "reactor.core.publisher"),
            "integrations/retry-spring-boot-starter",
            Set.of(
                    "org.springframework.boot.health.contributor",
                    "org.springframework.boot.restclient",
                    "org.springframework.boot.webclient",
                    "org.springframework.http.client",
                    "org.springframework.web.client",
                    "org.springframework.web.reactive.function.client"),
            "integrations/retry-spring-boot3-starter",
            Set.of(
                    "org.springframework.boot.actuate.health",
                    "org.springframework.boot.web.client",
                    "org.springframework.boot.web.reactive.function.client",
                    "org.springframework.http.client",
                    "org.springframework.web.client",
                    "org.springframework.web.reactive.function.client"));

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
                    Set<String> optional = new TreeSet<>(OPTIONAL);
                    optional.addAll(OPTIONAL_OF.getOrDefault(module.folder(), Set.of()));

                    assertThat(imports).isNotEmpty().allSatisfy((name, clause) -> assertThat(
                                    clause.contains("resolution:=optional"))
                            .as(name)
                            .isEqualTo(optional.contains(name)));
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
