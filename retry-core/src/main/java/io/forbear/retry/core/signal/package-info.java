/**
 * Ready-made answers to whether this process has no room for extra work. {@link io.forbear.retry.core.signal.OverloadSignals} is the
 * door. Read {@code LevelSignal} next, then {@code Beans} (what the JDK measures). Levels of the JDK are fractions from 0 to 1.
 */
@NullMarked
package io.forbear.retry.core.signal;

import org.jspecify.annotations.NullMarked;
