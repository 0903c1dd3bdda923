/**
 * The loops that carry decisions out. {@link io.forbear.retry.core.execution.ServiceRetry} is the {@link
 * io.forbear.retry.Retry} that users hold. It hands a call to {@code FirstAttempt}, which has the two fast paths; what
 * does not succeed there goes on in {@code BlockingCall} or {@code AsyncCall}. A batch is carried out by the same two
 * loops ({@code BatchCall} only opens and closes it), and a {@code ManualCall} has no loop, for its user makes the
 * attempts.
 *
 * <p>An asynchronous call is spread over six classes, one concept each. {@code AsyncCall} has the loop of its owner;
 * {@code AsyncPhase} the word that says which thread owns the call; {@code AsyncWait} the way from timer to executor;
 * {@code AsyncTimeLimits} the timers of deadline and attempt; {@code AsyncEnd} how it ends; {@code AsyncEvents} what
 * stages, timers and executors tell it. No class here decides anything: verdicts come from {@link
 * io.forbear.retry.core.call.Decision}. Not exported.
 */
@NullMarked
package io.forbear.retry.core.execution;

import org.jspecify.annotations.NullMarked;
