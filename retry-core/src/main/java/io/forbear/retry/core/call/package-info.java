/**
 * One call. Read {@link io.forbear.retry.core.call.Decision} first: every retry and every stop comes out of its two
 * methods. {@link io.forbear.retry.core.call.CallState} is the call; the other classes are functions over it, one
 * concept each: {@link io.forbear.retry.core.call.AfterAttempt} and {@link io.forbear.retry.core.call.CallEnd} take
 * it on, {@code Spending}, {@code Admission} and {@link io.forbear.retry.core.call.Telling} deal with budgets, the
 * breaker and observers. A {@code Work} says what a batch does otherwise. Not exported.
 *
 * <p>Words: the <i>verdict</i> is what the decision returns. A <i>permit</i> is leave from a breaker that counts its
 * permits, a
 * <i>token</i> leave from one that does not. A <i>receipt</i> is what a budget took, and when. The <i>lead</i> is the
 * failure that stands for an attempt of a batch. To <i>settle</i> is to give back, once, what a call holds.
 */
@NullMarked
package io.forbear.retry.core.call;

import org.jspecify.annotations.NullMarked;
