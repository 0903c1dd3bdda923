/**
 * What carries decisions out: blocking calls ({@link io.forbear.retry.core.execution.BlockingCall}) and asynchronous
 * ones ({@link io.forbear.retry.core.execution.AsyncCall}) behind {@link io.forbear.retry.core.execution.ServiceRetry}.
 * Thin by design: nothing here decides. Not exported.
 */
@NullMarked
package io.forbear.retry.core.execution;

import org.jspecify.annotations.NullMarked;
