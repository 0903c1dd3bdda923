package io.forbear.retry.otel;

import io.forbear.retry.RetryListener;
import org.jspecify.annotations.Nullable;

/** Which spans are made, which attributes they have, and which listener is told while they are current. */
record Options(
        boolean onlyCallsThatRetry,
        boolean onlyLaterAttempts,
        boolean clientAttribute,
        @Nullable RetryListener inContext) {}
