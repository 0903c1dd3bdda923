@file:JvmName("Policies")

package io.forbear.retry.kotlin

import io.forbear.retry.Backoff
import io.forbear.retry.CallOptions
import io.forbear.retry.NanoClock
import io.forbear.retry.RetryPolicy
import io.forbear.retry.error.Classification
import kotlin.reflect.KClass
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration

/**
 * Returns a policy with the given settings; all others are the defaults.
 *
 * ```
 * val policy = retryPolicy {
 *     maxAttempts(4)
 *     backoff(exponentialBackoff(50.milliseconds, 5.seconds))
 *     deadline(10.seconds)
 * }
 * ```
 *
 * @param settings sets what is to differ from the defaults
 * @throws IllegalArgumentException if a setting is out of its range, or the settings do not fit together
 * @since 0.1
 */
public fun retryPolicy(settings: RetryPolicy.Builder.() -> Unit): RetryPolicy =
    RetryPolicy.builder().apply(settings).build()

/**
 * Returns a policy that differs from this one in the given settings.
 *
 * @param settings sets what is to differ
 * @throws IllegalArgumentException if a setting is out of its range, or the settings do not fit together
 * @since 0.1
 */
public fun RetryPolicy.with(settings: RetryPolicy.Builder.() -> Unit): RetryPolicy = toBuilder().apply(settings).build()

/** As [RetryPolicy.Builder.deadline], with Kotlin's duration. */
public fun RetryPolicy.Builder.deadline(value: Duration): RetryPolicy.Builder = deadline(value.toJavaDuration())

/** As [RetryPolicy.Builder.attemptTimeout], with Kotlin's duration. */
public fun RetryPolicy.Builder.attemptTimeout(value: Duration): RetryPolicy.Builder =
    attemptTimeout(value.toJavaDuration())

/** As [RetryPolicy.Builder.maxPushback], with Kotlin's duration. */
public fun RetryPolicy.Builder.maxPushback(value: Duration): RetryPolicy.Builder = maxPushback(value.toJavaDuration())

/** As [RetryPolicy.Builder.classifyResult], with Kotlin's class. A rule that returns `null` says nothing. */
public fun <R : Any> RetryPolicy.Builder.classifyResult(
    type: KClass<R>,
    rule: (R) -> Classification?,
): RetryPolicy.Builder = classifyResult(type.javaObjectType) { rule(it) }

/** As [RetryPolicy.Builder.onDiscard], with Kotlin's class. */
public fun <R : Any> RetryPolicy.Builder.onDiscard(type: KClass<R>, rule: (R) -> Unit): RetryPolicy.Builder =
    onDiscard(type.javaObjectType) { rule(it) }

/** As [Backoff.exponential], with Kotlin's durations. */
public fun exponentialBackoff(base: Duration, max: Duration): Backoff =
    Backoff.exponential(base.toJavaDuration(), max.toJavaDuration())

/** As [Backoff.fixed], with Kotlin's duration. */
public fun fixedBackoff(delay: Duration): Backoff = Backoff.fixed(delay.toJavaDuration())

/** As [CallOptions.deadline], with Kotlin's duration. */
public fun CallOptions.deadline(time: Duration): CallOptions = deadline(time.toJavaDuration())

/**
 * Returns a clock that reads this time, for the runtime of a service. The virtual time of a test is that of its scope:
 *
 * ```
 * fun test() = runTest {
 *     val users = Retries.named("users").runtime { it.clock(testTimeSource.asNanoClock()) }.build()
 * ```
 *
 * @since 0.1
 */
public fun TimeSource.asNanoClock(): NanoClock {
    val start = markNow()
    return NanoClock { start.elapsedNow().inWholeNanoseconds }
}
