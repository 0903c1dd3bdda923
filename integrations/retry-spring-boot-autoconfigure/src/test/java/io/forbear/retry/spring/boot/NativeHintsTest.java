package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.aot.AotServices;

/** A native image is told of all that is found by reflection. */
class NativeHintsTest {

    private static RuntimeHints hints() {
        RuntimeHints hints = new RuntimeHints();
        List<RuntimeHintsRegistrar> ours = AotServices.factories().load(RuntimeHintsRegistrar.class).asList().stream()
                .filter(registrar -> registrar.getClass().getName().startsWith("io.forbear"))
                .toList();
        assertThat(ours).isNotEmpty();
        ours.forEach(registrar -> registrar.registerHints(hints, getClassLoader()));
        return hints;
    }

    private static ClassLoader getClassLoader() {
        return NativeHintsTest.class.getClassLoader();
    }

    @Test
    void theAnswersOfTheEndpointAreReadable() {
        RuntimeHints hints = hints();

        for (Class<?> answer : List.of(
                AllServices.class,
                ServiceDescription.class,
                ServiceDescription.Budget.class,
                ServiceDescription.Breaker.class,
                ServiceDescription.Pause.class,
                ServiceDescription.Setting.class,
                ServiceDetails.class,
                ServiceDetails.Event.class,
                ReloadDescription.class)) {
            assertThat(reflection().onType(answer).withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS))
                    .as(answer.getName())
                    .accepts(hints);
        }
    }
}
