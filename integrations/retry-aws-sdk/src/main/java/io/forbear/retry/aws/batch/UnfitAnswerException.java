package io.forbear.retry.aws.batch;

/** An answer that does not tell of each entry of its request exactly once. What was done is not known. */
final class UnfitAnswerException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    UnfitAnswerException(String found, String expected) {
        super("answer: " + found + " (expected: " + expected + ")");
    }

    /** An answer of which the outcome of a batch says what does not fit. */
    UnfitAnswerException(IllegalStateException unfit) {
        super("answer: " + unfit.getMessage(), unfit);
    }
}
