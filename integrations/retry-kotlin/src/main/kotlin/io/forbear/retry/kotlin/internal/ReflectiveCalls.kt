@file:JvmName("ReflectiveCalls")

package io.forbear.retry.kotlin.internal

import io.forbear.retry.Retry
import io.forbear.retry.kotlin.await
import io.forbear.retry.kotlin.retrying
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow

/** Begins an attempt of a suspend function that a framework calls by reflection. */
public fun interface ReflectiveAttempt {

    /**
     * Calls the function.
     *
     * @param continuation is resumed with the result of the attempt, unless it is returned
     * @return what the function has returned
     */
    @Throws(Throwable::class)
    public fun begin(continuation: Continuation<Any?>): Any?
}

/** Begins what makes the result where a call has failed. */
public fun interface ReflectiveFallback {

    /**
     * Calls the fallback.
     *
     * @param failure what the call failed with; thrown again where it has no fallback
     * @param continuation is resumed with the result, unless it is returned
     * @return what the fallback has returned
     */
    @Throws(Throwable::class)
    public fun begin(failure: Throwable, continuation: Continuation<Any?>): Any?
}

/** Calls the method that returns a flow, for one attempt. */
public fun interface ReflectiveFlow {

    /** Returns the flow of one attempt. */
    @Throws(Throwable::class)
    public fun begin(): Flow<Any?>
}

/** Makes the flow that goes on where a call has failed. */
public fun interface ReflectiveFlowFallback {

    /** Returns the flow that goes on; throws the failure again where it has no fallback. */
    @Throws(Throwable::class)
    public fun begin(failure: Throwable): Flow<Any?>
}

/**
 * Makes a call as [await] does, and ends it with the continuation of its caller.
 *
 * @param fallback makes the result where the call has failed, unless its coroutine was cancelled; `null` for none
 * @return the result, or the mark of Kotlin for a function that has suspended
 */
public fun awaitReflective(
    retry: Retry,
    attempt: ReflectiveAttempt,
    fallback: ReflectiveFallback?,
    caller: Continuation<Any?>,
): Any? {
    val call: suspend () -> Any? = { call(retry, attempt, fallback) { it } }
    return call.startCoroutineUninterceptedOrReturn(caller)
}

/** Returns the flow of a method each of whose attempts is a call of it; see [retrying]. */
public fun flowOfReflective(retry: Retry, attempt: ReflectiveFlow, fallback: ReflectiveFlowFallback?): Flow<Any?> {
    val retried = flow { emitAll(attempt.begin()) }.retrying(retry)
    return if (fallback == null) {
        retried
    } else {
        retried.catch { failure -> emitAll(notingWhy(failure) { fallback.begin(failure) }) }
    }
}

/**
 * Makes a call whose attempts, and whose fallback, may end in another way than functions of Kotlin do.
 *
 * @param end awaits what a function has returned
 */
internal suspend fun call(
    retry: Retry,
    attempt: ReflectiveAttempt,
    fallback: ReflectiveFallback?,
    end: suspend (Any?) -> Any?,
): Any? {
    val made: suspend () -> Any? = { retry.await { end(suspendCoroutineUninterceptedOrReturn(attempt::begin)) } }
    if (fallback == null) {
        return made()
    }
    try {
        return made()
    } catch (failure: Throwable) {
        currentCoroutineContext().ensureActive()
        return notingWhy(failure) { end(suspendCoroutineUninterceptedOrReturn { fallback.begin(failure, it) }) }
    }
}

/** Runs a fallback. What that fails with has the failure that it was called for as suppressed. */
private inline fun <R> notingWhy(failure: Throwable, fallback: () -> R): R =
    try {
        fallback()
    } catch (second: Throwable) {
        if (second !== failure) {
            second.addSuppressed(failure)
        }
        throw second
    }
