/**
 * Retries over HTTP: {@link io.forbear.retry.http.HttpRetry} for the client of the JDK; {@link
 * io.forbear.retry.http.HttpAdapter} and {@link io.forbear.retry.http.HttpRules} for adapters to other clients; on the
 * side of the server the filters that read which attempt a request is, and how long its caller waits.
 */
@NullMarked
package io.forbear.retry.http;

import org.jspecify.annotations.NullMarked;
