package io.forbear.retry.junit;

import java.util.List;

/**
 * What the services of a test that failed did: a {@linkplain Throwable#getSuppressed() suppressed} exception on what it
 * failed with, so that it is shown wherever that is. It has no stack trace and is never thrown.
 *
 * <pre>{@code
 * Suppressed: io.forbear.retry.junit.AttemptsOfTest:
 *   PT0S     users call 1: attempt 1 failed: NETWORK_ERROR, java.io.IOException: down
 *   PT0S     users call 1: waits PT0.1S
 *   PT0.1S   users call 1: attempt 2 succeeded
 *   PT0.1S   users call 1: succeeded after 2 attempts
 * }</pre>
 *
 * @since 0.1
 */
public final class AttemptsOfTest extends Exception {

    private static final long serialVersionUID = 1L;

    AttemptsOfTest(List<String> lines) {
        super(lines.isEmpty() ? "no call was made" : "\n  " + String.join("\n  ", lines), null, false, false);
    }

    /** Adds the lines to a failure, once. */
    static void add(Throwable failure, List<String> lines) {
        for (Throwable suppressed : failure.getSuppressed()) {
            if (suppressed instanceof AttemptsOfTest) {
                return;
            }
        }
        failure.addSuppressed(new AttemptsOfTest(lines));
    }
}
