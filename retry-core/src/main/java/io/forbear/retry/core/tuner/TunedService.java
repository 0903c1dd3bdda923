package io.forbear.retry.core.tuner;

import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.ServiceCustomizer;
import io.forbear.retry.core.budget.EarnedSpec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a tuner knows of one service. Used under the lock of its tuner. */
final class TunedService {

    private final TuningRule rule = new TuningRule();
    private @Nullable TunedValues configured;
    private @Nullable TunedValues now;
    private @Nullable TunedValues beforeStep;
    private @Nullable RetrySnapshot last;
    private TuningRule.@Nullable Change proposed;
    private boolean left;

    /** Notes what text and code say, and puts the tuned values in their place. */
    void customize(ServiceCustomizer given, boolean applies) {
        EarnedSpec earned = given.budget().orElse(null) instanceof EarnedSpec spec ? spec : null;
        TunedValues[] found = new TunedValues[1];
        given.policy(policy -> found[0] = values(policy.build(), earned));
        TunedValues before = configured;
        configured = found[0];
        if (!found[0].equals(before)) {
            now = found[0]; // somebody has changed the configuration: the tuner begins with that
        }
        TunedValues tuned = now;
        if (applies && !left && tuned != null && !tuned.equals(configured)) {
            given.policy(policy -> apply(policy, tuned));
            if (earned != null) {
                given.budget(earned.ratio(tuned.ratio()));
            }
        }
    }

    private static TunedValues values(RetryPolicy policy, @Nullable EarnedSpec earned) {
        return new TunedValues(
                earned == null ? Double.NaN : earned.ratio(),
                policy.maxAttempts(),
                policy.backoff().base().toMillis());
    }

    private static void apply(RetryPolicy.Builder policy, TunedValues tuned) {
        RetryPolicy before = policy.build();
        policy.maxAttempts(tuned.attempts());
        if (before.backoff().base().toMillis() != tuned.delayMillis()) {
            policy.backoff(before.backoff().base(Duration.ofMillis(tuned.delayMillis())));
        }
    }

    /** Looks at the figures since the last look, and takes the change that the rule wants. */
    TuningRule.@Nullable Change look(RetrySnapshot figures, TuningBounds bounds) {
        RetrySnapshot before = last;
        last = figures;
        TunedValues current = now;
        TunedValues without = configured;
        if (before == null || current == null || without == null || left) {
            return null;
        }
        return rule.decide(current, without, TuningWindow.between(before, figures), bounds);
    }

    @Nullable
    TunedValues now() {
        return now;
    }

    /** Takes a change, or in a dry run notes that it was proposed. Returns whether that is news. */
    boolean take(TuningRule.Change change, boolean applies) {
        if (applies) {
            beforeStep = now;
            now = change.to();
            return true;
        }
        TuningRule.Change before = proposed;
        proposed = change;
        return before == null || !before.to().equals(change.to());
    }

    /** Takes the latest change back, which could not be put in force. */
    void takeBack() {
        now = beforeStep;
    }

    /** Takes the configured values, and leaves them. Returns whether that changes anything. */
    boolean leave() {
        boolean changes = !left && now != null && !now.equals(configured);
        left = true;
        now = configured;
        return changes;
    }

    /** Tunes again, from the configured values on. */
    void resume() {
        left = false;
        now = configured;
    }
}
