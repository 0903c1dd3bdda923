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
}
