/**
 * Two result files beside each other: {@link io.forbear.retry.lab.difference.ResultFile} reads what {@code storm} or
 * {@code simulate} wrote, {@link io.forbear.retry.lab.difference.Difference} tells what changed, and whether chance
 * explains it.
 */
@NullMarked
package io.forbear.retry.lab.difference;

import org.jspecify.annotations.NullMarked;
