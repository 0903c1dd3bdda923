package io.forbear.retry.lab.difference;

/** What became of a figure. */
enum Change {
    /** It looks the same. */
    SAME(""),
    /** It moved, and each file's mean lies in the range of the other. */
    WITHIN("~"),
    /** It is better by more than the spread. */
    BETTER("better"),
    /** It is worse by more than the spread. */
    WORSE("worse");

    final String word;

    Change(String word) {
        this.word = word;
    }
}
