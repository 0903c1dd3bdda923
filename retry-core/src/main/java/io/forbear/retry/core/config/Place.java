package io.forbear.retry.core.config;

import io.forbear.retry.operations.ConfiguredValue.Source;

/**
 * Where a setting is written.
 *
 * @param source the kind of the place
 * @param name the place for people, such as {@code orders.properties:12}; empty if the source says it all
 * @param secret whether what is written there is shown nowhere
 */
record Place(Source source, String name, boolean secret) {

    /** What is shown in place of a value that is a secret. */
    static final String SECRET = "a secret";

    /** A map or properties of the program. */
    static final Place OF_PROGRAM = new Place(Source.KEY, "");

    /** The environment of the process. */
    static final Place ENVIRONMENT = new Place(Source.ENVIRONMENT, "");

    /** The system properties of the process. */
    static final Place SYSTEM_PROPERTY = new Place(Source.SYSTEM_PROPERTY, "");

    Place(Source source, String name) {
        this(source, name, false);
    }

    /** Returns what is shown of a value that is written there. */
    String shown(String value) {
        return secret ? SECRET : value;
    }

    /** Returns a line of a file. */
    static Place line(String file, int line) {
        return new Place(Source.FILE, file + ":" + line);
    }

    /** Returns a file. */
    static Place file(String file) {
        return new Place(Source.FILE, file);
    }

    /** Returns what an error begins with. */
    String prefix() {
        return name.isEmpty() ? "" : name + ": ";
    }

    /** Returns a label with the place, for people. */
    String and(String label) {
        return name.isEmpty() ? label : label + " (" + name + ")";
    }
}
