/**
 * Time and chance in the hands of a test, and a listener that remembers: retries that are tested without waiting.
 *
 * <p>Read {@link io.forbear.retry.testkit.ManualClock} first: it is the only time there is. {@link
 * io.forbear.retry.testkit.ManualSleeper} moves it for blocking calls, {@link io.forbear.retry.testkit.ManualScheduler} runs the
 * timers of asynchronous ones when it is moved. {@link io.forbear.retry.testkit.ScriptedRandom} draws what the test wrote down
 * (for chance that can be repeated, a {@code java.util.Random} with a seed is enough), and {@link
 * io.forbear.retry.testkit.RecordingListener} keeps every {@link io.forbear.retry.testkit.RetryEvent}. All of them are
 * thread-safe.
 */
@NullMarked
package io.forbear.retry.testkit;

import org.jspecify.annotations.NullMarked;
