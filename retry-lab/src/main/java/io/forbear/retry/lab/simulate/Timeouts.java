package io.forbear.retry.lab.simulate;

/**
 * The time-outs of attempts that all may take the same time: they are due in the order in which they were set, so that
 * a ring holds them and only the first is an event. An attempt that is over is dropped without an event.
 */
final class Timeouts implements Timeline.Event {

    private final VirtualTime time;
    private final long timeoutNanos;
    private long[] due = new long[256];
    private Attempt[] attempts = new Attempt[256];
    private int first;
    private int size;
    private boolean planned;

    Timeouts(VirtualTime time, long timeoutNanos) {
        this.time = time;
        this.timeoutNanos = timeoutNanos;
    }

    void add(Attempt attempt) {
        if (size == due.length) {
            grow();
        }
        int at = first + size++ & due.length - 1;
        due[at] = time.nanoTime() + timeoutNanos;
        attempts[at] = attempt;
        if (!planned) {
            planned = true;
            time.at(due[at], this);
        }
    }

    /** Stays planned until the ring is empty, so that an attempt which begins meanwhile plans nothing of its own. */
    @Override
    public void happen() {
        while (size > 0) {
            Attempt attempt = attempts[first];
            boolean isOver = attempt.isOver();
            if (!isOver && due[first] > time.nanoTime()) {
                time.at(due[first], this);
                return;
            }
            attempts[first] = Attempt.NONE;
            first = first + 1 & due.length - 1;
            size--;
            if (!isOver) {
                attempt.timedOut();
            }
        }
        planned = false;
    }

    private void grow() {
        long[] moreDue = new long[2 * size];
        Attempt[] more = new Attempt[2 * size];
        for (int i = 0; i < size; i++) {
            int at = first + i & size - 1;
            moreDue[i] = due[at];
            more[i] = attempts[at];
        }
        due = moreDue;
        attempts = more;
        first = 0;
    }
}
