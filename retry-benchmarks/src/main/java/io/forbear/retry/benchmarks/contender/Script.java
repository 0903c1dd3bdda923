package io.forbear.retry.benchmarks.contender;

import java.net.SocketException;
import java.util.concurrent.Callable;

/**
 * An operation that fails as often as it is told, then succeeds, then begins again. One class for all scripts, so that
 * a check before the measurement teaches the compiler no type that the measurement does not have. Used by one thread.
 */
public final class Script implements Callable<Object> {

    /**
     * What a failed attempt throws: a kind of exception that remote calls fail with, preallocated and without a stack
     * trace, so that making exceptions is not what is measured. Peers are told to retry whatever is thrown; this
     * library classifies it by its type.
     */
    public static final class Failure extends SocketException {

        private static final long serialVersionUID = 1L;

        private Failure() {
            super("connection reset");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** A number of failures that no call of three attempts gets past. */
    public static final int ALWAYS = Integer.MAX_VALUE;

    private final Failure failure = new Failure();
    private final Object answer = new Object();
    private final int failures;
    private int left;

    /**
     * Writes a script.
     *
     * @param failures how many attempts fail before one succeeds
     */
    public Script(int failures) {
        this.failures = failures;
        this.left = failures;
    }

    @Override
    public Object call() throws Failure {
        if (failures == 0) {
            return answer;
        }
        return failOrAnswer();
    }

    private Object failOrAnswer() throws Failure {
        if (left > 0) {
            left--;
            throw failure;
        }
        left = failures;
        return answer;
    }

    /** Returns how many attempts have failed since the last success. */
    public int failed() {
        return failures - left;
    }

    /** Returns what a successful attempt returns. */
    public Object answer() {
        return answer;
    }

    /** Returns what a failed attempt throws. */
    public Failure failure() {
        return failure;
    }
}
