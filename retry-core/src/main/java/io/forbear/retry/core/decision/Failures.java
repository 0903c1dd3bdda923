package io.forbear.retry.core.decision;

import io.forbear.retry.Classification;
import io.forbear.retry.ErrorCategory;
import io.forbear.retry.ErrorClassifier;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.internal.Faults;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What is asked of a failure before any rule of a policy. */
public final class Failures {

    /** What a failure is found to be that is never retried, whatever it is. */
    static final Classification NEVER =
            Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();

    private static final int MAX_WRAPPERS = 16;

    private Failures() {}

    /** Removes the wrappers that futures put around what an operation threw. */
    public static Throwable unwrap(Throwable failure) {
        Throwable inner = failure;
        for (int i = 0; i < MAX_WRAPPERS && isWrapper(inner); i++) {
            Throwable cause = inner.getCause();
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

    /** Step 1 of the decision: returns why a failure is not even classified, {@code null} where it is. */
    static @Nullable StopReason never(Throwable failure) {
        if (failure instanceof Error) {
            return StopReason.FATAL;
        }
        if (failure instanceof InterruptedException) {
            return StopReason.INTERRUPTED;
        }
        return failure instanceof CancellationException ? StopReason.CANCELLED : null;
    }

    /** Asks the classifier; one that throws or has nothing to say must not repeat a call that it did not understand. */
    static Classification classify(ErrorClassifier classifier, Throwable failure) {
        try {
            Classification found = classifier.classify(failure);
            return found == null ? NEVER : found;
        } catch (Throwable fault) {
            Faults.log("classifier", fault);
            return NEVER;
        }
    }

    /** Tells whether a failure arose in this process, and so says nothing about the service. */
    static boolean isLocal(Classification found) {
        return false;
    }

    /**
     * Adds what went wrong besides, unless the failure carries one of its class: an object that is thrown again and again must not
     * grow.
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
