package io.forbear.retry.it.fleet;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntConsumer;

/**
 * A service with so many workers and a bounded queue. It works on what its queue holds whether or not anybody still
 * waits for it, as real services do, which is why a storm can outlast its cause.
 */
final class ModelService {

    static final int QUEUE = 2_000;
    static final long SERVICE_NANOS = 50_000_000;

    private static final long REFUSAL_NANOS = 1_000_000;
    private static final int SLOWER = 10;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    /** How the service does. */
    enum Health {
        WELL,
        ERRORS,
        SLOW
    }

    private final VirtualTime time;
    private final int workers;
    private final Queue<IntConsumer> waiting = new ArrayDeque<>();
    private Health health = Health.WELL;
    private int busy;
    private long requests;

    /** Creates a service that can answer so many requests a second. */
    ModelService(VirtualTime time, double perSecond) {
        this.time = time;
        this.workers = (int) Math.round(perSecond * SERVICE_NANOS / 1e9);
    }

    void becomes(Health value) {
        health = value;
    }

    long requests() {
        return requests;
    }

    /** Takes a request; the answer is the status. */
    void request(IntConsumer answer) {
        requests++;
        if (health == Health.ERRORS || waiting.size() >= QUEUE) {
            time.in(REFUSAL_NANOS, () -> answer.accept(UNAVAILABLE));
        } else if (busy < workers) {
            serve(answer);
        } else {
            waiting.add(answer);
        }
    }

    private void serve(IntConsumer answer) {
        busy++;
        time.in(health == Health.SLOW ? SLOWER * SERVICE_NANOS : SERVICE_NANOS, () -> {
            busy--;
            answer.accept(OK);
            IntConsumer next = waiting.poll();
            if (next != null) {
                serve(next);
            }
        });
    }
}
