package io.forbear.retry.redis;

/**
 * Where the tokens of a {@link FleetBudget} come from now.
 *
 * @since 0.1
 */
public enum FleetState {

    /** No answer of the store yet. One token at most is there. */
    STARTING,

    /** The store answers, and leases. */
    LEASED,

    /** The store does not lease: this process has its share of what the fleet's budget last was. */
    FLOOR,

    /** The budget was closed: it refuses. */
    CLOSED
}
