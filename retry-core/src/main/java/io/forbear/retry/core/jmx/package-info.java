/**
 * Services as MXBeans, which any console shows: {@link io.forbear.retry.core.jmx.RetryMBeans} registers them. Needs
 * module {@code java.management}; nothing else of the library does.
 */
@NullMarked
package io.forbear.retry.core.jmx;

import org.jspecify.annotations.NullMarked;
