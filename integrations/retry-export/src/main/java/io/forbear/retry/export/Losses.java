package io.forbear.retry.export;

import io.forbear.retry.export.ExportResult.Clamped;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects what becomes of one policy on its way to one target. Not thread-safe. */
final class Losses {

    private static final int NANO_DIGITS = 9;
    private static final int MILLI_DIGITS = 6;

    private final String target;
    private final List<Clamped> clamped = new ArrayList<>();
    private final List<String> lossy = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Losses(String target) {
        this.target = target;
    }

    String target() {
        return target;
    }

    /** Returns a time in whole seconds, rounded up, then brought into the range. */
    long seconds(String field, long nanos, long least, long most) {
        return whole(field, BigDecimal.valueOf(nanos, NANO_DIGITS), least, most);
    }

    /** Returns a time in whole milliseconds, rounded up, then brought into the range. */
    long millis(String field, long nanos, long least, long most) {
        return whole(field, BigDecimal.valueOf(nanos, MILLI_DIGITS), least, most);
    }

    /** Returns a number, brought into the range. */
    int count(String field, int value, int least, int most) {
        return (int) whole(field, BigDecimal.valueOf(value), least, most);
    }

    private long whole(String field, BigDecimal value, long least, long most) {
        BigDecimal up = value.setScale(0, RoundingMode.CEILING);
        BigDecimal to = up.max(BigDecimal.valueOf(least)).min(BigDecimal.valueOf(most));
        clamped(field, value, to);
        return to.longValueExact();
    }

    /** Notes that a field has another value, if it has. */
    void clamped(String field, BigDecimal from, BigDecimal to) {
        if (from.compareTo(to) != 0) {
            clamped.add(new Clamped(field, from, to));
        }
    }

    void lossy(String what, String instead) {
        lossy.add(sentence(what, instead));
    }

    void dropped(String what, String instead) {
        dropped.add(sentence(what, instead));
    }

    void note(String what, String instead) {
        notes.add(sentence(what, instead));
    }

    private String sentence(String what, String instead) {
        return what + " (" + target + ": " + instead + ")";
    }

    /**
     * Tells all that the policy says and the target does not.
     *
     * @param said what the target has been told of
     * @param instead what the target does in place of some of the rest; nothing for all others
     */
    void unsaid(ExportedPolicy policy, Set<Feature> said, Map<Feature, String> instead) {
        for (Feature feature : Feature.values()) {
            if (said.contains(feature) || feature.isOfRetries() && policy.attempts() == 1) {
                continue;
            }
            String what = feature.saidBy(policy);
            if (!what.isEmpty()) {
                String there = instead.getOrDefault(feature, feature.usuallyInstead());
                if (feature.isUsual(policy)) {
                    note(what, there);
                } else {
                    dropped(what, there);
                }
            }
        }
    }

    ExportResult result(Object block, String text) {
        return new ExportResult(target, block, text, clamped, lossy, dropped, notes);
    }

    ExportResult json(Object block) {
        return result(block, Json.write(block));
    }

    ExportResult yaml(Object block) {
        return result(block, Yaml.write(block));
    }
}
