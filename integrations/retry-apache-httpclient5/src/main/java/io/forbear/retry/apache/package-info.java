/**
 * Apache HttpClient 5 whose calls retry: {@link io.forbear.retry.apache.HttpClient5Retry} takes the place of the
 * client's own retries in its exec chain.
 */
@NullMarked
package io.forbear.retry.apache;

import org.jspecify.annotations.NullMarked;
