package io.forbear.retry.core.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The thread that looks at counters while they grow: one for all services, and none while all of them sleep. */
final class Tick implements Runnable {
    /*
     * State      WOKEN: watches that were woken and are not on the thread's list yet. THREAD: the thread, null where there is none.
     * Invariant  a watch in WOKEN is found: by the thread, or by whoever put it there, who then starts one.
     * Writers    add: WOKEN, then THREAD by CAS from null. The thread: THREAD to null when its list is empty, then it looks into
     *            WOKEN again.
     * Ordering   volatile on both sides: of one who adds and reads THREAD, and the thread that clears it and reads WOKEN, one sees the
     *            other.
     * Progress   lock-free for those who wake; the thread runs no code of a user's but a clock's.
     *
     * The thread ends as soon as no watch is awake, or what the awake ones watched has gone, which it finds out twice a second: it does
     * not outlive the application whose loader made its class.
     */

    /** No look is wanted more often. */
    static final long SHORTEST_NANOS = 20_000_000;

    /** No wait is longer, lest a dropped service and its class loader be held. */
    private static final long LONGEST_NANOS = 500_000_000;

    /** A watch falls asleep after so many looks that saw nothing, a window and a little more. */
    private static final int IDLE = 12;

    private static final Queue<Watch> WOKEN = new ConcurrentLinkedQueue<>();
    private static final AtomicReference<@Nullable Thread> THREAD = new AtomicReference<>();

    private final List<Watch> awake = new ArrayList<>();

    private Tick() {}

    /** Takes on a watch, and looks at once. */
    static void add(Watch watch) {
        WOKEN.add(watch);
        Thread known = THREAD.get();
        if (known != null) {
            LockSupport.unpark(known);
        } else {
            start();
        }
    }

    private static void start() {
        Thread made = DaemonThreads.make("forbear-tick", new Tick());
        if (!THREAD.compareAndSet(null, made)) {
            nudge();
            return;
        }
        try {
            made.start();
        } catch (Throwable noRoom) {
            THREAD.set(null);
            throw noRoom;
        }
    }

    static void nudge() {
        LockSupport.unpark(THREAD.get());
    }

    @Override
    public void run() {
        for (; ; ) {
            for (Watch woken = WOKEN.poll(); woken != null; woken = WOKEN.poll()) {
                takeOn(woken);
            }
            long waitNanos = pass(System.nanoTime());
            if (!awake.isEmpty()) {
                LockSupport.parkNanos(this, waitNanos);
            } else if (ends()) {
                return;
            }
        }
    }

    private void takeOn(Watch woken) {
        woken.idle = 0;
        woken.dueNanos = System.nanoTime();
        if (!woken.listed) {
            woken.listed = true;
            awake.add(woken);
        }
    }

    private static boolean ends() {
        THREAD.set(null);
        return WOKEN.isEmpty() || !THREAD.compareAndSet(null, Thread.currentThread());
    }

    /** Looks where it is time. Returns how long until it is again. */
    private long pass(long nowNanos) {
        long wait = LONGEST_NANOS;
        for (Iterator<Watch> each = awake.iterator(); each.hasNext(); ) {
            Watch watch = each.next();
            if (isDone(watch, nowNanos)) {
                watch.listed = false;
                each.remove();
            } else {
                wait = Math.min(wait, watch.dueNanos - nowNanos);
            }
        }
        return Math.max(1, wait);
    }

    private static boolean isDone(Watch watch, long nowNanos) {
        Ticked watched = watch.get();
        if (watched == null || watch.isAsleep()) {
            return true;
        }
        if (nowNanos - watch.dueNanos < 0) {
            return false;
        }
        watch.dueNanos = nowNanos + watch.tickNanos;
        watch.idle = watch.look(watched) ? 0 : watch.idle + 1;
        return watch.idle >= IDLE && watch.fallsAsleep(watched);
    }
}
