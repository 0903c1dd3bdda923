package io.forbear.retry.core.call;

import org.jspecify.annotations.Nullable;

/** What an attempt hands its result to where no caller can get it any more. */
@FunctionalInterface
public interface Discarder {

    /** Discards a result. Never throws. */
    void discard(@Nullable Object result);
}
