package io.forbear.retry.core.execution;

import org.jspecify.annotations.Nullable;

/**
 * A result, as the last outcome of an asynchronous call: one that the policy calls a failure, which the caller gets
 * where no further attempt is made, or one that came after the caller had gone.
 */
record BadResult(@Nullable Object value) {}
