package io.forbear.retry.core.internal;

import io.forbear.retry.NanoClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that counters which write nothing but themselves are looked at while they move, each in the time to which its growth
 * belongs. On a clock that a program moves, a look comes just before the clock moves; on any other, the {@link Tick} looks.
 */
public final class Watch extends WeakReference<@Nullable Ticked> implements Runnable {
    /*
     * State      asleep: nobody will look before somebody wakes it.
     * Invariant  while counters have grown since the last look, it is awake, or whoever let them grow is about to wake it. (A
     *            thread that counts and reads asleep while the tick writes asleep and reads the counters may be missed where the
     *            addition is the weaker of an adder's; its growth is then seen with the next. Nothing depends on it but the
     *            bucket of that growth.)
     * Writers    wake: CAS true -> false, whose winner announces it. run, the tick, rest: true, before they look.
     * Ordering   volatile; a success reads it after it has counted.
     * Progress   wait-free where it is awake, which costs one read.
     * The thing that is watched is held weakly: once nothing but the watch knows it, it goes, and the watch with it.
     */

    private static final VarHandle ASLEEP;

    static {
        try {
            ASLEEP = MethodHandles.lookup().findVarHandle(Watch.class, "asleep", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final NanoClock clock;
    final long tickNanos;
    private volatile boolean asleep;

    // ---- the tick's own
    boolean listed;
    int idle;
    long dueNanos;
    private long progress;

    private Watch(@Nullable Ticked watched, NanoClock clock, long tickNanos) {
        super(watched);
        this.clock = clock;
        this.tickNanos = tickNanos;
        this.asleep = tickNanos > 0;
    }

    /** Returns a watch. Where {@code tickNanos} is 0, nobody wants to look. */
    public static Watch of(Ticked watched, NanoClock clock, long tickNanos) {
        return new Watch(watched, clock, tickNanos == 0 ? 0 : Math.max(tickNanos, Tick.SHORTEST_NANOS));
    }

    /** Returns a watch of nothing. */
    public static Watch none() {
        return new Watch(null, NanoClock.system(), 0);
    }

    /** Says that the counters have grown: call it after they have. */
    public void grown() {
        if (asleep) {
            wake();
        }
    }

    private void wake() {
        if (!ASLEEP.compareAndSet(this, true, false)) {
            return;
        }
        try {
            if (!clock.beforeMoving(this)) {
                Tick.add(this);
            }
        } catch (Throwable fault) { // no thread to be had, or a clock that throws: the next success tries again
            asleep = true;
        }
    }

    /** The clock is about to move. */
    @Override
    public void run() {
        asleep = true;
        Ticked watched = get();
        if (watched != null) {
            look(watched);
        }
    }

    /** Lets it sleep until the counters grow again: their owner has been closed. */
    public void rest() {
        if (tickNanos > 0 && !asleep) {
            asleep = true;
            Tick.nudge();
        }
    }

    /** Looks. Returns whether there was anything to see. */
    boolean look(Ticked watched) {
        try {
            watched.look(clock.nanoTime());
        } catch (Throwable fault) {
            Faults.log("clock", fault);
        }
        long now = watched.progress();
        boolean grew = now != progress;
        progress = now;
        return grew;
    }

    boolean isAsleep() {
        return asleep;
    }

    /** Falls asleep. Returns false where the counters have grown meanwhile, and nobody has announced it. */
    boolean fallsAsleep(Ticked watched) {
        asleep = true;
        return watched.progress() == progress || !ASLEEP.compareAndSet(this, true, false);
    }
}
