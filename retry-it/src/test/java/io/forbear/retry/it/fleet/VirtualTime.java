package io.forbear.retry.it.fleet;

import io.forbear.retry.NanoClock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Time that jumps from one event to the next. Events of the same time happen in the order in which they were planned.
 */
final class VirtualTime implements NanoClock {

    private record Event(long atNanos, long number, Runnable what) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::number));
    private final ArrayDeque<Runnable> hooks = new ArrayDeque<>();
    private long nowNanos;
    private long planned;

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public boolean beforeMoving(Runnable hook) {
        hooks.add(hook);
        return true;
    }

    void in(long nanos, Runnable what) {
        events.add(new Event(nowNanos + nanos, planned++, what));
    }

    void runUntil(long endNanos) {
        while (!events.isEmpty() && events.peek().atNanos <= endNanos) {
            Event next = events.remove();
            if (next.atNanos > nowNanos) {
                for (Runnable hook = hooks.poll(); hook != null; hook = hooks.poll()) {
                    hook.run();
                }
                nowNanos = next.atNanos;
            }
            next.what.run();
        }
        nowNanos = endNanos;
    }
}
