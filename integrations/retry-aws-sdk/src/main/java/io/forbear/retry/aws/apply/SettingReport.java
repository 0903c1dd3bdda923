package io.forbear.retry.aws.apply;

import io.forbear.retry.export.ExportResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What became of a setting at its service.
 *
 * @param place what the setting is of, such as {@code queue https://sqs.us-east-1.amazonaws.com/123456789012/orders}
 * @param export what the policy is in the fields of the service, and what was clamped, changed or dropped on the way
 * @param changes the fields that the service held otherwise before
 * @param written whether they were set; then the service was read again, and holds what was sent
 * @since 0.1
 */
public record SettingReport(String place, ExportResult export, List<SettingDifference> changes, boolean written) {

    /** Creates a report; the list is copied. */
    public SettingReport {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(export, "export");
        changes = List.copyOf(changes);
    }

    /**
     * Tells whether the service holds what the policy wants.
     *
     * @return {@code true} if nothing differed, or it was set
     */
    public boolean isHeld() {
        return written || changes.isEmpty();
    }

    /**
     * Returns what became of the setting, for people: a line for each field that differed, then {@link
     * ExportResult#report()}.
     *
     * @return lines such as {@code written  VisibilityTimeout: 30 became 60}; empty if there is nothing to tell
     */
    public String report() {
        List<String> lines = new ArrayList<>();
        for (SettingDifference change : changes) {
            lines.add(
                    written
                            ? "written  " + change.field() + ": " + change.held() + " became " + change.wanted()
                            : "differs  " + change);
        }
        if (!export.report().isEmpty()) {
            lines.add(export.report());
        }
        return String.join("\n", lines);
    }
}
