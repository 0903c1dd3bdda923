package io.forbear.retry.lab.simulate;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A service: its replicas, and a limit of requests per second before them where there is one. Not thread-safe: it is
 * used by the thread of its time.
 */
public final class Service {

    private static final int TOO_MANY = 429;
    private static final double BURST_SECONDS = 0.1;

    private final Timeline time;
    private final SplittableRandom random;
    private final Faults faults;
    private final Replica[] replicas;
    private final @Nullable Row row;
    private double allowance;
    private long allowanceNanos;

    /**
     * Makes the service of a scenario.
     *
     * @param time on which it works
     * @param random decides what is left to chance
     * @param scenario what it is, and what goes wrong
     */
    public Service(Timeline time, SplittableRandom random, Scenario scenario) {
        this.time = time;
        this.random = random;
        this.faults = new Faults(time::nanoTime, scenario.faults());
        this.row = scenario.service().kind() == Scenario.ServiceKind.ROW
                ? new Row(time, random, scenario.network())
                : null;
        int count = scenario.service().replicas();
        this.replicas = new Replica[count];
        for (int i = 0; i < count; i++) {
            replicas[i] = new Replica(time, random.split(), scenario.service(), faults, placeOf(i, count));
        }
        for (Fault fault : scenario.faults()) {
            if (fault.kind() == Fault.Kind.CAPACITY) {
                time.at(fault.toNanos(), this::workOn);
                time.at(fault.fromNanos(), this::workOn);
            }
        }
    }

    /**
     * Tells where a replica stands among all, which decides by which faults it is hit.
     *
     * @param replica its number, from 0
     * @param replicas how many there are
     * @return from 0 to 1
     */
    public static double placeOf(int replica, int replicas) {
        return (replica + 0.5) / replicas;
    }

    private void workOn() {
        for (Replica replica : replicas) {
            replica.workOn();
        }
    }

    void request(Attempt attempt) {
        if (refuse(attempt)) {
            return;
        }
        if (row != null) {
            row.request(attempt);
        } else {
            replicas[replicas.length == 1 ? 0 : random.nextInt(replicas.length)].request(attempt);
        }
    }

    /**
     * Takes a request that its client sent to one replica.
     *
     * @param replica its number, from 0
     * @param attempt the request
     */
    public void request(int replica, Attempt attempt) {
        if (!refuse(attempt)) {
            replicas[replica].request(attempt);
        }
    }

    /**
     * Tells how many requests wait for a worker.
     *
     * @return of all replicas
     */
    public int queued() {
        int sum = 0;
        for (Replica replica : replicas) {
            sum += replica.queued();
        }
        return sum;
    }

    /** Answers a request that is over the limit. */
    private boolean refuse(Attempt attempt) {
        if (isLimited(Fault.Kind.RATE_LIMIT, attempt)) {
            limit(attempt, -1);
            return true;
        }
        if (isLimited(Fault.Kind.RATE_LIMIT_WITH_HINT, attempt)) {
            limit(attempt, 1_000_000_000L);
            return true;
        }
        return false;
    }

    private void limit(Attempt attempt, long retryAfterNanos) {
        time.in(1_000_000, () -> attempt.failed(new Failure(Failure.Kind.STATUS, TOO_MANY, retryAfterNanos)));
    }

    private boolean isLimited(Fault.Kind kind, Attempt attempt) {
        double perSecond = faults.value(kind, 0, attempt.place, 0);
        if (perSecond == 0) {
            return false;
        }
        long now = time.nanoTime();
        allowance =
                Math.min(Math.max(1, perSecond * BURST_SECONDS), allowance + (now - allowanceNanos) * perSecond / 1e9);
        allowanceNanos = now;
        if (allowance < 1) {
            return true;
        }
        allowance--;
        return false;
    }
}
