package io.forbear.retry.aws.apply;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A service was sent a setting, accepted it, and holds something else.
 *
 * @since 0.1
 */
public final class SettingNotHeldException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String place;
    private final transient List<SettingDifference> differences;

    SettingNotHeldException(String place, List<SettingDifference> differences) {
        super(differences.stream()
                .map(one -> place + ": " + one.field() + ": " + one.held() + " (expected: " + one.wanted()
                        + ", as it was sent)")
                .collect(Collectors.joining("\n")));
        this.place = Objects.requireNonNull(place, "place");
        this.differences = List.copyOf(differences);
    }

    /**
     * Returns what the setting is of.
     *
     * @return the place, such as {@code queue https://sqs.us-east-1.amazonaws.com/123456789012/orders}
     */
    public String place() {
        return place;
    }

    /**
     * Returns what the service holds otherwise.
     *
     * @return a difference for each field; empty after serialization
     */
    @SuppressWarnings("NullAway") // null after serialization
    public List<SettingDifference> differences() {
        return differences == null ? List.of() : differences;
    }
}
