package io.forbear.retry.core.internal;

import io.forbear.retry.AttemptGate;

/**
 * A gate that derives how many attempts succeed at once from a {@link CallFeed}, so that such a success need not be told while the
 * gate is not engaged, and is not counted twice where it is told.
 */
public interface FedGate extends AttemptGate {

    /** Sets the feed; there is one. What it counted before does not count here. */
    void feed(CallFeed feed);
}
