/**
 * What the tests of several modules share. {@link io.forbear.retry.testsupport.Vectors} reads the published cases,
 * which stand once, in this module's resources; {@link io.forbear.retry.testsupport.RunCases} tells which of them the
 * tests of a module run.
 *
 * <p>Nothing here knows a module of Forbear, so that the tests of each of them can use it.
 */
@NullMarked
package io.forbear.retry.testsupport;

import org.jspecify.annotations.NullMarked;
