package io.forbear.retry.reactor;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * What the subscriber has requested and not got, and the subscription of the attempt that is under way. A new attempt
 * is asked for what is outstanding.
 */
final class Demand {
    /*
     * State      attempt: the one that may be asked; its subscription, once it has come; outstanding: what was
     *            requested, less what attempts that have ended emitted; held: a value that waits for a request.
     * Invariant  each request reaches the attempt once: added before its subscription came, with that; added later,
     *            by itself. Both happen under the lock, and no subscription is called under it.
     */

    private @Nullable Object attempt;
    private @Nullable Subscription subscription;
    private long outstanding;
    private boolean cancelled;
    private @Nullable Held held;

    /** A value that waits for a request. */
    interface Held {

        /** Emits the value if it is requested, otherwise discards it. */
        void release(boolean requested);
    }

    /** The subscriber requests more. */
    void add(long count) {
        Subscription asked;
        Held due;
        synchronized (this) {
            outstanding = Operators.addCap(outstanding, count);
            asked = subscription;
            due = held;
            held = null;
        }
        if (due != null) {
            due.release(true);
        } else if (asked != null) {
            asked.request(count);
        }
    }

    /** An attempt is about to be made, with no subscription yet. */
    void expect(Object next) {
        synchronized (this) {
            attempt = next;
            subscription = null;
        }
    }

    /** The subscription of an attempt has come. */
    void begin(Object of, Subscription came) {
        long due;
        synchronized (this) {
            if (cancelled || attempt != of) {
                due = -1;
            } else if (subscription != null) {
                due = -1; // a source that subscribes twice
            } else {
                subscription = came;
                due = outstanding;
            }
        }
        if (due < 0) {
            came.cancel();
        } else if (due > 0) {
            came.request(due);
        }
    }

    /**
     * An attempt has ended.
     *
     * @param emitted how many elements it has passed on
     * @return its subscription, if it came
     */
    @Nullable
    Subscription end(long emitted) {
        synchronized (this) {
            Subscription ended = subscription;
            subscription = null;
            if (outstanding != Long.MAX_VALUE) {
                outstanding = Math.max(0, outstanding - emitted);
            }
            return ended;
        }
    }

    /** The attempt that is under way is cancelled; if its subscription comes later, then. */
    void leave() {
        Subscription left;
        synchronized (this) {
            left = subscription;
            attempt = null;
            subscription = null;
        }
        if (left != null) {
            left.cancel();
        }
    }

    /** The subscriber wants no more: the attempt that is under way is cancelled, and one that begins later. */
    void cancel() {
        Subscription left;
        Held dropped;
        synchronized (this) {
            cancelled = true;
            left = subscription;
            subscription = null;
            dropped = held;
            held = null;
        }
        if (left != null) {
            left.cancel();
        }
        if (dropped != null) {
            dropped.release(false);
        }
    }

    /** Releases a value at once where one is requested, else when one is. */
    void release(Held value) {
        boolean requested;
        synchronized (this) {
            requested = outstanding > 0;
            if (!requested && !cancelled) {
                held = value;
                return;
            }
        }
        value.release(requested);
    }
}
