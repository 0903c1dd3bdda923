package io.forbear.retry.operations;

import java.util.Objects;

/**
 * One setting of a service as it is now.
 *
 * @param name the key of text configuration where it has one, such as {@code max-attempts}
 * @param value the value as text; {@code a secret} where its source keeps secrets
 * @param source where the value comes from
 * @param detail which key wrote it, as it was written, and the line of its file; empty where the source says it all
 * @since 0.1
 */
public record ConfiguredValue(String name, String value, Source source, String detail) {

    /**
     * Where a value comes from, as far as is known. Further sources may be added.
     *
     * @since 0.1
     */
    public enum Source {
        /** The default of the library, or a value equal to it. */
        DEFAULT,
        /** A {@code preset} of text configuration. */
        PRESET,
        /** A key of text configuration that the program itself gave. */
        KEY,
        /** A store that is asked over the network, such as Parameter Store; the detail has the name there. */
        STORE,
        /** A file; the detail has its name and the line. */
        FILE,
        /** A variable of the environment. */
        ENVIRONMENT,
        /** A system property. */
        SYSTEM_PROPERTY,
        /** The builder of the service. */
        BUILDER,
        /** Code that a registry asks about its services: a customizer. */
        CUSTOMIZER
    }

    /** Creates a value. */
    public ConfiguredValue {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(detail, "detail");
    }
}
