/** What the API and the engine share. Exported to the modules of this library alone; it may change in any release. */
@NullMarked
package io.forbear.retry.internal;

import org.jspecify.annotations.NullMarked;
