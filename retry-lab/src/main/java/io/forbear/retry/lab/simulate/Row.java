package io.forbear.retry.lab.simulate;

import java.util.random.RandomGenerator;

/**
 * One row of a table that many clients write, each after reading its version (optimistic concurrency control). An
 * attempt is both: it fails if the row was written between its read and its write.
 */
final class Row {

    private final Timeline time;
    private final RandomGenerator random;
    private final Distribution network;
    private long version;

    Row(Timeline time, RandomGenerator random, Distribution network) {
        this.time = time;
        this.random = random;
        this.network = network;
    }

    /** The read arrives: its answer and the write that follows are two messages more. */
    void request(Attempt attempt) {
        long read = version;
        time.in(network.draw(random) + network.draw(random), () -> write(attempt, read));
    }

    private void write(Attempt attempt, long read) {
        if (version == read) {
            version++;
            attempt.succeeded();
        } else {
            attempt.failed(Failure.CONFLICT);
        }
    }
}
