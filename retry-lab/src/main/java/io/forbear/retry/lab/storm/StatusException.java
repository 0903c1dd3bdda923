package io.forbear.retry.lab.storm;

/** An answer whose status says failure. Carries no stack trace: a storm makes thousands. */
final class StatusException extends Exception {

    private static final long serialVersionUID = 1;

    StatusException(int status) {
        super("HTTP " + status, null, false, false);
    }
}
