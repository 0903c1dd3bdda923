package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

/*
 * Sources: [1] RFC 9110, 15 (unknown codes are read as their class's x00, those outside 100 to 599 as a 5xx).
 * [2] RFC 8470, 5.2 (425). [3] AIP-194 (which gRPC codes are retried). [4] The OTLP specification, on
 * RESOURCE_EXHAUSTED.
 */
/** What status codes mean; see {@link Classification#ofHttpStatus(int)} and {@link Classification#ofGrpcStatus}. */
final class Statuses {

    private static final int FIRST_FAILURE = 400;
    private static final int FORBIDDEN = 403;
    private static final int CONTENT_TOO_LARGE = 413;

    /** What each status of a failure means, with the status in it. */
    private static final Classification[] HTTP = new Classification[200];

    static {
        for (int i = 0; i < HTTP.length; i++) {
            int status = FIRST_FAILURE + i;
            HTTP[i] = meaning(status).httpStatus(status);
        }
    }

    private Statuses() {}

    static Classification http(int status) {
        return Classification.isFailure(status) ? HTTP[status - FIRST_FAILURE] : meaning(status);
    }

    /**
     * A content that is too large for now (RFC 9110, 15.5.14) and a limit that GitHub calls secondary are told by a 413
     * and a 403 that say when to come back.
     */
    static Classification http(int status, Pushback pushback) {
        boolean temporary = pushback.isDelay() && (status == CONTENT_TOO_LARGE || status == FORBIDDEN);
        Classification plain = temporary ? Classification.of(RATE_LIMIT).httpStatus(status) : http(status);
        return plain.pushback(pushback);
    }

    private static Classification meaning(int status) {
        return switch (status) {
            case 408 -> Classification.of(TIMEOUT);
            case 421, 425 -> Classification.of(TRANSIENT).notExecuted();
            case 429, 509, 529 -> Classification.of(RATE_LIMIT);
            case 501, 505, 506, 508, 510, 511 -> Classification.of(SERVER_ERROR).notRetryable();
            default -> httpClass(status);
        };
    }

    private static Classification httpClass(int status) {
        if (status >= 100 && status < 400) {
            return Classification.success();
        }
        return Classification.of(status >= 400 && status < 500 ? CLIENT_ERROR : SERVER_ERROR);
    }

    static Classification grpc(int status) {
        return switch (status) {
            case 0 -> Classification.success();
            case 4 -> Classification.of(TIMEOUT).notRetryable();
            case 8 -> Classification.of(RATE_LIMIT).notRetryable();
            case 10 -> Classification.of(TRANSIENT).notRetryable();
            case 14 -> Classification.of(SERVER_ERROR);
            case 1, 3, 5, 6, 7, 9, 11, 12, 16 -> Classification.of(CLIENT_ERROR);
            default -> Classification.of(SERVER_ERROR).notRetryable();
        };
    }

    static Classification grpc(int status, Pushback pushback) {
        Classification plain = status == 8 && pushback.isDelay() ? Classification.of(RATE_LIMIT) : grpc(status);
        return plain.pushback(pushback);
    }
}
