package io.forbear.retry.lab.sweep;

import io.forbear.retry.lab.compare.Range;
import org.jspecify.annotations.Nullable;

/**
 * One value of the knob, with what it brings and what it costs: the mean over scenarios, and the mean of the ends of
 * their ranges.
 *
 * @param value the value, or the name of the policy that values are compared with
 * @param success percent of the calls
 * @param load attempts for each call
 * @param back seconds until the service is as before, where never counts as the rest of the run; {@code null} if no
 *     scenario shows it
 * @param never in how many scenarios a run did not come back
 * @param onFront whether no other value is at least as good in everything and better in something
 * @param beatenBy a value on the front that is; {@code null} for one on the front
 */
public record Point(
        String value,
        Range success,
        Range load,
        @Nullable Range back,
        int never,
        boolean onFront,
        @Nullable String beatenBy) {}
