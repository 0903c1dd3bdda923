package io.forbear.retry.lab.simulate;

import io.forbear.retry.NanoClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that jumps from one event to the next. Events of the same time happen in the order in which they were planned.
 *
 * <p>Not thread-safe: one run is one thread.
 */
final class VirtualTime implements NanoClock, Timeline {

    /**
     * Counters that grow are looked at once in so long, before the time moves on: windows of the engine then know when
     * they grew, to within this time.
     */
    private static final long LOOK_NANOS = 10_000_000;

    private static final int CHILDREN = 4;

    /** In so many events it is asked once whether to stop; a power of two. */
    private static final int STOP_EVERY = 4096;

    // a heap of events, each with four children, in three arrays: by time, then by number
    private long[] times = new long[1024];
    private long[] numbers = new long[1024];
    private @Nullable Event[] events = new Event[1024];
    private int size;

    private final List<Runnable> looks = new ArrayList<>();
    private long now;
    private long nextLook = LOOK_NANOS;
    private long planned;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public boolean beforeMoving(Runnable look) {
        looks.add(look);
        return true;
    }

    @Override
    public void in(long nanos, Event event) {
        push(now + Math.max(0, nanos), planned++, event);
    }

    /** Does something as if it were an instant that is over. */
    <T> T backAt(long nanos, Supplier<T> action) {
        long present = now;
        now = nanos;
        try {
            return action.get();
        } finally {
            now = present;
        }
    }

    /**
     * Lets everything happen until an instant, or until there is nothing left.
     *
     * @param stopped asked now and then whether to stop before
     * @return {@code false} if it was stopped
     */
    boolean runUntil(long endNanos, BooleanSupplier stopped) {
        for (int happened = 0; size > 0 && times[0] <= endNanos; happened++) {
            if ((happened & STOP_EVERY - 1) == 0 && stopped.getAsBoolean()) {
                return false;
            }
            long next = times[0];
            if (next >= nextLook) {
                look(next);
            }
            now = next;
            pop().happen();
        }
        now = endNanos;
        return true;
    }

    private void look(long nextNanos) {
        while (nextNanos >= nextLook && !looks.isEmpty()) {
            now = Math.max(now, nextLook - 1);
            Runnable[] due = looks.toArray(Runnable[]::new);
            looks.clear();
            for (Runnable each : due) {
                each.run();
            }
            nextLook += LOOK_NANOS;
        }
        nextLook = nextNanos - nextNanos % LOOK_NANOS + LOOK_NANOS;
    }

    private void push(long time, long number, Event event) {
        if (size == times.length) {
            grow();
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) / CHILDREN;
            if (isBefore(times[parent], numbers[parent], time, number)) {
                break;
            }
            put(at, times[parent], numbers[parent], events[parent]);
            at = parent;
        }
        put(at, time, number, event);
    }

    private Event pop() {
        Event first = events[0];
        if (first == null) {
            throw new IllegalStateException("no event is planned");
        }
        int last = --size;
        long time = times[last];
        long number = numbers[last];
        Event event = events[last];
        events[last] = null;
        if (last > 0) {
            sink(time, number, event);
        }
        return first;
    }

    private void sink(long time, long number, @Nullable Event event) {
        int at = 0;
        for (; ; ) {
            int first = at * CHILDREN + 1;
            if (first >= size) {
                break;
            }
            int least = first;
            int end = Math.min(first + CHILDREN, size);
            for (int child = first + 1; child < end; child++) {
                if (isBefore(times[child], numbers[child], times[least], numbers[least])) {
                    least = child;
                }
            }
            if (isBefore(time, number, times[least], numbers[least])) {
                break;
            }
            put(at, times[least], numbers[least], events[least]);
            at = least;
        }
        put(at, time, number, event);
    }

    private void put(int at, long time, long number, @Nullable Event event) {
        times[at] = time;
        numbers[at] = number;
        events[at] = event;
    }

    private static boolean isBefore(long time, long number, long otherTime, long otherNumber) {
        return time < otherTime || time == otherTime && number < otherNumber;
    }

    private void grow() {
        times = Arrays.copyOf(times, 2 * size);
        numbers = Arrays.copyOf(numbers, 2 * size);
        events = Arrays.copyOf(events, 2 * size);
    }
}
