package io.forbear.retry.error;

/**
 * The kinds of failure that a policy tells apart.
 *
 * @since 0.1
 */
public enum ErrorCategory {
    /** A passing fault of unknown kind; also a failure that no rule of a classifier knows. */
    TRANSIENT(true),
    /** The server asked for less: a rate limit, a quota, throttling. */
    RATE_LIMIT(true),
    /** No answer came in time. */
    TIMEOUT(true),
    /** The server answered that it failed. */
    SERVER_ERROR(true),
    /** The request itself is at fault: sending it again changes nothing. */
    CLIENT_ERROR(false),
    /** The server was not reached, or the connection broke. */
    NETWORK_ERROR(true);

    private final boolean retryableByDefault;

    ErrorCategory(boolean retryableByDefault) {
        this.retryableByDefault = retryableByDefault;
    }

    /**
     * Tells whether a failure of this category is worth another attempt where nothing else is said.
     *
     * @return {@code false} for {@link #CLIENT_ERROR} alone
     */
    public boolean isRetryableByDefault() {
        return retryableByDefault;
    }
}
