/**
 * JUnit 5 and 6: {@link io.forbear.retry.junit.ForbearExtension} gives a test services on virtual time, and shows the
 * attempts of a test that failed.
 */
@NullMarked
package io.forbear.retry.junit;

import org.jspecify.annotations.NullMarked;
