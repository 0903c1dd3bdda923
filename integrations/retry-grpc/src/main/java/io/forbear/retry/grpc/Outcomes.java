package io.forbear.retry.grpc;

import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.grpc.Deadline;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the end of an attempt means to the engine, and the end of a call to its caller. */
final class Outcomes {

    private static final String GONE_UNSENT = "Abrupt GOAWAY closed unsent stream";

    /** With any other error code the stream may be the cause of it. */
    private static final String GONE_UNREAD = "Abrupt GOAWAY closed sent stream. HTTP/2 error code: NO_ERROR";

    private Outcomes() {}

    /**
     * Tells the engine how an attempt ended.
     *
     * @param broken why the attempt could not begin, {@code null} where it did
     * @param left whether the caller does not wait any more
     * @param deadline the end of the call, {@code null} where gRPC knows of none
     * @return {@code null} where there is nothing to decide: the call has succeeded, or its caller has left
     */
    static @Nullable RetryDecision verdict(
            RetryPolicy policy,
            RetryCall call,
            Attempt<?> ended,
            @Nullable Throwable broken,
            boolean left,
            @Nullable Deadline deadline) {
        Status status = ended.status();
        Classification judged = status.isOk() ? judge(policy, ended.message()) : null;
        if (status.isOk() && judged == null) {
            call.succeeded();
            return null;
        }
        if (left) {
            call.abandoned();
            return null;
        }
        if (judged != null) {
            return call.failed(judged);
        }
        if (broken != null) {
            return call.failed(broken);
        }
        Throwable failure = status.asRuntimeException(ended.trailers());
        boolean timedOut =
                status.getCode() == Status.Code.DEADLINE_EXCEEDED && (ended.isTimedOut() || isOver(call, deadline));
        Classification found = classify(policy, ended, failure, timedOut);
        return found == null ? call.failed(failure) : call.failed(failure, found);
    }

    private static boolean isOver(RetryCall call, @Nullable Deadline deadline) {
        return deadline != null && deadline.isExpired()
                || call.remaining().map(Duration::isZero).orElse(false);
    }

    /** Returns what kind of failure the policy calls a response, {@code null} for a success. */
    static @Nullable Classification judge(RetryPolicy policy, @Nullable Object response) {
        Function<@Nullable Object, @Nullable Classification> rule = policy.resultClassifier();
        if (rule == null || response == null) {
            return null;
        }
        try {
            Classification judged = rule.apply(response);
            return judged == null || judged.isSuccess() ? null : judged;
        } catch (Throwable broken) {
            return null; // as in every call: a rule that throws has no answer
        }
    }

    /**
     * Returns what an attempt failed with; {@code null} where the engine is to ask the classifier itself.
     *
     * @param timedOut whether a limit of time of this side ended it
     */
    private static @Nullable Classification classify(
            RetryPolicy policy, Attempt<?> ended, Throwable failure, boolean timedOut) {
        Classification found;
        if (timedOut) {
            found = Classification.of(ErrorCategory.TIMEOUT);
        } else {
            try {
                found = policy.classifier().classify(failure);
            } catch (Throwable broken) {
                return null; // the engine asks again, and logs it
            }
            if (found == null || found.isSuccess()) {
                return null;
            }
            found = GrpcRules.withPushback(found, ended.trailers());
        }
        return ended.isNotExecuted() || isGoneUnread(ended.status()) ? found.notExecuted() : found;
    }

    /**
     * Tells whether the server went away before it had looked at the stream, by what the channel says of it: the
     * stream's number was above the last that the server named, or it had not been sent.
     */
    private static boolean isGoneUnread(Status status) {
        String text = status.getDescription();
        return status.getCode() == Status.Code.UNAVAILABLE
                && text != null
                && (text.startsWith(GONE_UNSENT) || text.startsWith(GONE_UNREAD));
    }

    /** Discards a response that the policy calls a failure, and that is not handed to the caller. */
    static void discard(RetryCall call, Attempt<?> last) {
        Object response = last.message();
        if (response != null && call.discard(response)) {
            last.discarded();
        }
    }

    /**
     * Returns the status of a call that the engine has stopped.
     *
     * @param last the last attempt, {@code null} where none was made
     */
    static Status stopped(Retry retry, RetryCall call, @Nullable Attempt<?> last) {
        StopReason reason = call.stopReason().orElse(StopReason.CANCELLED);
        if (last == null) {
            RetryStopped why = new RetryStopped(retry.name(), reason, 0);
            return GrpcRules.stopped(reason).withDescription(why.getMessage()).withCause(why);
        }
        Status status = last.status();
        if (!status.isOk()) {
            return noted(status, retry.name(), reason, call.attempt());
        }
        RetryPolicy policy = retry.policy();
        if (!policy.isFailedResultThrown()) {
            return status;
        }
        Classification judged = judge(policy, last.message());
        FailedResultException failure = new FailedResultException(
                retry.name(),
                reason,
                call.attempt(),
                judged == null ? Classification.of(ErrorCategory.TRANSIENT) : judged,
                last.message());
        return Status.UNKNOWN.withDescription(failure.getMessage()).withCause(failure);
    }

    /** Says in the status why there was no further attempt: as its cause, or on its cause. */
    private static Status noted(Status status, String service, StopReason reason, int attempts) {
        if (reason == StopReason.CANCELLED || reason == StopReason.FATAL) {
            return status;
        }
        Throwable cause = status.getCause();
        if (cause == null) {
            return status.withCause(new RetryStopped(service, reason, attempts));
        }
        RetryStopped.note(cause, service, reason, attempts);
        return status;
    }
}
