@file:JvmName("ReactorCalls")

package io.forbear.retry.kotlin.internal

import io.forbear.retry.Retry
import kotlin.coroutines.Continuation
import kotlinx.coroutines.Job
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.mono
import org.reactivestreams.Publisher
import reactor.core.publisher.Mono

/**
 * Returns a call as [awaitReflective] makes it, for a framework that carries suspend functions through Reactor: an
 * attempt returns a [Publisher] of its result, and so does this. A file of its own, for Reactor may be missing.
 *
 * Nothing is called before the subscription. The call runs in the context of its caller, apart from its job: a cancel
 * comes through the subscription.
 */
public fun monoOfReflective(
    retry: Retry,
    attempt: ReflectiveAttempt,
    fallback: ReflectiveFallback?,
    caller: Continuation<*>,
): Mono<Any> = mono(caller.context.minusKey(Job)) { call(retry, attempt, fallback, ::awaited) }

/** Awaits a publisher. What it failed with is a value on its way, so that nothing copies it. */
private suspend fun awaited(begun: Any?): Any? {
    if (begun !is Publisher<*>) {
        return begun
    }
    val signal = Mono.from(begun).materialize().awaitSingle()
    signal.throwable?.let { throw it }
    return signal.get()
}
