package io.forbear.retry.grpc;

import io.forbear.retry.CallRefusedException;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import io.forbear.retry.error.Pushback;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a gRPC call says of the attempt that it ends: the status, its cause, and the trailer by which the
 * server says when to come back.
 *
 * <p>{@link GrpcRetry} asks these rules. They serve as well where a blocking stub is called inside {@code retry.call}:
 * {@link #classifier()} reads the trailer, which the default classifier does not know.
 *
 * <p>All methods are pure, and never throw for a trailer that cannot be read.
 *
 * @since 0.1
 */
public final class GrpcRules {

    /*
     * Source: gRFC A6, "Pushback": a delay in milliseconds; negative or malformed, the call is not to be retried.
     */
    /** The trailer by which a server says when to come back, in milliseconds: {@code grpc-retry-pushback-ms}. */
    public static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private static final ErrorClassifier CLASSIFIER = ErrorClassifier.builder()
            .on(StatusRuntimeException.class, failure -> of(failure, failure.getStatus(), failure.getTrailers()))
            .on(StatusException.class, failure -> of(failure, failure.getStatus(), failure.getTrailers()))
            .build();

    private static final Classification EXHAUSTED = Classification.ofGrpcStatus(Status.Code.RESOURCE_EXHAUSTED.value());

    private GrpcRules() {}

    /**
     * Returns what a status says of the attempt that it ends, by {@link Classification#ofGrpcStatus(int)}; with the
     * word that nothing was executed where its cause says that there was no connection, or its description that the
     * stream was refused; and with the pushback of the trailers.
     *
     * @param status how the attempt ended
     * @param trailers what came with it, {@code null} for none
     * @return {@link Classification#success()} for {@code OK}
     */
    public static Classification classify(Status status, @Nullable Metadata trailers) {
        return status.isOk() ? Classification.success() : of(status.asRuntimeException(trailers), status, trailers);
    }

    private static Classification of(Throwable failure, Status status, @Nullable Metadata trailers) {
        Classification found = ErrorClassifier.defaults().classify(failure);
        Classification plain =
                found == null ? Classification.ofGrpcStatus(status.getCode().value()) : found;
        return withPushback(plain, trailers);
    }

    /** Adds the pushback of the server, unless the classification has one. */
    static Classification withPushback(Classification found, @Nullable Metadata trailers) {
        Pushback pushback = pushback(trailers);
        if (pushback.isNone() || found.pushbackNanos() >= 0 || found.isDoNotRetry()) {
            return found;
        }
        boolean waits = pushback.isDelay() && found.equals(EXHAUSTED);
        return (waits ? Classification.of(ErrorCategory.RATE_LIMIT) : found).pushback(pushback);
    }

    /**
     * Returns when the server wants to be called again: by the trailer {@code grpc-retry-pushback-ms}, else by a {@code
     * google.rpc.RetryInfo} in {@code grpc-status-details-bin}, as servers of Google, of OTLP and of Temporal say it.
     *
     * @param trailers what came with the status, {@code null} for none
     * @return a delay, no further attempt, or {@link Pushback#none()}
     */
    public static Pushback pushback(@Nullable Metadata trailers) {
        if (trailers == null) {
            return Pushback.none();
        }
        Pushback asked = Pushback.grpc(trailers.get(PUSHBACK));
        return asked.isNone() ? RetryInfo.read(trailers) : asked;
    }

    /**
     * Returns a classifier that answers for {@link StatusRuntimeException} and {@link StatusException} as {@link
     * #classify} does, and leaves any other to the next.
     *
     * @return to be given to {@link io.forbear.retry.RetryPolicy.Builder#classifier}
     */
    public static ErrorClassifier classifier() {
        return CLASSIFIER;
    }

    /** Returns how a call ends whose first attempt was not made. */
    static Status refused(CallRefusedException refusal) {
        return stopped(refusal.reason())
                .withDescription(refusal.getMessage())
                .withCause(Objects.requireNonNull(refusal));
    }

    /** Returns the status that stands for a stop without an attempt. */
    static Status stopped(StopReason reason) {
        return switch (reason) {
            case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
            case CANCELLED, INTERRUPTED -> Status.CANCELLED;
            case OVERLOADED, RATE_LIMITED -> Status.RESOURCE_EXHAUSTED;
            case FATAL -> Status.INTERNAL;
            default -> Status.UNAVAILABLE;
        };
    }
}
