/**
 * The retry libraries that are measured against each other. Each is a {@link
 * io.forbear.retry.benchmarks.contender.Library}: given an operation, it returns that operation retried. All make three
 * attempts in all and wait for nothing.
 */
@NullMarked
package io.forbear.retry.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
