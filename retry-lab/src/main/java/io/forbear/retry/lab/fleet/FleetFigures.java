package io.forbear.retry.lab.fleet;

import java.util.List;

/**
 * What a store says of the budget of a fleet. Amounts are tokens.
 *
 * @param service the name under which processes share the budget
 * @param store host and port
 * @param timeMillis the clock of the store, since 1970
 * @param balance what the pot held after the last message of a process; time has refilled it since
 * @param capacity the most that it holds
 * @param owed what processes spent without a lease and the pot did not hold
 * @param granted leased to all processes since the pot was made, also to those that are gone
 * @param returned what they have given back
 * @param leased what they were granted and have not returned: spent, or held by a process
 * @param denied messages that asked for tokens and got less than one
 * @param holders processes that share the pot
 * @param newest of these, those whose last message is the newest, as many as were asked for
 */
public record FleetFigures(
        String service,
        String store,
        long timeMillis,
        double balance,
        double capacity,
        double owed,
        double granted,
        double returned,
        double leased,
        long denied,
        long holders,
        List<Holder> newest) {

    /**
     * A process that shares the pot.
     *
     * @param id as it names itself
     * @param ageSeconds since its last message
     * @param successes calls that ended well, as it told
     * @param granted leased to it
     * @param returned what it has given back
     * @param withoutLease what it spent while the store did not lease, and the token that it started with
     */
    public record Holder(
            String id, double ageSeconds, long successes, double granted, double returned, double withoutLease) {}
}
