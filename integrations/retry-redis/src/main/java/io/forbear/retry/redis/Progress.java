package io.forbear.retry.redis;

import org.jspecify.annotations.Nullable;

/** What the lease thread last learned, for snapshots: immutable, published as one. */
record Progress(
        FleetState state,
        @Nullable FloorReason reason,
        long balance,
        long holders,
        long answeredNanos,
        long granted,
        long floor,
        long leases,
        long denied,
        long failures,
        long leaseNanos) {

    static Progress start(long initial, long floor, long nowNanos) {
        return new Progress(FleetState.STARTING, null, initial, 0, nowNanos, 0, floor, 0, 0, 0, 0);
    }

    Progress answered(
            long nowBalance, long nowHolders, long nowNanos, long tookNanos, long nowGranted, boolean wasDenied) {
        return new Progress(
                FleetState.LEASED,
                null,
                nowBalance,
                nowHolders,
                nowNanos,
                nowGranted,
                floor,
                leases + 1,
                denied + (wasDenied ? 1 : 0),
                failures,
                leaseNanos + tookNanos);
    }

    Progress failed(FloorReason why) {
        return new Progress(
                FleetState.FLOOR,
                why,
                balance,
                holders,
                answeredNanos,
                granted,
                floor,
                leases,
                denied,
                failures + 1,
                leaseNanos);
    }

    Progress withFloor(long total) {
        return new Progress(
                state, reason, balance, holders, answeredNanos, granted, total, leases, denied, failures, leaseNanos);
    }

    Progress closed() {
        return new Progress(
                FleetState.CLOSED,
                null,
                balance,
                holders,
                answeredNanos,
                granted,
                floor,
                leases,
                denied,
                failures,
                leaseNanos);
    }
}
