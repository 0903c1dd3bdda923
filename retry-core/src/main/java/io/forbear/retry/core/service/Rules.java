package io.forbear.retry.core.service;

import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.PushbackBeyond;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A policy in the form that the decision reads: arrays by category, no maps, no boxes. Immutable. */
public final class Rules {

    private static final ErrorCategory[] CATEGORIES = ErrorCategory.values();
    private static final Criticality[] CRITICALITIES = Criticality.values();

    private static final int FIRST_STATUS = 400;

    final RetryPolicy policy;
    public final boolean enabled;
    public final boolean idempotent;
    public final boolean nestedRefused;
    public final boolean adaptive;
    final long deadlineNanos;
    public final long maxPushbackNanos;
    public final long maxPushbackOverBackoffNanos;
    public final ErrorClassifier classifier;
    final @Nullable Function<@Nullable Object, @Nullable Classification> resultClassifier;
    public final long attemptTimeoutNanos;
    public final boolean interruptedOnTimeout;
    public final boolean failedResultThrown;
    private final boolean givesUp;
    private final boolean[] retryable = new boolean[CATEGORIES.length];

    /** By HTTP status from 400 on: above 0 retried, below 0 never. {@code null} where nothing is said of any. */
    private final byte @Nullable [] byStatus;

    private final Backoff[] backoff = new Backoff[CATEGORIES.length];
    private final int[] maxAttempts = new int[CATEGORIES.length * CRITICALITIES.length];

    Rules(RetryPolicy policy) {
        this.policy = policy;
        this.enabled = policy.isEnabled();
        this.idempotent = policy.isIdempotent();
        this.nestedRefused = policy.isNestedRefused();
        this.deadlineNanos = policy.deadlineNanos();
        this.maxPushbackNanos = policy.pushback().maxNanos();
        this.maxPushbackOverBackoffNanos = policy.pushback().maxOverBackoffNanos();
        this.classifier = policy.classifier();
        this.resultClassifier = policy.resultClassifier();
        this.attemptTimeoutNanos = policy.attemptTimeoutNanos();
        this.interruptedOnTimeout = policy.isInterruptedOnTimeout();
        this.failedResultThrown = policy.isFailedResultThrown();
        this.givesUp =
                policy.pushback().beyond() == PushbackBeyond.GIVE_UP && maxPushbackOverBackoffNanos == Long.MAX_VALUE;
        this.byStatus = byStatus(policy);
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

    private static byte @Nullable [] byStatus(RetryPolicy policy) {
        if (policy.retryableByStatus().isEmpty()) {
            return null;
        }
        byte[] said = new byte[200];
        policy.retryableByStatus()
                .forEach((status, retried) -> said[status - FIRST_STATUS] = (byte) (retried ? 1 : -1));
        return said;
    }

    private static int index(ErrorCategory category, Criticality criticality) {
        return category.ordinal() * CRITICALITIES.length + criticality.ordinal();
    }

    /** Does what {@link RetryPolicy#isRetryable(Classification)} does. */
    public boolean isRetryable(Classification failure) {
        byte said = byStatus == null || failure.httpStatus() == 0 ? 0 : byStatus[failure.httpStatus() - FIRST_STATUS];
        return said == 0 ? failure.isRetryable(retryable[failure.category().ordinal()]) : said > 0;
    }

    public Backoff backoff(ErrorCategory category) {
        return backoff[category.ordinal()];
    }

    public int maxAttempts(ErrorCategory category, Criticality criticality) {
        return maxAttempts[index(category, criticality)];
    }

    /** Tells whether a call ends because the server asks for a longer wait than is allowed. */
    public boolean givesUpAt(long pushbackNanos) {
        return givesUp && pushbackNanos > maxPushbackNanos;
    }

    /** Returns how long a call should wait by the word of the server, where that is not cut as the AWS SDKs cut it. */
    public long asked(long delayNanos, long pushbackNanos) {
        return maxPushbackOverBackoffNanos == Long.MAX_VALUE ? Math.max(delayNanos, pushbackNanos) : delayNanos;
    }

    /** Asks the rules for results; a rule that throws has found no failure. */
    @Nullable
    public Classification classifyResult(@Nullable Object result) {
        Function<@Nullable Object, @Nullable Classification> rule = resultClassifier;
        if (rule == null) {
            return null;
        }
        try {
            Classification found = rule.apply(result);
            return found == null || found.isSuccess() ? null : found;
        } catch (Throwable fault) {
            Faults.log("result classifier", fault);
            return null;
        }
    }
}
