package io.forbear.retry.benchmarks.report;

/**
 * What came out of one target.
 *
 * @param question what was asked
 * @param target the rule in words
 * @param measured the figure that it is about
 * @param limit what the figure is held against, measured in the same run where it is not a plain number
 * @param atLeast whether the figure is to be at least the limit; else at most
 * @param unit the unit of both
 */
record Finding(String question, String target, Figure measured, Figure limit, boolean atLeast, String unit) {

    /** Whether a target holds. */
    enum Verdict {
        /** It holds. */
        HOLDS("holds"),
        /** It does not, by less than the error, or the error is not known: measure longer. */
        UNCLEAR("within error"),
        /** It does not, by more than the error. */
        BROKEN("BROKEN"),
        /** The results lack a figure that it needs. */
        NOT_MEASURED("not measured");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    static Finding atMost(String question, String target, Figure measured, Figure limit, String unit) {
        return new Finding(question, target, measured, limit, false, unit);
    }

    static Finding atLeast(String question, String target, Figure measured, Figure limit, String unit) {
        return new Finding(question, target, measured, limit, true, unit);
    }

    static Finding missing(String question, String target) {
        Figure unknown = new Figure(Double.NaN, Double.NaN);
        return new Finding(question, target, unknown, unknown, false, "");
    }

    /** How much of what is allowed is used: up to 1 the target holds. */
    Figure use() {
        return atLeast ? limit.over(measured) : measured.over(limit);
    }

    Verdict verdict() {
        Figure use = use();
        if (Double.isNaN(use.value())) {
            return Verdict.NOT_MEASURED;
        }
        if (use.value() <= 1) {
            return Verdict.HOLDS;
        }
        return use.value() - use.error() > 1 ? Verdict.BROKEN : Verdict.UNCLEAR;
    }
}
