/**
 * What a failure is. {@link io.forbear.retry.error.ErrorClassifier} says so, as a {@link
 * io.forbear.retry.error.Classification}: a {@link io.forbear.retry.error.ErrorCategory}, whether the server executed
 * the call, and what it asked for ({@link io.forbear.retry.error.Pushback}).
 */
@NullMarked
package io.forbear.retry.error;

import org.jspecify.annotations.NullMarked;
