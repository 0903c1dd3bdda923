/**
 * Time and chance in the hands of a test, and a listener that remembers: retries that are tested without waiting.
 *
 * <p>Read {@link io.forbear.retry.testkit.ManualRuntime} first: it is what a service under test is given. It holds a
 * {@link io.forbear.retry.testkit.ManualClock}, the only time there is; a {@link
 * io.forbear.retry.testkit.ManualSleeper}, which moves that clock for blocking calls; and a {@link
 * io.forbear.retry.testkit.ManualScheduler}, which runs the timers of asynchronous calls when the clock is moved.
 * {@link io.forbear.retry.testkit.ScriptedRandom} draws what the test wrote down; for chance that only has to repeat
 * itself, a {@code java.util.Random} with a seed is enough. {@link io.forbear.retry.testkit.RecordingListener} keeps
 * every {@link io.forbear.retry.testkit.RetryEvent}. All of them are thread-safe.
 */
@NullMarked
package io.forbear.retry.testkit;

import org.jspecify.annotations.NullMarked;
