package io.forbear.retry.aws.apply;

import java.util.Objects;

/**
 * A field that a service holds otherwise than the policy wants.
 *
 * @param field its name at the service, such as {@code RedrivePolicy.maxReceiveCount}
 * @param wanted the value that the export has; {@code nothing} where the field is not to be there
 * @param held the value that the service has; {@code nothing} where it has none
 * @since 0.1
 */
public record SettingDifference(String field, String wanted, String held) {

    /** Creates a difference. */
    public SettingDifference {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(held, "held");
    }

    @Override
    public String toString() {
        return field + ": " + held + " (expected: " + wanted + ")";
    }
}
