/**
 * What it costs, one class per question, every contender in the same run.
 *
 * <p>Figures of one run may be compared with each other, and with nothing else. {@code bin/bench} runs all or some of
 * it, {@code bin/bench guard} says whether the ratios that the project promises still hold.
 */
@NullMarked
package io.forbear.retry.benchmarks;

import org.jspecify.annotations.NullMarked;
