package io.forbear.retry.lab.simulate;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A service: its replicas, and a limit of requests per second before them where there is one. */
final class Service {

    private static final int TOO_MANY = 429;
    private static final double BURST_SECONDS = 0.1;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final Faults faults;
    private final Replica[] replicas;
    private final @Nullable Row row;
    private double allowance;
    private long allowanceNanos;

    Service(VirtualTime time, SplittableRandom random, Scenario scenario) {
        this.time = time;
        this.random = random;
        this.faults = new Faults(time, scenario.faults());
        this.row = scenario.service().kind() == Scenario.ServiceKind.ROW
                ? new Row(time, random, scenario.network())
                : null;
        int count = scenario.service().replicas();
        this.replicas = new Replica[count];
        for (int i = 0; i < count; i++) {
            replicas[i] = new Replica(time, random.split(), scenario.service(), faults, (i + 0.5) / count);
        }
        for (Fault fault : scenario.faults()) {
            if (fault.kind() == Fault.Kind.CAPACITY) {
                time.at(fault.toNanos(), this::workOn);
                time.at(fault.fromNanos(), this::workOn);
            }
        }
    }

    private void workOn() {
        for (Replica replica : replicas) {
            replica.workOn();
        }
    }

    void request(Attempt attempt) {
        if (isLimited(Fault.Kind.RATE_LIMIT, attempt)) {
            limit(attempt, -1);
        } else if (isLimited(Fault.Kind.RATE_LIMIT_WITH_HINT, attempt)) {
            limit(attempt, 1_000_000_000L);
        } else if (row != null) {
            row.request(attempt);
        } else {
            replicas[replicas.length == 1 ? 0 : random.nextInt(replicas.length)].request(attempt);
        }
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
