package io.forbear.retry.core.decision;

import io.forbear.retry.Backoff;
import io.forbear.retry.Classification;
import io.forbear.retry.Criticality;
import io.forbear.retry.ErrorCategory;
import io.forbear.retry.ErrorClassifier;
import io.forbear.retry.PushbackBeyond;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.internal.Faults;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A policy in the form that the decision reads: arrays by category, no maps, no boxes. Immutable. */
final class Rules {

    private static final ErrorCategory[] CATEGORIES = ErrorCategory.values();
    private static final Criticality[] CRITICALITIES = Criticality.values();

    final RetryPolicy policy;
    final boolean enabled;
    final boolean idempotent;
    final boolean nestedRefused;
    final boolean adaptive;
    final long deadlineNanos;
    final long maxPushbackNanos;
    final long maxPushbackOverBackoffNanos;
    final ErrorClassifier classifier;
    final @Nullable Function<@Nullable Object, @Nullable Classification> resultClassifier;
    final long attemptTimeoutNanos;
    final boolean interruptedOnTimeout;
    final boolean failedResultThrown;
    private final boolean givesUp;
    private final boolean[] retryable = new boolean[CATEGORIES.length];
    private final Backoff[] backoff = new Backoff[CATEGORIES.length];
    private final int[] maxAttempts = new int[CATEGORIES.length * CRITICALITIES.length];

    Rules(RetryPolicy policy) {
        this.policy = policy;
        this.enabled = policy.isEnabled();
        this.idempotent = policy.isIdempotent();
        this.nestedRefused = policy.isNestedRefused();
        this.deadlineNanos = policy.deadlineNanos();
        this.maxPushbackNanos = policy.maxPushbackNanos();
        this.maxPushbackOverBackoffNanos = policy.maxPushbackOverBackoffNanos();
        this.classifier = policy.classifier();
        this.resultClassifier = policy.resultClassifier();
        this.attemptTimeoutNanos = policy.attemptTimeoutNanos();
        this.interruptedOnTimeout = policy.isInterruptedOnTimeout();
        this.failedResultThrown = policy.isFailedResultThrown();
        this.givesUp =
                policy.pushbackBeyond() == PushbackBeyond.GIVE_UP && maxPushbackOverBackoffNanos == Long.MAX_VALUE;
        boolean anyAdaptive = false;
        for (ErrorCategory category : CATEGORIES) {
            anyAdaptive |= policy.backoff(category).isAdaptive();
            retryable[category.ordinal()] = policy.isRetryable(category);
            backoff[category.ordinal()] = policy.backoff(category);
            for (Criticality criticality : CRITICALITIES) {
                maxAttempts[index(category, criticality)] = policy.maxAttempts(category, criticality);
            }
        }
        this.adaptive = anyAdaptive;
    }

    private static int index(ErrorCategory category, Criticality criticality) {
        return category.ordinal() * CRITICALITIES.length + criticality.ordinal();
    }

    boolean retryable(ErrorCategory category) {
        return retryable[category.ordinal()];
    }

    Backoff backoff(ErrorCategory category) {
        return backoff[category.ordinal()];
    }

    int maxAttempts(ErrorCategory category, Criticality criticality) {
        return maxAttempts[index(category, criticality)];
    }

    /** Tells whether a call ends because the server asks for a longer wait than is allowed. */
    boolean givesUpAt(long pushbackNanos) {
        return givesUp && pushbackNanos > maxPushbackNanos;
    }

    /** Returns how long a call should wait by the word of the server, where that is not cut as the AWS SDKs cut it. */
    long asked(long delayNanos, long pushbackNanos) {
        return maxPushbackOverBackoffNanos == Long.MAX_VALUE ? Math.max(delayNanos, pushbackNanos) : delayNanos;
    }

    /** Asks the rules for results; a rule that throws has found no failure. */
    @Nullable
    Classification classifyResult(@Nullable Object result) {
        Function<@Nullable Object, @Nullable Classification> rule = resultClassifier;
        if (rule == null) {
            return null;
        }
        try {
            return rule.apply(result);
        } catch (Throwable fault) {
            Faults.log("result classifier", fault);
            return null;
        }
    }
}
