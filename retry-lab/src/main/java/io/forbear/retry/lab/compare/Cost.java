package io.forbear.retry.lab.compare;

/**
 * What a comparison took.
 *
 * @param attempts attempts that were simulated
 * @param seconds by the clock
 * @param coreSeconds of all threads together, only while they were running where the JVM can tell
 */
public record Cost(long attempts, double seconds, double coreSeconds) {

    /**
     * Returns how fast it was.
     *
     * @return attempts in a second of one core
     */
    public double attemptsPerCoreSecond() {
        return coreSeconds > 0 ? attempts / coreSeconds : 0;
    }
}
