package io.forbear.retry.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
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
import io.forbear.retry.lab.RetryLab;
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
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows of the design, between the modules and inside the core, and who may be public. */
class ArchitectureTest {

    private static final String API = "io.forbear.retry";
    private static final String ERROR = API + ".error";
    private static final String OPERATIONS = API + ".operations";
    private static final String API_INTERNAL = API + ".internal";
    private static final String CORE = "io.forbear.retry.core";

    /** Of the JDK, but not below {@code java}; for the signals of load alone. */
    private static final String JDK_MANAGEMENT = "com.sun.management";

    /** Of the JDK as well; for the MXBeans alone. */
    private static final String JMX = "javax.management..";

    /** What the classes of a module may see beside the JDK, the annotations and each other. */
    private static final Map<Class<?>, Set<String>> MODULES = Map.ofEntries(
            Map.entry(Retry.class, Set.of()),
            Map.entry(Retries.class, Set.of(API, ERROR, OPERATIONS, API_INTERNAL, JDK_MANAGEMENT, JMX)),
            Map.entry(ManualClock.class, Set.of(API, ERROR, OPERATIONS)),
            Map.entry(MicrometerRetry.class, Set.of(API, ERROR, OPERATIONS, "io.micrometer..")),
            Map.entry(OpenTelemetryRetry.class, Set.of(API, ERROR, OPERATIONS, "io.opentelemetry..")),
            Map.entry(
                    HttpRetry.class,
                    Set.of(API, ERROR, OPERATIONS, "javax.net.ssl", "com.sun.net.httpserver", "jakarta.servlet..")),
            Map.entry(GrpcRetry.class, Set.of(API, ERROR, OPERATIONS, "io.grpc..")),
            Map.entry(
                    OkHttpRetry.class,
                    Set.of(API, ERROR, OPERATIONS, "io.forbear.retry.http", "okhttp3", "okio", "kotlin..")),
            Map.entry(
                    HttpClient5Retry.class, Set.of(API, ERROR, OPERATIONS, "io.forbear.retry.http", "org.apache.hc..")),
            Map.entry(FeignRetry.class, Set.of(API, ERROR, OPERATIONS, "io.forbear.retry.http", "feign..")),
            // the starters make the registry of the application, which is the engine's
            Map.entry(
                    RetryRegistryCustomizer.class,
                    Set.of(
                            API,
                            ERROR,
                            OPERATIONS,
                            CORE,
                            CORE + ".config",
                            "io.forbear.retry.micrometer",
                            "io.forbear.retry.otel",
                            "io.forbear.retry.spring",
                            "io.forbear.retry.spring.web",
                            "io.forbear.retry.testkit",
                            "io.micrometer..",
                            "io.opentelemetry..",
                            "org.junit.jupiter..",
                            "org.springframework..",
                            "reactor.core..")),
            Map.entry(
                    Boot4OnlyAutoConfiguration.class,
                    Set.of(API, OPERATIONS, CORE, "io.forbear.retry.spring.boot", "org.springframework..")),
            Map.entry(
                    Boot3OnlyAutoConfiguration.class,
                    Set.of(API, OPERATIONS, CORE, "io.forbear.retry.spring.boot", "org.springframework..")),
            Map.entry(
                    ForbearRetry.class,
                    Set.of(
                            API,
                            ERROR,
                            OPERATIONS,
                            "io.forbear.retry.http",
                            "io.forbear.retry.kotlin.internal",
                            "io.forbear.retry.reactor",
                            "kotlin..",
                            "kotlinx.coroutines..",
                            "org.aopalliance..",
                            "org.springframework..",
                            "org.reactivestreams",
                            "reactor.core..")),
            // sees the engine, whose budgets and gate are the modes of the SDK
            Map.entry(
                    AwsRetries.class,
                    Set.of(
                            API,
                            ERROR,
                            OPERATIONS,
                            CORE,
                            CORE + ".budget",
                            CORE + ".config",
                            CORE + ".gate",
                            // an export is set at its service
                            "io.forbear.retry.export",
                            "com.fasterxml.jackson.core..",
                            "com.amazonaws.services.lambda.runtime.events..",
                            "software.amazon.awssdk..")),
            // FleetBudgets, a customizer of the registry, reads what text says of a budget
            Map.entry(
                    FleetBudget.class,
                    Set.of(
                            API,
                            ERROR,
                            OPERATIONS,
                            CORE,
                            CORE + ".config",
                            "io.lettuce..",
                            "redis.clients.jedis..",
                            "org.springframework.data..",
                            "reactor.core..",
                            "org.reactivestreams..",
                            "io.micrometer..")),
            // it reads the configuration of the engine
            Map.entry(
                    ExportedPolicy.class,
                    Set.of(
                            API,
                            ERROR,
                            OPERATIONS,
                            CORE + ".budget",
                            CORE + ".config",
                            "com.fasterxml.jackson.core..",
                            "org.snakeyaml.engine..")),
            Map.entry(YamlSettings.class, Set.of(API, OPERATIONS, CORE + ".config", "org.snakeyaml.engine..")),
            Map.entry(ForbearOperator.class, Set.of(API, ERROR, OPERATIONS, "reactor..", "org.reactivestreams..")),
            Map.entry(
                    RetryAttempt.class,
                    Set.of(
                            API,
                            ERROR,
                            OPERATIONS,
                            "kotlin..",
                            "kotlinx.coroutines..",
                            "org.jetbrains.annotations",
                            "org.reactivestreams",
                            "reactor.core..")),
            // it makes services, and the engine does that
            Map.entry(
                    ForbearExtension.class,
                    Set.of(API, ERROR, OPERATIONS, CORE, CORE + ".config", "io.forbear.retry.testkit", "org.junit..")));

