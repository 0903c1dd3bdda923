package io.forbear.retry.reactor;

import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.DeadlinePassedException;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** What the last attempt of a call ended with: a failure, or a result that was called one. Of one thread at a time. */
final class Outcome<T> {

    private final RetryPolicy policy;
    private final String service;
    private @Nullable Throwable failure;
    private @Nullable Classification judgement;
    private @Nullable T result;

    Outcome(RetryPolicy policy, String service) {
        this.policy = policy;
        this.service = service;
    }

    /** Returns what kind of failure the policy calls an element; {@code null} for a success. */
    @Nullable
    Classification judge(T element) {
        Function<@Nullable Object, @Nullable Classification> rule = policy.resultClassifier();
        if (rule == null || !policy.isEnabled()) {
            return null;
        }
        try {
            Classification found = rule.apply(element);
            return found == null || found.isSuccess() ? null : found;
        } catch (Throwable broken) {
            return null; // as in every call: a rule that throws has no answer
        }
    }

    /**
     * Keeps what an attempt failed with, and asks the engine.
     *
     * @param emitted whether the subscriber has got elements that it must not get again
     */
    RetryDecision failed(RetryCall call, Throwable thrown, boolean emitted) {
        failed(thrown);
        Classification never = emitted ? notRetryable(thrown) : null;
        return never == null ? call.failed(new Signalled(thrown)) : call.failed(thrown, never);
    }

    /** Keeps a result that is a failure, and asks the engine. */
    RetryDecision failed(RetryCall call, @Nullable T bad, Classification found, boolean emitted) {
        failure = null;
        judgement = found;
        result = bad;
        return call.failed(emitted ? found.notRetryable() : found);
    }

    /** Returns what kind of failure this is that must not be retried; {@code null} where the engine is to say it. */
    private @Nullable Classification notRetryable(Throwable thrown) {
        if (thrown instanceof Error) {
            return null; // never retried
        }
        try {
            Classification found = policy.classifier().classify(thrown);
            return found == null || found.isSuccess() ? null : found.notRetryable();
        } catch (Throwable broken) {
            return null; // the engine asks again, logs it, and does not retry
        }
    }

    void failed(Throwable thrown) {
        failure = thrown;
        judgement = null;
        result = null;
    }

    /** Returns the failure of the last attempt; {@code null} for a result, and where there was no attempt. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Discards the result, before a wait: as every call does, else as the subscriber says. */
    void discard(RetryCall call, Context context) {
        T bad = result;
        result = null;
        if (bad != null && !call.discard(bad)) {
            Operators.onDiscard(bad, context);
        }
    }

    /** Returns the result that the subscriber gets; {@code null} where it gets a failure. */
    @Nullable
    T resultForSubscriber() {
        return policy.isFailedResultThrown() ? null : result;
    }

    /** Returns what the subscriber of a call that was stopped gets. */
    Throwable failureForSubscriber(@Nullable StopReason stopped, int attempts) {
        StopReason reason = stopped == null ? StopReason.CANCELLED : stopped;
        Throwable last = failure;
        if (last != null) {
            if (reason != StopReason.CANCELLED && reason != StopReason.FATAL) {
                RetryStopped.note(last, service, reason, attempts);
            }
            return last;
        }
        Classification judged = judgement;
        return judged == null ? refusal(reason) : new FailedResultException(service, reason, attempts, judged, result);
    }

    /** Returns what stands for a first attempt that was not made. */
    private Throwable refusal(StopReason reason) {
        return switch (reason) {
            case CIRCUIT_OPEN -> new CircuitOpenException(service, Duration.ZERO);
            case DEADLINE_EXCEEDED -> new DeadlinePassedException(service);
            case REJECTED -> {
                Throwable rejected = new RejectedExecutionException(service + ": executor or scheduler has refused");
                RetryStopped.note(rejected, service, reason, 0);
                yield rejected;
            }
            default -> new GateRefusedException(service, reason);
        };
    }
}
