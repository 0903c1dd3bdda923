package io.forbear.retry;

/**
 * How much it matters that a call succeeds: critical calls retry longest, sheddable calls give way first.
 *
 * @since 0.1
 */
public enum Criticality {
    /** Users notice at once when it fails; may draw on the reserve of a budget. */
    CRITICAL,
    /** The default. */
    NORMAL,
    /**
     * May be dropped under load: batch work, prefetching, refreshes. At most one retry unless the policy says
     * otherwise.
     */
    SHEDDABLE
}