    /**
     * What the packages of the core may see; one that is not named here is a part beside the others, and sees internal
     * only.
     */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "execution", Set.of("call", "service", "client", "internal"),
            "call", Set.of("service", "client", "internal"),
            "service", Set.of("client", "internal"),
            "sla", Set.of("budget", "internal"),
            "tuner", Set.of("budget", "service", "internal"),
            "config", Set.of("budget", "breaker", "gate", "signal", "internal"),
            "internal", Set.of());

    private static final Set<String> PART = Set.of("internal");

    private static final JavaClasses ALL = new ClassFileImporter()
            .importLocations(Stream.concat(MODULES.keySet().stream(), Stream.of(RetryLab.class))
                    .map(ModulePath::of)
                    .map(ArchitectureTest::location)
                    .toList());

    private static final JavaClasses CORE_CLASSES = ALL.that(resideInAPackage(CORE + ".."));

    @TestFactory
    Stream<DynamicTest> aModuleSeesWhatTheDesignLetsItSee() {
        return MODULES.entrySet().stream().map(module -> {
            String own = module.getKey().getPackageName();
            // packages of other modules may begin like those of this one
            String[] inside = ModuleFinder.of(ModulePath.of(module.getKey())).findAll().stream()
                    .flatMap(reference -> reference.descriptor().packages().stream())
                    .toArray(String[]::new);
            Set<String> seen = new TreeSet<>(module.getValue());
            seen.addAll(Set.of("java..", "org.jspecify.."));
            seen.addAll(List.of(inside));
            return DynamicTest.dynamicTest(own, () -> classes()
                    .that(resideInAnyPackage(inside))
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(seen.toArray(String[]::new)))
                    .check(ALL));
        });
    }

    @TestFactory
    Stream<DynamicTest> aPackageOfTheCoreSeesWhatIsBelowItAndNothingBesideIt() {
        return parts().stream().map(part -> {
            Set<String> seen = new TreeSet<>(
                    Set.of("java..", "org.jspecify..", API, ERROR, OPERATIONS, API_INTERNAL, CORE + "." + part));
            ARROWS.getOrDefault(part, PART).forEach(below -> seen.add(CORE + "." + below));
            if (part.equals("signal")) {
                seen.add(JDK_MANAGEMENT);
            }
            if (part.equals("tuner")) {
                seen.add(CORE); // it is a customizer of the registry
            }
            if (part.equals("jmx")) {
                seen.add(JMX);
            }
            return DynamicTest.dynamicTest(part, () -> classes()
                    .that(resideInAPackage(CORE + "." + part))
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(seen.toArray(String[]::new)))
                    .check(CORE_CLASSES));
        });
    }

    @Test
    void everyPackageWithAnArrowIsThere() {
        assertThat(parts()).containsAll(ARROWS.keySet()).contains("budget", "breaker", "client");
    }

    @Test
    void noPackagesDependOnEachOtherInACycle() {
        slices().matching("io.forbear.retry.(**)").should().beFreeOfCycles().check(ALL);
    }

    /** Package-private first: in a package that is not exported, a type is public because another package needs it. */
    @Test
    void behindTheDoorsATypeIsPublicOnlyForAnotherPackage() {
        classes()
                .that(resideInAPackage(CORE + "..").and(DescribedPredicate.not(inExportedPackage())))
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should(beUsedByAnotherPackage())
                .check(CORE_CLASSES);
    }

    /** What users see cannot be extended by them, unless it is an interface that they implement. */
    @Test
    void aClassBehindADoorCannotBeExtended() {
        classes()
                .that(inExportedPackage())
                .and()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .should(notBeExtensible())
                .check(ALL);
    }

    private static Location location(Path place) {
        return Files.isDirectory(place) ? Location.of(place) : Location.of(URI.create("jar:" + place.toUri() + "!/"));
    }

    private static Set<String> parts() {
        Set<String> parts = new TreeSet<>();
        for (JavaClass type : CORE_CLASSES) {
            if (!type.getPackageName().equals(CORE)) {
                parts.add(type.getPackageName().substring(CORE.length() + 1));
            }
        }
        return parts;
    }

    private static DescribedPredicate<JavaClass> inExportedPackage() {
        Set<String> exported = new TreeSet<>();
        MODULES.keySet().stream()
                .flatMap(type -> ModuleFinder.of(ModulePath.of(type)).findAll().stream())
                .flatMap(module -> module.descriptor().exports().stream())
                .filter(door -> !door.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .forEach(exported::add);
        return DescribedPredicate.describe(
                "are in an exported package", type -> exported.contains(type.getPackageName()));
    }

    private static ArchCondition<JavaClass> notBeExtensible() {
        return new ArchCondition<>("be final, or have no constructor that users see") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean closed = type.getModifiers().contains(JavaModifier.FINAL)
                        || type.getConstructors().stream()
                                .map(JavaMember::getModifiers)
                                .noneMatch(modifiers -> modifiers.contains(JavaModifier.PUBLIC)
                                        || modifiers.contains(JavaModifier.PROTECTED));
                events.add(new SimpleConditionEvent(type, closed, type.getName() + " can be extended by users"));
            }
        };
    }

    private static ArchCondition<JavaClass> beUsedByAnotherPackage() {
        return new ArchCondition<>("be used by another package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean used = type.getDirectDependenciesToSelf().stream()
                        .anyMatch(dependency ->
                                !dependency.getOriginClass().getPackageName().equals(type.getPackageName()));
                events.add(new SimpleConditionEvent(
                        type, used, type.getName() + " is public, but no other package of the core uses it"));
            }
        };
    }
}
