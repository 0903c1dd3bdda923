package io.forbear.retry.grpc;

import io.forbear.retry.error.Pushback;
import io.grpc.Metadata;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/*
 * Sources: google/rpc/status.proto (Status: 3, repeated Any details), google/protobuf/any.proto (Any: 1, type; 2,
 * value), google/rpc/error_details.proto (RetryInfo: 1, retry_delay), google/protobuf/duration.proto (Duration: 1,
 * seconds; 2, nanos). The OTLP specification and AIP-193 name RetryInfo as the word of a server that asks for a wait.
 */
/** Reads the delay of a {@code google.rpc.RetryInfo} among the details of a status. */
final class RetryInfo {

    /** The trailer with the details, a {@code google.rpc.Status}. */
    static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private static final String TYPE = "/google.rpc.RetryInfo";
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private RetryInfo() {}

    /**
     * Reads trailers. Never throws: details that are malformed say nothing.
     *
     * @return the delay of the first {@code RetryInfo}, zero where it names none; {@link Pushback#none()} where there
     *     is none, or its delay is negative
     */
    static Pushback read(Metadata trailers) {
        byte[] details = trailers.get(DETAILS);
        if (details == null) {
            return Pushback.none();
        }
        try {
            ProtoMessage status = new ProtoMessage(details);
            while (status.next()) {
                if (status.isMessage(3)) {
                    ProtoMessage value = retryInfo(status.message());
                    if (value != null) {
                        return delay(value);
                    }
                }
            }
        } catch (IllegalArgumentException malformed) {
            return Pushback.none();
        }
        return Pushback.none();
    }

    private static @Nullable ProtoMessage retryInfo(ProtoMessage any) {
        boolean isRetryInfo = false;
        ProtoMessage value = new ProtoMessage(new byte[0]);
        while (any.next()) {
            if (any.isMessage(1)) {
                isRetryInfo = any.message().text().endsWith(TYPE);
            } else if (any.isMessage(2)) {
                value = any.message();
            }
        }
        return isRetryInfo ? value : null;
    }

    private static Pushback delay(ProtoMessage retryInfo) {
        long seconds = 0;
        long nanos = 0;
        while (retryInfo.next()) {
            if (retryInfo.isMessage(1)) {
                ProtoMessage duration = retryInfo.message();
                while (duration.next()) {
                    seconds = duration.isNumber(1) ? duration.number() : seconds;
                    nanos = duration.isNumber(2) ? duration.number() : nanos;
                }
            }
        }
        boolean isDelay = seconds >= 0 && nanos >= 0 && nanos < NANOS_PER_SECOND;
        return isDelay ? Pushback.delay(Duration.ofSeconds(seconds, nanos)) : Pushback.none();
    }
}
