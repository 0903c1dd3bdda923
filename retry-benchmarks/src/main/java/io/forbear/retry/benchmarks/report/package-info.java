/**
 * What is made of the figures: the run itself with its presets, a table, the guard over the project's targets, the
 * chart and the table of the README. Begin with {@link io.forbear.retry.benchmarks.report.Bench}.
 */
@NullMarked
package io.forbear.retry.benchmarks.report;

import org.jspecify.annotations.NullMarked;
