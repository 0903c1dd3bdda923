package io.forbear.retry.core.internal;

import io.forbear.retry.NanoClock;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that counters are looked at while they grow.
 *
 * <p>A success writes its counter and nothing else, so a window over such counters must read them once per bucket:
 * growth belongs to the bucket in which it is seen. On a clock that a program moves, the watch looks just before the
 * clock moves. On any other clock the {@link Tick} looks. While the counters stand still, the watch is asleep, and
 * costs nothing.
 */
public final class Watch extends WeakReference<@Nullable Ticked> implements Runnable {
    /*
     * State      asleep: no look will come before the watch is woken.
     * Invariant  while the counters have grown since the last look, the watch is awake, or the thread that let them
     *            grow is about to wake it. One case is missed: a thread counts and then reads asleep while the tick
     *            writes asleep and then reads the counters, and the addition has the weaker ordering of an adder. That
     *            growth is seen with the next one. Only its bucket depends on it.
     * Writers    wake: CAS true -> false, whose winner announces it. run, the tick, rest: true, before they look.
     * Ordering   volatile; a success reads it after it has counted.
     * Progress   wait-free while awake: one read.
     * Stress     WatchStress (retry-jcstress)
     *
     * The watched object is held weakly: once only the watch refers to it, it is collected, and the tick drops the
     * watch.
     */

    private static final VarHandle ASLEEP = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "asleep", VarHandle.class, Watch.class, boolean.class);

    private final NanoClock clock;
    final long tickNanos;
    private volatile boolean asleep;

    // ---- of the tick's thread alone
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

    /** Returns a watch; if {@code tickNanos} is 0, one that never looks. */
    public static Watch of(Ticked watched, NanoClock clock, long tickNanos) {
        return new Watch(watched, clock, tickNanos == 0 ? 0 : Math.max(tickNanos, Tick.SHORTEST_NANOS));
    }

    /** Returns a watch of nothing. */
    public static Watch none() {
        return new Watch(null, NanoClock.system(), 0);
    }

    /** Tells that the counters have grown. Call it after they have. */
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
        } catch (Throwable fault) { // no thread can be made, or the clock throws: the next success tries again
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

    /** Puts the watch to sleep until the counters grow again: their owner has been closed. */
    public void rest() {
        if (tickNanos > 0 && !asleep) {
            asleep = true;
            Tick.nudge();
        }
    }

    /** Looks. Returns whether the counters have grown since the last look. */
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

    /**
     * Puts the watch to sleep. Returns false, and stays awake, if the counters have grown and no thread has woken it.
     */
    boolean fallAsleep(Ticked watched) {
        asleep = true;
        return watched.progress() == progress || !ASLEEP.compareAndSet(this, true, false);
    }
}
