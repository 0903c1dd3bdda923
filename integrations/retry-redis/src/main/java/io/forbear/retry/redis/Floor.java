package io.forbear.retry.redis;

/**
 * What a process may spend while the store does not lease: its share of what the pot last held, its share of the
 * refill, and what its own successes earn. Over all processes that is what the pot would have given, and not a multiple
 * of it. What is taken here is told to the store afterwards, which takes it from the pot.
 *
 * <p>Used by the lease thread alone.
 */
final class Floor {

    /** Credit is counted in millionths of a milli-token, so that small shares of a refill add up. */
    private static final long UNIT = 1_000_000;

    /** Time between two looks counts up to here, in microseconds: a thread that was stopped earns little. */
    private static final long LONGEST_MICROS = 10_000_000;

    private final FleetSettings settings;
    private long credit;
    private long processes = 1;
    private long sinceNanos;
    private long successesBefore;

    Floor(FleetSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts with a share of the pot.
     *
     * @param balance what the pot last held
     * @param holders how many processes shared it
     */
    void open(long balance, long holders, long successes, long nowNanos) {
        processes = Math.max(holders, settings.expectedProcesses());
        credit = Math.max(0, balance - settings.reserve()) * UNIT / processes;
        sinceNanos = nowNanos;
        successesBefore = successes;
    }

    /** Takes up to an amount of what there is. */
    long take(long most, long successes, long nowNanos) {
        accrue(successes, nowNanos);
        long taken = Math.max(0, Math.min(most, credit / UNIT));
        credit -= taken * UNIT;
        return taken;
    }

    private void accrue(long successes, long nowNanos) {
        long micros = Math.min((nowNanos - sinceNanos) / 1000, LONGEST_MICROS);
        long most = Math.max(FleetBudget.TOKEN, settings.capacity() / processes) * UNIT;
        long earned = Math.min(successes - successesBefore, settings.capacity()) * settings.ratio();
        long total = credit + micros * settings.refill() / processes + Math.min(earned, settings.capacity()) * UNIT;
        credit = Math.max(credit, Math.min(most, total));
        sinceNanos = nowNanos;
        successesBefore = successes;
    }
}
