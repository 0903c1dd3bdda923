package io.forbear.retry.it.fleet;

import io.forbear.retry.NanoClock;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that jumps from one event to the next. Events of the same time happen in the order in which they were planned. */
final class VirtualTime implements NanoClock {

    private record Event(long atNanos, long number, Runnable what) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::number));
    private long nowNanos;
    private long planned;

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    void in(long nanos, Runnable what) {
        events.add(new Event(nowNanos + nanos, planned++, what));
    }

    void runUntil(long endNanos) {
        while (!events.isEmpty() && events.peek().atNanos <= endNanos) {
            Event next = events.remove();
            nowNanos = next.atNanos;
            next.what.run();
        }
        nowNanos = endNanos;
    }
}
