package io.forbear.retry.core.call;

import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import org.jspecify.annotations.Nullable;

/**
 * Why a call whose last attempt succeeded has not succeeded itself: a part of its work was given up before.
 *
 * @param reason why
 * @param classification what that part last failed with
 * @param failure the same as an exception, {@code null} for none
 */
record GivenUp(
        StopReason reason,
        Classification classification,
        @Nullable Throwable failure) {}
