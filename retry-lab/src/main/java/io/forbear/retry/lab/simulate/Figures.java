package io.forbear.retry.lab.simulate;

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
 */
public record Figures(
        double success,
        double successAfter,
        double refused,
        double amplification,
        double amplificationAfter,
        double backSeconds,
        long attempts) {

    /** It does not come back in the time of the run. */
    public static final double NEVER = Double.POSITIVE_INFINITY;
}
