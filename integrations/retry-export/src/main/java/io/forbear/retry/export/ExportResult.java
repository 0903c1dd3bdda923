package io.forbear.retry.export;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A policy in the settings of a target, and what became of it on the way: nothing is lost in silence.
 *
 * <p>A sentence in {@code lossy}, {@code dropped} or {@code notes} reads
 * {@code name: what the policy says (target: what it does)}.
 *
 * @param target what the settings are for, for people, such as {@code Step Functions}
 * @param block the settings as maps, lists, text, numbers and booleans; not to be changed
 * @param text the settings as the target takes them: JSON, YAML or lines of code
 * @param clamped fields whose value was rounded or brought into the legal range of the target
 * @param lossy what changed its meaning
 * @param dropped what the target cannot express
 * @param notes what holds by the defaults of Forbear without anybody writing it, and not in the target
 * @since 0.1
 */
public record ExportResult(
        String target,
        Object block,
        String text,
        List<Clamped> clamped,
        List<String> lossy,
        List<String> dropped,
        List<String> notes) {

    /** Creates a result; the lists are copied. */
    public ExportResult {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(text, "text");
        clamped = List.copyOf(clamped);
        lossy = List.copyOf(lossy);
        dropped = List.copyOf(dropped);
        notes = List.copyOf(notes);
    }

    /**
     * A field whose value could not stay as it was.
     *
     * @param field its name in the target
     * @param from the value of the policy in the unit of the field, not rounded
     * @param to the value that was written
     */
    public record Clamped(String field, BigDecimal from, BigDecimal to) {

        /** Creates an entry. */
        public Clamped {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
        }

        @Override
        public String toString() {
            return field + ": " + plain(from) + " became " + plain(to);
        }

        private static String plain(BigDecimal value) {
            return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
        }
    }

    /**
     * Tells whether the target does what the policy says.
     *
     * @return {@code true} if nothing was clamped, changed or dropped
     */
    public boolean isFaithful() {
        return clamped.isEmpty() && lossy.isEmpty() && dropped.isEmpty();
    }

    /**
     * Returns what became of the policy, for people.
     *
     * @return a line for each finding, such as {@code dropped  budget: ...}; empty if there is none
     */
    public String report() {
        List<String> lines = new ArrayList<>();
        clamped.forEach(field -> lines.add("clamped  " + field));
        lossy.forEach(sentence -> lines.add("changed  " + sentence));
        dropped.forEach(sentence -> lines.add("dropped  " + sentence));
        notes.forEach(sentence -> lines.add("note     " + sentence));
        return String.join("\n", lines);
    }
}
