package io.forbear.retry.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a fleet budget in this process, as they were when {@link FleetBudget#snapshot()} was called. Amounts
 * are milli-tokens, 1000 for each retry. Those that are named totals only grow, and start at 0 with the process.
 *
 * @param service the service
 * @param state where tokens come from
 * @param reason why the state is {@link FleetState#FLOOR}; {@code null} in another state
 * @param balance what this process may spend without asking
 * @param granted total that the store has leased to this process
 * @param floor total that this process has allowed itself without the store
 * @param returned total that this process has given back to the store
 * @param fleetBalance what the pot in the store held, when it last answered; the initial balance before
 * @param fleetCapacity the most that the pot in the store holds
 * @param holders processes that share the pot, when the store last answered; 0 before
 * @param age how long ago the store last answered; since the start where it has not
 * @param leases total of messages that the store has answered
 * @param denied total of those that asked for tokens and got less than one
 * @param failures total of messages that failed or were not answered in time
 * @param leaseTime total of the time that answers took
 * @since 0.1
 */
public record FleetSnapshot(
        String service,
        FleetState state,
        @Nullable FloorReason reason,
        long balance,
        long granted,
        long floor,
        long returned,
        long fleetBalance,
        long fleetCapacity,
        long holders,
        Duration age,
        long leases,
        long denied,
        long failures,
        Duration leaseTime) {}
