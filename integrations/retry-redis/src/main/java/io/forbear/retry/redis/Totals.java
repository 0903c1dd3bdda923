package io.forbear.retry.redis;

/**
 * The running totals that a holder tells the store. They only grow.
 *
 * @param successes calls that succeeded
 * @param returned milli-tokens that were leased and given back
 * @param spentOnFloor milli-tokens that were spent without a lease
 */
record Totals(long successes, long returned, long spentOnFloor) {

    static final Totals NONE = new Totals(0, 0, 0);

    /** Compares by hand: the method that the JDK generates for a record keeps its class loader reachable for good. */
    boolean isAhead(Totals earlier) {
        return successes != earlier.successes || returned != earlier.returned || spentOnFloor != earlier.spentOnFloor;
    }
}
