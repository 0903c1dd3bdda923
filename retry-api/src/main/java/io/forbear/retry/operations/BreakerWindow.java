package io.forbear.retry.operations;

/**
 * What a circuit breaker has counted: in CLOSED and METRICS_ONLY the outcomes in its window, in HALF_OPEN the probes
 * that have ended, in OPEN the counts that opened it.
 *
 * @param calls the attempts that count
 * @param failures those of them that failed
 * @param slow those of them that were slow; zero where durations do not count
 * @since 0.1
 */
public record BreakerWindow(long calls, long failures, long slow) {

    /**
     * Returns the share that failed.
     *
     * @return from 0 to 1; 0 where nothing was counted
     */
    public double failureRate() {
        return share(failures);
    }

    /**
     * Returns the share that was slow.
     *
     * @return from 0 to 1; 0 where nothing was counted
     */
    public double slowRate() {
        return share(slow);
    }

    private double share(long part) {
        return calls == 0 ? 0 : (double) part / calls;
    }
}
