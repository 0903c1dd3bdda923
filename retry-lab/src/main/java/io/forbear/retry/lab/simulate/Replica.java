package io.forbear.retry.lab.simulate;

import java.util.ArrayDeque;
import java.util.SplittableRandom;

/**
 * One replica of a service: workers and a bounded queue. It works on what its queue holds whether or not anybody still
 * waits for it, as real services do, which is why a storm can outlast its cause.
 */
final class Replica {

    private static final Failure UNAVAILABLE = Failure.ofStatus(503);
    private static final Failure BROKEN = Failure.ofStatus(500);
    private static final long REFUSAL_NANOS = 1_000_000;
    private static final long TAIL_NANOS = 1_000_000_000;

    private final Timeline time;
    private final SplittableRandom random;
    private final Scenario.ServiceShape shape;
    private final int workers;
    private final int most;
    private final double workNanos;
    private final Faults faults;
    private final double place;
    private final ArrayDeque<Attempt> queue = new ArrayDeque<>();
    private int busy;

    /**
     * Makes a replica.
     *
     * @param place where it stands among the replicas, from 0 to 1: decides by which faults it is hit
     */
    Replica(Timeline time, SplittableRandom random, Scenario.ServiceShape shape, Faults faults, double place) {
        this.time = time;
        this.random = random;
        this.shape = shape;
        this.faults = faults;
        this.place = place;
        double perSecond = shape.perSecond() / shape.replicas();
        long meanNanos = shape.work().meanNanos();
        boolean unlimited = shape.kind() == Scenario.ServiceKind.UNLIMITED;
        this.workers = unlimited ? Integer.MAX_VALUE : (int) Math.max(1, Math.round(perSecond * meanNanos / 1e9));
        this.workNanos = unlimited ? meanNanos : workers * 1e9 / perSecond;
        this.most = (int) Math.max(1, Math.round(perSecond * shape.queueSeconds()));
    }

    int queued() {
        return queue.size();
    }

    void request(Attempt attempt) {
        if (faults.isOn(Fault.Kind.REFUSED, place, attempt.place)) {
            refuse(attempt, Failure.REFUSED);
        } else if (faults.isOn(Fault.Kind.SILENT, place, attempt.place) || isHit(Fault.Kind.LOST, attempt)) {
            return; // its client hears nothing
        } else if (isHit(Fault.Kind.ERRORS, attempt)) {
            refuse(attempt, UNAVAILABLE);
        } else if (busy < workersNow()) {
            work(attempt);
        } else if (queue.size() < most) {
            queue.add(attempt);
        } else {
            refuse(attempt, UNAVAILABLE);
        }
    }

    private boolean isHit(Fault.Kind kind, Attempt attempt) {
        double share = faults.value(kind, place, attempt.place, 0);
        return share > 0 && (share >= 1 || random.nextDouble() < share);
    }

    private void refuse(Attempt attempt, Failure failure) {
        time.in(REFUSAL_NANOS, () -> attempt.failed(failure));
    }

    private int workersNow() {
        double share = faults.value(Fault.Kind.CAPACITY, place, 0, 1);
        return share >= 1 ? workers : (int) Math.ceil(workers * share - 1e-9);
    }

    private void work(Attempt attempt) {
        busy++;
        time.in(workTime(attempt), () -> worked(attempt));
    }

    private void worked(Attempt attempt) {
        busy--;
        if (isHit(Fault.Kind.FAILURES, attempt)) {
            attempt.failed(BROKEN);
        } else {
            attempt.succeeded();
        }
        workOn();
    }

    /** Takes from the queue what the workers can work on now. */
    void workOn() {
        int now = workersNow();
        while (busy < now) {
            Attempt next = queue.poll();
            if (next == null) {
                return;
            }
            work(next);
        }
    }

    private long workTime(Attempt attempt) {
        double factor = shape.work().factor(random);
        factor *= 1 + (shape.overload() - 1) * queue.size() / most;
        factor *= faults.value(Fault.Kind.SLOW, place, attempt.place, 1);
        long nanos = (long) (workNanos * factor) + shape.eachAddsNanos() * busy;
        return shape.tail() > 0 && random.nextDouble() < shape.tail() ? nanos + TAIL_NANOS : nanos;
    }
}
