package io.forbear.retry.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;

/** Time in the core is that of the monotonic clock. */
class ClocksTest {

    /**
     * guava-retrying#15, CrossPaste#4547, Resilience4j's and Spring's: a wall clock that was set ended waits, or never
     * did. The times of an event and of a reload are for a reader, who has no other clock; nothing is decided by it.
     */
    @Test
    void theCoreDecidesNothingByTheWallClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.forbear.retry.core.service.OperatorSide")
                .and()
                .doNotHaveFullyQualifiedName("io.forbear.retry.core.ConfigWatch")
                .and()
                .resideOutsideOfPackage("io.forbear.retry.core.jmx")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Instant.class, Date.class)
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.forbear.retry.core"));
    }
}
