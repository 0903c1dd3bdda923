package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two builders take what comes from outside by the same words, though neither inherits them. */
class BuildersTest {

    private static List<String> setters(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .filter(method -> method.getReturnType() == builder)
                .map(BuildersTest::signature)
                .toList();
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getGenericParameterTypes());
    }

    @Test
    void whatARegistryTakesFromOutsideAServiceTakesToo() {
        List<String> ofRegistry = setters(RetryRegistry.Builder.class).stream()
                .filter(setter -> !setter.startsWith("customize[") && !setter.startsWith("strict["))
                .toList();

        assertThat(ofRegistry).hasSizeGreaterThanOrEqualTo(5);
        assertThat(setters(Retries.Builder.class)).containsAll(ofRegistry);
    }

    /** A method that is inherited from a class that is not public is one that reflection cannot call. */
    @Test
    void noBuilderHasAPublicMethodOfAClassThatIsNot() {
        for (Class<?> builder : List.of(Retries.Builder.class, RetryRegistry.Builder.class)) {
            assertThat(builder.getMethods()).allSatisfy(method -> assertThat(
                            Modifier.isPublic(method.getDeclaringClass().getModifiers()))
                    .isTrue());
        }
    }
}
