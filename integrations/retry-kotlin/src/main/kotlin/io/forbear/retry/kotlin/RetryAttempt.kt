package io.forbear.retry.kotlin

import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration

/**
 * The attempt that a coroutine makes, on whatever thread. It is given to the block of [await], and is an element of the
 * context of what runs inside an attempt, also of a flow's:
 *
 * ```
 * val number = currentCoroutineContext()[RetryAttempt]?.number ?: 1
 * ```
 *
 * A call of [await] or [retrying] inside an attempt from the second on is nested in a retry.
 *
 * @property service the name of the service, as `Retry.name()` has it
 * @property number the number of the attempt, from 1
 * @property timeout how much time the attempt had when it began, by attempt time-out and deadline; `null` for no limit
 * @throws IllegalArgumentException if the number is below 1
 * @since 0.1
 */
public class RetryAttempt(
    public val service: String,
    public val number: Int,
    public val timeout: Duration?,
) : AbstractCoroutineContextElement(RetryAttempt) {

    init {
        require(number >= 1) { "number: $number (expected: >= 1)" }
    }

    /** The key of the element. */
    public companion object Key : CoroutineContext.Key<RetryAttempt>

    /** Tells the service, the number and the time-out of the attempt. */
    override fun toString(): String = "RetryAttempt($service, $number, timeout $timeout)"
}
