package io.forbear.retry.aws.batch;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The failure of one entry of a batch, as the answer of the service told it. The answer as a whole was a success. It
 * has no stack trace: under an outage there is one for each entry of each request.
 *
 * @since 0.1
 */
public final class BatchEntryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The name of the service, in lower case. */
    private final String service;

    /** The error code. */
    private final String code;

    /**
     * Creates a failure.
     *
     * @param service the name of the service in lower case, such as {@code sqs}
     * @param code the error code, empty where the service gave none
     * @param message what the service said, {@code null} where it said nothing
     */
    public BatchEntryException(String service, String code, @Nullable String message) {
        super(
                service + ": " + (code.isEmpty() ? "no error code" : code) + (message == null ? "" : ": " + message),
                null,
                true,
                false);
        this.service = Objects.requireNonNull(service, "service");
        this.code = code;
    }

    /**
     * Returns the name of the service.
     *
     * @return in lower case, such as {@code sqs}
     */
    public String service() {
        return service;
    }

    /**
     * Returns the error code that the service gave the entry.
     *
     * @return empty where it gave none
     */
    public String code() {
        return code;
    }
}
