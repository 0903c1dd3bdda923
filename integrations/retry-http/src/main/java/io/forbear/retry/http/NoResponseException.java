package io.forbear.retry.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown where a call over HTTP ended without a response and without a failure of the connection. Its cause says why: a
 * {@link io.forbear.retry.CallRefusedException} where no attempt was made, a {@link
 * io.forbear.retry.FailedResultException} where the last response was discarded before a wait after which no further
 * attempt was made.
 *
 * <p>It is an {@link IOException}, so that code which was written for the client alone handles it.
 *
 * @since 0.1
 */
public final class NoResponseException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param cause why there is no response
     */
    public NoResponseException(Throwable cause) {
        super(message(cause), cause);
    }

    private static @Nullable String message(Throwable cause) {
        return cause.getMessage();
    }
}
