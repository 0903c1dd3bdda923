package io.forbear.retry.it.soak;

import java.util.concurrent.atomic.AtomicLong;

/** What the test itself counts of the calls of one service. */
final class Tally {
    final AtomicLong calls = new AtomicLong();
    final AtomicLong attempts = new AtomicLong();
    /** Calls of which at least one attempt was made. */
    final AtomicLong attempted = new AtomicLong();

    final AtomicLong succeeded = new AtomicLong();
    /** Calls that ended with a result judged bad by a rule that may have thrown: a success or a stop. */
    final AtomicLong doubtful = new AtomicLong();

    final AtomicLong ended = new AtomicLong();
}
