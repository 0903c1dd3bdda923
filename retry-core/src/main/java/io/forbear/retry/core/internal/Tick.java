package io.forbear.retry.core.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread that looks at counters while they grow. There is one for all services, and none while all of their watches
 * are asleep.
 */
final class Tick implements Runnable {
    /*
     * State      WOKEN: watches that were woken and are not on the thread's list yet. THREAD: the thread, null if there
     *            is none.
     * Invariant  a watch in WOKEN is found: by the thread, or by the caller that put it there, which then starts a
     *            thread.
     * Writers    add: WOKEN, then THREAD by CAS from null. The thread: THREAD to null when its list is empty, then it
     *            reads WOKEN again.
     * Ordering   volatile on both sides. One side writes WOKEN and reads THREAD, the other writes THREAD and reads
     *            WOKEN: at least one of them sees the write of the other.
     * Progress   lock-free for callers that wake. The thread runs no code of the user but the user's clock.
     *
     * The thread ends as soon as no watch is awake, or the things watched are gone. It checks the latter twice a
     * second, so that it does not outlive the application whose class loader loaded this class.
     */

    /** The shortest time between two looks. */
    static final long SHORTEST_NANOS = 20_000_000;

    /** The longest wait: a service that was dropped is released after it. */
    private static final long LONGEST_NANOS = 500_000_000;

    /** A watch falls asleep after this number of looks without growth: one window and a little more. */
    private static final int IDLE = 12;

    private static final Queue<Watch> WOKEN = new ConcurrentLinkedQueue<>();
    private static final AtomicReference<@Nullable Thread> THREAD = new AtomicReference<>();

    private final List<Watch> awake = new ArrayList<>();

    private Tick() {}

    /** Adds a watch. The thread looks at once. */
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
            } else if (end()) {
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

    /** Ends the thread. Returns false if a watch was added meanwhile, and this thread goes on. */
    private static boolean end() {
        THREAD.set(null);
        return WOKEN.isEmpty() || !THREAD.compareAndSet(null, Thread.currentThread());
    }

    /** Looks at every watch whose time has come. Returns how long until the next one. */
    private long pass(long nowNanos) {
        long wait = LONGEST_NANOS;
        for (Iterator<Watch> each = awake.iterator(); each.hasNext(); ) {
            Watch watch = each.next();
            if (visit(watch, nowNanos)) {
                watch.listed = false;
                each.remove();
            } else {
                wait = Math.min(wait, watch.dueNanos - nowNanos);
            }
        }
        return Math.max(1, wait);
    }

    /**
     * Looks at a watch if its time has come. Returns whether it can leave the list: it is asleep, or its object is
     * gone.
     */
    private static boolean visit(Watch watch, long nowNanos) {
        Ticked watched = watch.get();
        if (watched == null || watch.isAsleep()) {
            return true;
        }
        if (nowNanos - watch.dueNanos < 0) {
            return false;
        }
        watch.dueNanos = nowNanos + watch.tickNanos;
        watch.idle = watch.look(watched) ? 0 : watch.idle + 1;
        return watch.idle >= IDLE && watch.fallAsleep(watched);
    }
}
