package io.forbear.retry.core.tuner;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A change that a tuner has made, or would have made.
 *
 * @param service the name of the service
 * @param changes the settings that change, by their keys of text configuration: {@code before -> after}
 * @param reason why
 * @param applied whether it was made; {@code false} of a dry run
 * @since 0.1
 */
public record TuningStep(String service, Map<String, String> changes, String reason, boolean applied) {

    /** Creates a step. */
    public TuningStep {
        Objects.requireNonNull(service, "service");
        changes = Collections.unmodifiableMap(new LinkedHashMap<>(changes));
        Objects.requireNonNull(reason, "reason");
    }
}
