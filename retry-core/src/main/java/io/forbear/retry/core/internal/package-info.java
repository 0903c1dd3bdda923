/** What the packages of the core share: contracts between the engine and its parts. Not exported. */
@NullMarked
package io.forbear.retry.core.internal;

import org.jspecify.annotations.NullMarked;
