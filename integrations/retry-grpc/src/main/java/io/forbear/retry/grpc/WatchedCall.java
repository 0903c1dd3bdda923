package io.forbear.retry.grpc;

import io.forbear.retry.CallRefusedException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.error.Classification;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One call of a channel that retries by itself, as its streams show it. Told by threads of the transport and of the
 * call.
 */
final class WatchedCall extends ClientStreamTracer.Factory {
    /*
     * State      told (the call in the books, null where it has ended there or was refused), failure and trailers: how
     *            the last stream ended; under the lock.
     * Invariant  an attempt is told when the next begins or the call ends, whichever comes first.
     */

    private final ChannelRetries counts;
    private final boolean kept;
    private @Nullable RetryCall told;
    private Status failure = Status.UNKNOWN;
    private @Nullable Metadata trailers;

    WatchedCall(ChannelRetries counts, @Nullable Retry books) {
        this.counts = counts;
        this.kept = books != null;
        this.told = books == null ? null : begin(books);
    }

    /** A breaker that is open refuses the books alone. */
    private static @Nullable RetryCall begin(Retry books) {
        try {
            return books.begin();
        } catch (CallRefusedException refused) {
            return null;
        }
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        boolean transparent = info.isTransparentRetry();
        boolean first = info.getPreviousAttempts() == 0 && !transparent;
        if (!first) {
            counts.count(transparent, info.isHedging());
            if (!transparent && !info.isHedging()) {
                repeated();
            }
        }
        return new Tracer();
    }

    /** The channel makes another attempt: the last one has failed. */
    private synchronized void repeated() {
        RetryCall call = told;
        if (call != null) {
            RetryDecision decision = call.failed(
                    failure.asRuntimeException(trailers), classified().retryable());
            told = decision instanceof RetryDecision.Again && call.resume() ? call : null;
        }
        if (kept && told == null) {
            counts.leftOut();
        }
    }

    private Classification classified() {
        return GrpcRules.classify(failure, trailers);
    }

    private synchronized void closed(Status status, @Nullable Metadata with) {
        failure = status.isOk() ? Status.UNKNOWN : status;
        trailers = with;
    }

    /** The call has ended, and with it its last attempt. */
    synchronized void ended(Status status, Metadata with) {
        RetryCall call = told;
        if (call == null) {
            return;
        }
        told = null;
        if (status.isOk()) {
            call.succeeded();
        } else if (status.getCode() == Status.Code.CANCELLED) {
            call.abandoned();
        } else {
            failure = status;
            trailers = with;
            call.failed(status.asRuntimeException(with), classified().notRetryable());
        }
    }

    private final class Tracer extends ClientStreamTracer {

        private volatile @Nullable Metadata received;

        @Override
        public void inboundTrailers(Metadata with) {
            received = with;
        }

        @Override
        public void streamClosed(Status status) {
            closed(status, received);
        }
    }
}
