package io.forbear.retry.spring.web;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.util.ClassUtils;

/**
 * Tells a native image of the field of Spring 6 that {@link RestClientRetry} reads. Spring finds it by {@code
 * META-INF/spring/aot.factories}.
 *
 * @since 0.1
 */
public final class RestClientRetryHints implements RuntimeHintsRegistrar {

    /** The execution of Spring 6, and the field that holds its iterator. */
    static final String EXECUTION_OF_SPRING_6 =
            "org.springframework.http.client.InterceptingClientHttpRequest$InterceptingRequestExecution";

    static final String ITERATOR = "iterator";

    /** Creates the registrar. */
    public RestClientRetryHints() {}

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        if (ClassUtils.isPresent(EXECUTION_OF_SPRING_6, classLoader)) {
            hints.reflection().registerType(TypeReference.of(EXECUTION_OF_SPRING_6), type -> type.withField(ITERATOR));
        }
    }
}
