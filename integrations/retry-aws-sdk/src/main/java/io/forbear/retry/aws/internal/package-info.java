/** What packages of this module share. Not exported. */
@NullMarked
package io.forbear.retry.aws.internal;

import org.jspecify.annotations.NullMarked;
