package io.forbear.retry.redis;

import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that leases for all fleet budgets of the process. It starts with the first budget and ends with the
 * last one. A budget that was not closed and that no service can reach any more is forgotten.
 */
final class LeaseThread {
    /*
     * State      leases: the open budgets. thread: the thread that serves them, null where there are none.
     * Writers    start() adds, the thread removes; both decide about the thread's life under the lock. No withdrawal
     *            takes it.
     * Ordering   wake() unparks whatever thread is there. One that ends has found no lease under the lock, and needs
     *            none; one that starts looks at every lease before it parks.
     */
    private static final Object LOCK = new Object();
    private static final List<WeakReference<Lease>> LEASES = new CopyOnWriteArrayList<>();
    private static final long LONGEST_PARK_NANOS = 5_000_000_000L;

    private static volatile @Nullable Thread thread;

    private LeaseThread() {}

    static void start(Lease lease) {
        synchronized (LOCK) {
            LEASES.add(new WeakReference<>(lease));
            if (thread == null) {
                Thread started = new Thread(LeaseThread::run, "forbear-fleet-lease");
                started.setDaemon(true);
                started.setContextClassLoader(null); // it may outlive the application that made the first budget
                thread = started;
                started.start();
            }
        }
        wake();
    }

    /** Never blocks; does nothing where no thread runs. */
    static void wake() {
        LockSupport.unpark(thread);
    }

    private static void run() {
        while (!endIfUnused()) {
            LockSupport.parkNanos(LEASES, serveAll());
            Thread.interrupted(); // nothing here is to be interrupted, and a set flag would keep it from parking
        }
    }

    private static boolean endIfUnused() {
        synchronized (LOCK) {
            if (!LEASES.isEmpty()) {
                return false;
            }
            thread = null;
            return true;
        }
    }

    /** Lets each lease do what is due; returns the time until the next one has something to do. */
    private static long serveAll() {
        LEASES.removeIf(LeaseThread::isOver);
        long wait = LONGEST_PARK_NANOS;
        for (WeakReference<Lease> reference : LEASES) {
            Lease lease = reference.get();
            if (lease != null) {
                wait = Math.min(wait, serve(lease));
            }
        }
        return Math.max(1, wait);
    }

    private static boolean isOver(WeakReference<Lease> reference) {
        Lease lease = reference.get();
        return lease == null || !lease.isOpen();
    }

    private static long serve(Lease lease) {
        try {
            return lease.step();
        } catch (RuntimeException | Error fault) {
            System.getLogger("io.forbear.retry")
                    .log(Level.WARNING, () -> "fleet budget " + lease.service() + ": the lease failed", fault);
            return LONGEST_PARK_NANOS;
        }
    }
}
