package io.forbear.retry.lab.difference;

import java.util.Locale;

/** The figures that are compared, each with what counts as no change and as the noise of one run over real HTTP. */
enum Figure {
    SUCCESS("success, %", "success", "successPercent", true, 0.05, 2),
    ORDINARY("ordinary, %", "", "transientSuccessPercent", true, 0.05, 0.5),
    LOAD("attempts per call", "amplification", "outageAmplification", false, 0.01, 0.2),
    BACK("back, s", "backSeconds", "recoverySeconds", false, 0.1, 0.5);

    final String title;
    /** Its name in a file of {@code simulate}; empty where there is none. */
    final String inSimulation;
    /** Its name in a file of {@code storm}. */
    final String inStorm;

    private final boolean isMoreBetter;
    /** What differs by less is the same. */
    private final double least;
    /** How far one run over real HTTP may be from the next one. */
    final double noise;

    Figure(String title, String inSimulation, String inStorm, boolean isMoreBetter, double least, double noise) {
        this.title = title;
        this.inSimulation = inSimulation;
        this.inStorm = inStorm;
        this.isMoreBetter = isMoreBetter;
        this.least = least;
        this.noise = noise;
    }

    String text(double value) {
        return Double.isInfinite(value) ? "never" : String.format(Locale.ROOT, "%.2f", value);
    }

    /** Tells what became of a figure. */
    Change change(Measured before, Measured after) {
        double from = judged(before.mean());
        double to = judged(after.mean());
        if (from == to || Math.abs(to - from) < least) {
            return Change.SAME;
        }
        if (before.holds(after.mean()) && after.holds(before.mean())) {
            return Change.WITHIN;
        }
        return to > from == isMoreBetter ? Change.BETTER : Change.WORSE;
    }

    /** Less than one attempt for each call is calls that were refused, which success shows already. */
    private double judged(double value) {
        return this == LOAD ? Math.max(1, value) : value;
    }
}
