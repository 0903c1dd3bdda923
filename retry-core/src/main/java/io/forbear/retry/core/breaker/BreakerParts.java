package io.forbear.retry.core.breaker;

import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.Watch;

/** The parts of one breaker that outlive its states, and that the states use. Immutable; the parts are thread-safe. */
final class BreakerParts {

    final BreakerSettings settings;
    final NanoClock clock;

    /** The services whose successes count in CLOSED and METRICS_ONLY. */
    final Feeds feeds = new Feeds();

    /** Is told of successes of permits. A service that feeds the breaker has a watch of its own. */
    final Watch watch;

    BreakerParts(BreakerSettings settings, NanoClock clock, Watch watch) {
        this.settings = settings;
        this.clock = clock;
        this.watch = watch;
    }

    long now() {
        return clock.nanoTime();
    }
}
