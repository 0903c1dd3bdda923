package io.forbear.retry.aws.consumer;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Messages that fail on purpose are not logged. */
final class QuietLog {

    private static final Logger LOG = Logger.getLogger("io.forbear.retry.aws"); // kept, or its level is forgotten

    private QuietLog() {}

    static void set() {
        LOG.setLevel(Level.OFF);
    }
}
