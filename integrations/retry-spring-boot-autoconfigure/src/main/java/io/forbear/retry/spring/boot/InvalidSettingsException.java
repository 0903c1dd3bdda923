package io.forbear.retry.spring.boot;

/**
 * The settings of {@code forbear.} are wrong, or do not fit this application. The message names every wrong property,
 * its value, the rule, and where it is written.
 *
 * @since 0.1
 */
public final class InvalidSettingsException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message a line for each wrong property
     */
    public InvalidSettingsException(String message) {
        super(message);
    }
}
