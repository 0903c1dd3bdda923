package io.forbear.retry.core.call;

import io.forbear.retry.FailedResult;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.service.Counters;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * What follows an attempt that has not succeeded: functions over {@link CallState}. The failure is classified and
 * recorded (counters, breaker, gate, budget, observers); then {@link Decision#afterFailure} decides, and the call waits
 * or ends.
 */
public final class AfterAttempt {

    private AfterAttempt() {}

    /** Looks at a result: returns what kind of failure the policy calls it, {@code null} for a success. */
    public static @Nullable Classification judge(CallState call, @Nullable Object result) {
        return SingleWork.or(call).judge(call, result);
    }

    /**
     * Returns the result that an operation has judged itself to be a failure, where that is what it threw; {@code null}
     * for any other failure, and where the call has several operations, of which it would say nothing.
     */
    public static @Nullable FailedResult failedResult(CallState call, Throwable thrown) {
        return Failures.unwrap(thrown) instanceof FailedResult bad && SingleWork.or(call) == SingleWork.INSTANCE
                ? bad
                : null;
    }

    /** As {@link #judge(CallState, Object)}, for a result that the operation may have judged itself. */
    public static @Nullable Classification judge(
            CallState call, @Nullable Object result, @Nullable FailedResult judged) {
        if (judged == null) {
            return judge(call, result);
        }
        return call.plan.enabled() ? judged.classification() : null;
    }

    /**
     * Decides after an attempt that threw.
     *
     * @param thrown what it threw, wrappers and all
     * @param ownThread whether the attempt ran on this thread, whose interrupt flag then matters
     * @return a delay in nanoseconds, or a {@linkplain Decision#isStop stop}
     */
    public static long threw(CallState call, Throwable thrown, boolean ownThread) {
        call.requirePhase(CallState.ATTEMPT);
        Throwable failure = Failures.unwrap(thrown);
        StopReason never = Failures.never(failure);
        if (never == null && ownThread && Thread.currentThread().isInterrupted()) {
            never = StopReason.INTERRUPTED;
        }
        if (never != null
                && ownThread
                && !(failure instanceof VirtualMachineError)
                && Failures.interruptsThisThread(thrown)) {
            Thread.currentThread().interrupt();
        }
        boolean enabled = call.plan.enabled();
        StopReason cut = enabled ? never : null;
        Classification found =
                enabled && cut == null ? Failures.classify(call.plan.rules.classifier, failure) : Failures.NEVER;
        SingleWork.or(call).failed(found, failure, cut);
        return decide(call, found, failure, null, cut);
    }

    /**
     * Decides after an attempt that threw, and whose failure the caller has classified.
     *
     * @param thrown what it threw, wrappers and all; {@code null} where the failure is known by its classification
     *     alone
     * @param classification what it is
     * @return a delay in nanoseconds, or a {@linkplain Decision#isStop stop}
     */
    public static long classified(CallState call, @Nullable Throwable thrown, Classification classification) {
        call.requirePhase(CallState.ATTEMPT);
        Throwable failure = thrown == null ? null : Failures.unwrap(thrown);
        SingleWork.or(call).failed(classification, failure, null);
        return decide(call, classification, failure, null, null);
    }

    /**
     * Decides after an attempt whose result was judged to be a failure.
     *
     * @param classification what {@link #judge} returned
     * @param result the result; if there is to be another attempt, it is discarded
     * @return a delay in nanoseconds, or a {@linkplain Decision#isStop stop}
     */
    public static long returned(CallState call, Classification classification, @Nullable Object result) {
        call.requirePhase(CallState.ATTEMPT);
        Work work = SingleWork.or(call);
        return decide(call, classification, work.reportedFailure(null), work.reportedResult(result), null);
    }

    private static long decide(
            CallState call,
            Classification classification,
            @Nullable Throwable failure,
            @Nullable Object result,
            @Nullable StopReason cut) {
        call.last = classification;
        long now = 0;
        if (cut == null && call.plan.enabled()) {
            now = call.plan.timed || call.is(CallState.BOUNDED) ? call.now() : 0;
            record(call, classification, failure, result, now);
        }
        long verdict = Decision.afterFailure(call, classification, cut, now);
        if (Decision.isStop(verdict)) {
            CallEnd.end(call, Decision.reason(verdict), failure, result);
        } else {
            grant(call, verdict, classification, failure, result);
        }
        return verdict;
    }

    /**
     * The deadline has passed while an attempt is under way that was not made on this thread: it counts as one that
     * failed, and the call has ended.
     *
     * @param failure what the caller is thrown
     */
    public static void reachedDeadline(CallState call, Throwable failure) {
        call.requirePhase(CallState.ATTEMPT);
        Classification timeout = Classification.of(ErrorCategory.TIMEOUT);
        call.last = timeout;
        SingleWork.or(call).failed(timeout, failure, null);
        if (call.plan.enabled()) {
            record(call, timeout, failure, null, call.plan.timed ? call.now() : 0);
        }
        long verdict = Decision.afterFailure(call, timeout, StopReason.DEADLINE_EXCEEDED, 0);
        CallEnd.end(call, Decision.reason(verdict), failure, null);
    }

    private static void record(
            CallState call,
            Classification classification,
            @Nullable Throwable failure,
            @Nullable Object result,
            long now) {
        ErrorCategory category = classification.category();
        Counters counters = call.plan.counters;
        call.countFirstFailure(counters);
        counters.failed(category);
        Client client = call.client;
        String id = call.clientId;
        if (client != null && id != null) {
            call.plan.service.operators.clientFailed(client, id, call.plan.timed ? now : call.now());
        }
        Work work = SingleWork.or(call);
        boolean healthy = work.isServiceHealthy();
        Admission.settleFailed(call, healthy, classification.isLocal(), category, now);
        GatePass gate = call.gate();
        if (gate != null) {
            gate.failed(work.gateCategory(category));
        }
        if (!healthy) {
            Spending.tellFailed(call, classification);
        }
        Telling.attemptFailed(call, classification, failure, result);
    }

    private static void grant(
            CallState call,
            long delayNanos,
            Classification classification,
            @Nullable Throwable failure,
            @Nullable Object result) {
        call.phase = CallState.GRANTED;
        call.previousDelayNanos = delayNanos;
        Counters counters = call.plan.counters;
        if (delayNanos > 0) {
            counters.delayNanos.add(delayNanos);
        }
        if (call.is(CallState.NESTED)) {
            counters.nested.increment();
        }
        Telling.retryScheduled(call, classification, failure, result, delayNanos);
        if (result != null && call.plan.discards(result, call.is(CallState.BLOCKING))) {
            call.lastOutcome = CallState.DISCARDED;
        }
        SingleWork.or(call).discardRetried(call);
    }
}
