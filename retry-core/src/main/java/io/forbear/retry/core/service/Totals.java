package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * What a service has counted in all its epochs: the counters of those that still count, and the sum of those that have
 * gone. Immutable but for the counters; a later object gives no lower figure.
 */
final class Totals {

    private final Counters kept;
    private final Counters[] live;

    private Totals(Counters kept, Counters[] live) {
        this.kept = kept;
        this.live = live;
    }

    static Totals of(Counters first) {
        return new Totals(Counters.NONE, new Counters[] {first});
    }

    /** Returns these and one more, with what has gone added up. */
    Totals and(Counters next) {
        Counters gone = new Counters();
        Counters[] left = Arrays.copyOf(live, live.length + 1);
        int size = 0;
        gone.add(kept);
        for (Counters each : live) {
            if (each.isOver()) {
                gone.add(each);
            } else {
                left[size++] = each;
            }
        }
        left[size++] = next;
        return new Totals(gone, Arrays.copyOf(left, size));
    }

    int epochs() {
        return live.length;
    }

    long sum(ToLongFunction<Counters> figure) {
        long sum = figure.applyAsLong(kept);
        for (Counters each : live) {
            sum += figure.applyAsLong(each);
        }
        return sum;
    }

    long failed(ErrorCategory category) {
        return sum(counters -> counters.failedCount(category));
    }

    long stopped(StopReason reason) {
        return sum(counters -> counters.stoppedCount(reason));
    }

    long refused(StopReason reason) {
        return sum(counters -> counters.refusedCount(reason));
    }

    long transitions(CircuitBreaker.State to) {
        return sum(counters -> counters.transitionCount(to));
    }
}
