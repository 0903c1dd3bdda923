/** Retry budgets and rate limiters behind one interface, full, half full or empty. */
@NullMarked
package io.forbear.retry.benchmarks.budget;

import org.jspecify.annotations.NullMarked;
