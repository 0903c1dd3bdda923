package io.forbear.retry.lab.compare;

/** Is told how a comparison goes, by one thread at a time. */
@FunctionalInterface
public interface ComparisonListener {

    /**
     * A run is over.
     *
     * @param now where the comparison stands
     */
    void ran(Now now);

    /**
     * Where a comparison stands.
     *
     * @param done runs that are over
     * @param of runs in all
     * @param attempts attempts that were simulated
     * @param what the run that was over last: fleet, scenario and policy
     */
    record Now(int done, int of, long attempts, String what) {}
}
