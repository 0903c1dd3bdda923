package io.forbear.retry.core.call;

import io.forbear.retry.FailedResult;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.InterruptedByTimeoutException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What is asked of a failure before any rule of a policy. */
public final class Failures {

    /** What a failure is found to be that is never retried, whatever it is. */
    static final Classification NEVER =
            Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();

    private static final int LONGEST_CHAIN = 16;

    /** Each step of a chain of futures may add one; more than that, and they go round. */
    private static final int MOST_WRAPPERS = 1000;

    /** Exceptions of other libraries that stand for an interrupt, beside those that are called so. */
    private static final Set<String> INTERRUPTS_BY_NAME = Set.of(
            "org.apache.kafka.common.errors.InterruptException",
            "software.amazon.awssdk.core.exception.AbortedException",
            "com.amazonaws.AbortedException");

    /** A time-out of other libraries, whatever ended the wait inside it. */
    private static final Set<String> TIMEOUTS_BY_NAME = Set.of(
            "java.util.concurrent.TimeoutException",
            "java.net.http.HttpTimeoutException",
            "software.amazon.awssdk.core.exception.ApiCallTimeoutException",
            "software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException",
            "com.amazonaws.http.timers.client.ClientExecutionTimeoutException");

    private static final int OTHER = 0;
    private static final int INTERRUPT = 1;
    private static final int TIMEOUT = 2;

    /**
     * By the class of an exception: what it stands for. Kept by the classes themselves, and gone with them; the value
     * is an object of the JDK, so that a class which outlives this library does not hold its class loader.
     */
    private static final ClassValue<Integer> KINDS = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            return standsForInterrupt(type) ? INTERRUPT : isTimeout(type) ? TIMEOUT : OTHER;
        }
    };

    private Failures() {}

    private static boolean standsForInterrupt(Class<?> type) {
        if (InterruptedByTimeoutException.class.isAssignableFrom(type)
                || SocketTimeoutException.class.isAssignableFrom(type)) {
            return false;
        }
        if (InterruptedException.class.isAssignableFrom(type)
                || InterruptedIOException.class.isAssignableFrom(type)
                || ClosedByInterruptException.class.isAssignableFrom(type)
                || FileLockInterruptionException.class.isAssignableFrom(type)) {
            return true;
        }
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            String name = c.getName();
            String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
            if (simple.endsWith("InterruptedException") || INTERRUPTS_BY_NAME.contains(name)) {
                return true;
            }
        }
        return false;
    }

    /** Removes the wrappers that futures put around what an operation threw. */
    public static Throwable unwrap(Throwable failure) {
        Throwable inner = failure;
        for (int i = 0; i < MOST_WRAPPERS && isWrapper(inner); i++) {
            Throwable cause = cause(inner);
            if (cause == null) {
                return inner;
            }
            inner = cause;
        }
        return inner;
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof CompletionException || failure instanceof ExecutionException;
    }

    /** Returns the cause; what cannot be read is not there. */
    private static @Nullable Throwable cause(Throwable failure) {
        try {
            Throwable cause = failure.getCause();
            return cause == failure ? null : cause;
        } catch (Throwable unreadable) {
            return null;
        }
    }

    /** Step 1 of the decision: returns why a failure is not even classified, {@code null} where it is. */
    static @Nullable StopReason never(Throwable failure) {
        if (failure instanceof Error) {
            return StopReason.FATAL;
        }
        return isInterrupt(failure, true) ? StopReason.INTERRUPTED : null;
    }

    /**
     * Tells whether a failure shows that this thread was interrupted, so that its flag must be set again. Inside the
     * wrapper of a future it is the interrupt of another thread.
     */
    public static boolean interruptsThisThread(Throwable thrown) {
        return isInterrupt(thrown, false);
    }

    /** Looks for an interrupt in the cause chain, in any disguise. */
    private static boolean isInterrupt(Throwable failure, boolean alsoInsideFutures) {
        Throwable link = failure;
        for (int i = 0; link != null && i < LONGEST_CHAIN; i++) {
            if (isWrapper(link) && !alsoInsideFutures) {
                return false;
            }
            int kind = KINDS.get(link.getClass());
            if (kind == INTERRUPT) {
                return !(link instanceof InterruptedIOException) || !isOther(link);
            }
            if (isClosedByInterrupt(link)) {
                return true;
            }
            if (kind == TIMEOUT) {
                return false;
            }
            link = cause(link);
        }
        return false;
    }

    /** Clients tell their own time-outs, refused connections and full executors as interrupts of input and output. */
    private static boolean isOther(Throwable failure) {
        Classification found = ErrorClassifier.defaults().classify(failure);
        return found == null || found.category() != ErrorCategory.CLIENT_ERROR || found.isLocal();
    }

    /** A socket of the JDK that an interrupt has closed under a virtual thread. */
    private static boolean isClosedByInterrupt(Throwable failure) {
        try {
            return failure instanceof SocketException && "Closed by interrupt".equals(failure.getMessage());
        } catch (Throwable unreadable) {
            return false;
        }
    }

    private static boolean isTimeout(Class<?> type) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            if (TIMEOUTS_BY_NAME.contains(c.getName())) {
                return true;
            }
        }
        return false;
    }

    /** Returns the result that an operation threw because it had judged it to be a failure, else {@code null}. */
    public static @Nullable Object resultIn(@Nullable Throwable thrown) {
        return thrown != null && unwrap(thrown) instanceof FailedResult judged ? judged.result() : null;
    }

    /** Asks the classifier; one that throws or has nothing to say must not repeat a call that it did not understand. */
    static Classification classify(ErrorClassifier classifier, Throwable failure) {
        if (failure instanceof FailedResult judged) {
            return judged.classification();
        }
        try {
            Classification found = classifier.classify(failure);
            return found == null || found.isSuccess() ? NEVER : found;
        } catch (Throwable fault) {
            Faults.log("classifier", fault);
            return NEVER;
        }
    }

    /**
     * Adds what went wrong besides, unless the failure carries one of its class: an object that is thrown again and
     * again must not grow.
     */
    public static void attach(Throwable failure, Throwable fault) {
        if (failure == fault) {
            return;
        }
        try {
            synchronized (failure) {
                for (Throwable suppressed : failure.getSuppressed()) {
                    if (suppressed.getClass() == fault.getClass()) {
                        return;
                    }
                }
                failure.addSuppressed(fault);
            }
        } catch (Throwable refused) {
            Faults.log("failure's list of suppressed exceptions", refused);
        }
    }

    /** Adds what went wrong besides to the failure of a call; where there is none, logs it. */
    public static void attachOrLog(@Nullable Throwable failure, String who, Throwable fault) {
        if (failure == null) {
            Faults.log(who, fault);
        } else {
            attach(failure, fault);
        }
    }
}
