/**
 * Policies beside each other: runs each through the same simulated scenarios, on several threads, and puts what came of
 * it in a table and in JSON. {@link io.forbear.retry.lab.compare.Comparison} is the door.
 */
@NullMarked
package io.forbear.retry.lab.compare;

import org.jspecify.annotations.NullMarked;
