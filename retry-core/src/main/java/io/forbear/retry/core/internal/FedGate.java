package io.forbear.retry.core.internal;

import io.forbear.retry.AttemptGate;

/**
 * A gate that derives from a {@link CallFeed} how many attempts succeed at once. While the gate is not engaged, such a
 * success need not be told; if it is told, it is not counted twice.
 */
public interface FedGate extends AttemptGate {

    /** Sets the only feed. Calls that it counted before do not count here. */
    void feed(CallFeed feed);
}
