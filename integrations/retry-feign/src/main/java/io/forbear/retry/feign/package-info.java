/** Feign whose calls retry: {@link io.forbear.retry.feign.FeignRetry}, a capability of its builder. */
@NullMarked
package io.forbear.retry.feign;

import org.jspecify.annotations.NullMarked;
