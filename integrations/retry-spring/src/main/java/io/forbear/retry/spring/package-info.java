/**
 * Spring beans whose methods retry.
 *
 * <p>Reading order: {@link io.forbear.retry.spring.ForbearRetry}, which marks a method; {@link
 * io.forbear.retry.spring.EnableForbearRetry}, which switches it on; {@link io.forbear.retry.spring.RetryLookup}, which
 * finds the service; {@link io.forbear.retry.spring.InvalidForbearRetryException}, which lists what is wrong.
 */
@NullMarked
package io.forbear.retry.spring;

import org.jspecify.annotations.NullMarked;
