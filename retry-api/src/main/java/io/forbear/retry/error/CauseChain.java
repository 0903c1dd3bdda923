package io.forbear.retry.error;

import org.jspecify.annotations.Nullable;

/** Reads exceptions that others wrote: chains may be cyclic and getters may throw. */
final class CauseChain {

    /** Links that are looked at, the failure itself included: {@value}. */
    static final int LONGEST = 16;

    private CauseChain() {}

    static @Nullable Throwable next(Throwable link) {
        try {
            Throwable cause = link.getCause();
            return cause == link ? null : cause;
        } catch (Throwable unreadable) {
            return null;
        }
    }

    static @Nullable String message(Throwable link) {
        try {
            return link.getMessage();
        } catch (Throwable unreadable) {
            return null;
        }
    }

    /** The message, unless it is the text of the cause, whose class name must not be taken for words. */
    static @Nullable String ownMessage(Throwable link, @Nullable Throwable cause) {
        String message = message(link);
        boolean borrowed = message != null
                && cause != null
                && message.startsWith(cause.getClass().getName());
        return borrowed ? null : message;
    }
}
