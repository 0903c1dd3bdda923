package io.forbear.retry.lab.simulate;

import java.util.List;

/**
 * What a run showed.
 *
 * @param success percent of the calls due in the bad time that succeeded
 * @param successAfter percent of the calls due after it that succeeded
 * @param refused percent of the calls due in the bad time that were refused before their first attempt
 * @param amplification attempts for each call, in the bad time
 * @param amplificationAfter the same after it
 * @param backSeconds from the end of the bad time until, for a second, 95 % of the calls due succeed; {@link #NEVER}
 * @param attempts attempts of the whole run
 * @param attemptsPerCall attempts of the calls due in the bad time, whenever they were made, for each of these calls
 * @param doneSeconds when the last call of the run had its end
 * @param seconds what happened in each second of the run
 */
public record Figures(
        double success,
        double successAfter,
        double refused,
        double amplification,
        double amplificationAfter,
        double backSeconds,
        long attempts,
        double attemptsPerCall,
        double doneSeconds,
        List<Second> seconds) {

    /**
     * What happened in a second.
     *
     * @param calls that began
     * @param attempts that began
     * @param succeeded calls that had their success then
     */
    public record Second(long calls, long attempts, long succeeded) {}

    /** It does not come back in the time of the run. */
    public static final double NEVER = Double.POSITIVE_INFINITY;
}
