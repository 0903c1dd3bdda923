/**
 * Ready-made signals that this process is overloaded, so that it should not make retries.
 *
 * <p>{@link io.forbear.retry.core.signal.OverloadSignals} makes them. Read {@code LevelSignal} next, then {@code Beans}
 * (the measurements of the JDK). Levels of the JDK are fractions from 0 to 1.
 */
@NullMarked
package io.forbear.retry.core.signal;

import org.jspecify.annotations.NullMarked;
