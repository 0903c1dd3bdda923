package io.forbear.retry.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image must be told: the answers of the endpoint, which are written by reflection. Settings need no
 * hint: names of classes in them are compared, and no class is loaded.
 */
final class ForbearRuntimeHints implements RuntimeHintsRegistrar {

    ForbearRuntimeHints() {}

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        new BindingReflectionHintsRegistrar()
                .registerReflectionHints(
                        hints.reflection(), AllServices.class, ServiceDetails.class, ReloadDescription.class);
    }
}
