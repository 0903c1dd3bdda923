@file:JvmName("RetryCoroutines")

package io.forbear.retry.kotlin

import io.forbear.retry.AttemptScope
import io.forbear.retry.CallOptions
import io.forbear.retry.CircuitOpenException
import io.forbear.retry.DeadlinePassedException
import io.forbear.retry.FailedResult
import io.forbear.retry.FailedResultException
import io.forbear.retry.GateRefusedException
import io.forbear.retry.Retry
import io.forbear.retry.RetryCall
import io.forbear.retry.RetryDecision
import io.forbear.retry.RetryStopped
import io.forbear.retry.StopReason
import io.forbear.retry.error.Classification
import java.util.concurrent.CompletionException
import java.util.concurrent.TimeoutException
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.isActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield

/**
 * Makes a call whose attempts suspend, and suspends between them. No thread is blocked.
 *
 * ```
 * val user = users.await { client.get(id) }
 * val user = users.await { attempt -> client.get(id, attempt.number) }
 * ```
 *
 * - **Cancellation** of the coroutine ends the attempt or the wait, is never retried and never swallowed; the call is
 *   abandoned. A `CancellationException` in a coroutine that is still active, such as the time-out of an inner
 *   `withTimeout`, is a failure like any other, judged by the classifier of the policy.
 * - **Time**: waits are `delay`, so that they follow the virtual time of `runTest`. Delays are rounded up to whole
 *   milliseconds. Attempt time-out and deadline cancel the block, which then counts as failed by a
 *   [java.util.concurrent.TimeoutException]; a block that does not suspend is not cut short. The deadline is measured
 *   by the clock of the service: see [asNanoClock].
 * - **Attempts** run where the coroutine runs. [RetryAttempt] is in their context. `Retries.currentAttempt()` and the
 *   context of observers hold until the block suspends for the first time.
 * - **A failure** is what the block throws, or a result that the policy calls one; it is then discarded before the
 *   wait, by the rule of `onDiscard`, else closed if it is [AutoCloseable]. So is a result that a block brings after
 *   its time is over, or after the cancellation. No [Error] is retried.
 *
 * @param block makes one attempt
 * @return the result of the first attempt that succeeded, or the last one that the policy calls a failure
 * @throws Throwable what the last attempt failed with, the same object, with a suppressed [RetryStopped]
 * @throws FailedResultException where the policy says `throwFailedResults`, or the last result had been discarded
 * @throws io.forbear.retry.CallRefusedException where the first attempt was not made
 * @throws CancellationException where the coroutine was cancelled
 * @since 0.1
 */
public suspend fun <T> Retry.await(block: suspend (RetryAttempt) -> T): T {
    val retry = nested(this)
    val call = SuspendingCall<T>(retry, retry.begin())
    try {
        var due = call.isPassingGate()
        while (due) {
            val outcome = call.attempt(block)
            val decision = call.judge(outcome) ?: return outcome.getOrThrow()
            due = call.isDueAfter(decision)
        }
        return call.end()
    } finally {
        call.close()
    }
}

/**
 * Returns a flow of which each collection is one call, and each attempt a collection of this flow.
 *
 * Elements are passed on as they come. A flow that fails after its first element is not retried, since its collector
 * would get elements twice: the call ends with that failure, which is counted and recorded as any other, and with
 * [StopReason.NOT_RETRYABLE]. A failure of the collector is none of this flow's, and not retried.
 *
 * The attempt time-out of the policy holds until the first element, its deadline until the end, elements included. All
 * else is as in [await]; a collector that stops, as `take` does, abandons the call.
 *
 * @param retry decides on attempts
 * @param restarting whether a flow is retried also after elements were emitted; each attempt begins from the start
 * @since 0.1
 */
public fun <T> Flow<T>.retrying(retry: Retry, restarting: Boolean = false): Flow<T> {
    val source = this
    return flow {
        val view = nested(retry)
        val call = SuspendingCall<T>(view, view.begin())
        try {
            var due = call.isPassingGate()
            while (due) {
                val attempt = FlowAttempt(call, source, this)
                val failure = attempt.run()
                if (failure == null) {
                    call.succeeded()
                    return@flow
                }
                val decision = call.judge(failure, attempt.emitted && !restarting && !attempt.isTimeOver)
                due = !attempt.isAtDeadline && call.isDueAfter(decision)
            }
            emit(call.end())
        } finally {
            call.close()
        }
    }
}

/** A call inside a retry of an outer layer says so, for the thread may be another than that of the outer attempt. */
private suspend fun nested(retry: Retry): Retry {
    val outer = currentCoroutineContext()[RetryAttempt]
    return if (outer == null || outer.number == 1) {
        retry
    } else {
        retry.with(CallOptions.defaults().upstreamAttempt(outer.number))
    }
}

/**
 * A failure that may have been another thread's. In the wrapper of a future an interrupt is none of this thread, and
 * the engine leaves its flag alone.
 */
private class Signalled(failure: Throwable) : CompletionException(failure) {
    override fun fillInStackTrace(): Throwable = this

    private companion object {
        private const val serialVersionUID = 1L
    }
}

/** Returns a delay in whole milliseconds, rounded up: `delay` knows no less. */
private fun roundedUp(time: Duration): Duration = (time + 999_999.nanoseconds).inWholeMilliseconds.milliseconds

/** One call. Of one coroutine, whose steps follow each other. */
private class SuspendingCall<T>(private val retry: Retry, private val call: RetryCall) {

    private val policy = retry.policy()
    private var failure: Throwable? = null
    private var judgement: Classification? = null
    private var result: Any? = null
    private var isDiscarded = false

    // ---- waits

    /** Waits at the gate of the service, if there is one. Returns whether the attempt is to be made. */
    suspend fun isPassingGate(): Boolean {
        while (true) {
            val decision = call.atGate() as? RetryDecision.Again ?: return false
            if (decision.delay.isZero) {
                return true
            }
            delay(roundedUp(decision.delay.toKotlinDuration()))
        }
    }

    /** Carries out a decision. Returns whether an attempt is to be made. */
    suspend fun isDueAfter(decision: RetryDecision): Boolean {
        if (decision !is RetryDecision.Again) {
            return false
        }
        discard()
        if (decision.delay.isZero) {
            yield()
        } else {
            delay(roundedUp(decision.delay.toKotlinDuration()))
        }
        return call.resume() && isPassingGate()
    }

    // ---- attempts

    fun nextAttempt(): RetryAttempt = RetryAttempt(retry.name(), call.attempt(), limit())

    private fun limit(): Duration? {
        val nanos = policy.attemptTimeoutNanos()
        val attempt = if (nanos == Long.MAX_VALUE) null else nanos.nanoseconds
        val left = remaining()
        return if (attempt == null || left != null && left < attempt) left else attempt
    }

    fun remaining(): Duration? = call.remaining().map { it.toKotlinDuration() }.orElse(null)

    fun scope(): AttemptScope = call.attemptStarted()

    /**
     * Makes an attempt. What the block throws is a value, so that nothing copies it on its way. Throws where the
     * coroutine was cancelled.
     */
    suspend fun attempt(block: suspend (RetryAttempt) -> T): Result<T> {
        val attempt = nextAttempt()
        var brought: Result<T>? = null
        val made: suspend () -> Result<T> = { captured { started { block(attempt) } }.also { brought = it } }
        val outcome = captured {
            withContext(attempt) {
                if (attempt.timeout == null) {
                    made()
                } else {
                    withTimeoutOrNull(roundedUp(attempt.timeout)) { made() } ?: Result.failure(timeout())
                }
            }
        }.flatten()
        if (outcome.isSuccess) {
            return outcome
        }
        val isActive = currentCoroutineContext().isActive
        brought?.takeIf { !isActive || it.exceptionOrNull() !== outcome.exceptionOrNull() }?.let(::discardLate)
        currentCoroutineContext().ensureActive()
        return outcome
    }

    /** A block that ended after its time was over, or after the cancel, has brought a result for nobody. */
    private fun discardLate(brought: Result<T>) {
        val thrown = brought.exceptionOrNull()
        val late: Any? = if (thrown is FailedResult) thrown.result() else brought.getOrNull()
        late?.let(call::discard)
    }

    private fun <R> Result<Result<R>>.flatten(): Result<R> = getOrElse { Result.failure(it) }

    private suspend fun <R> captured(work: suspend () -> R): Result<R> =
        try {
            Result.success(work())
        } catch (thrown: Throwable) {
            Result.failure(thrown)
        }

    /** Runs work inside the scope of the attempt until it suspends for the first time. */
    private suspend fun <R> started(work: suspend () -> R): R =
        suspendCoroutineUninterceptedOrReturn { done ->
            scope().use { work.startCoroutineUninterceptedOrReturn(done) }
        }

    /** Returns what an attempt failed with whose time is over. */
    fun timeout(): TimeoutException {
        val isDeadline = remaining() == Duration.ZERO
        val what = if (isDeadline) "was under way at the deadline of the call" else "took longer than its limit"
        val timeout = TimeoutException("${retry.name()}: attempt ${call.attempt()} $what")
        failure?.takeIf { isDeadline }?.let(timeout::addSuppressed)
        return timeout
    }

    // ---- decisions

    /** Judges an attempt. Returns `null` where it succeeded. */
    fun judge(outcome: Result<T>): RetryDecision? {
        val thrown = outcome.exceptionOrNull()
        if (thrown != null) {
            return judge(thrown, false)
        }
        val found = outcome.getOrNull()?.let(::classify)
        if (found == null) {
            succeeded()
            return null
        }
        return judge(FailedResult(outcome.getOrNull(), found), false)
    }

    /**
     * Judges a failure.
     *
     * @param emitted whether the collector has got elements that it must not get again
     */
    fun judge(thrown: Throwable, emitted: Boolean): RetryDecision {
        if (thrown is FailedResult) {
            val found = thrown.classification()
            failure = null
            judgement = found
            result = thrown.result()
            isDiscarded = false
            return call.failed(if (emitted) found.notRetryable() else found)
        }
        failure = thrown
        judgement = null
        result = null
        val never = if (emitted) notRetryable(thrown) else null
        return if (never == null) call.failed(Signalled(thrown)) else call.failed(thrown, never)
    }

    /** Returns what kind of failure the policy calls a result; `null` for a success. */
    private fun classify(value: Any): Classification? {
        val rule = policy.resultClassifier()
        if (rule == null || !policy.isEnabled) {
            return null
        }
        return try {
            rule.apply(value)?.takeUnless(Classification::isSuccess)
        } catch (_: Throwable) {
            null // as in every call: a rule that throws has no answer
        }
    }

    private fun notRetryable(thrown: Throwable): Classification? {
        if (thrown is Error) {
            return null // never retried
        }
        return try {
            policy.classifier().classify(thrown)?.takeUnless(Classification::isSuccess)?.notRetryable()
        } catch (_: Throwable) {
            null // the engine asks again, logs it, and does not retry
        }
    }

    /** Discards a result before a wait. */
    private fun discard() {
        val bad = result ?: return
        if (call.discard(bad)) {
            result = null
            isDiscarded = true
        }
    }

    // ---- the end

    fun succeeded() = call.succeeded()

    /** Abandons the call, unless it has ended. */
    fun close() = call.close()

    /** Returns the last result of a call that was stopped, or throws what it failed with. */
    fun end(): T {
        val reason = call.stopReason().orElse(StopReason.CANCELLED)
        val last = failure
        if (last != null) {
            if (reason != StopReason.CANCELLED && reason != StopReason.FATAL) {
                RetryStopped.note(last, retry.name(), reason, call.attempt())
            }
            throw last
        }
        val judged = judgement ?: throw refusal(reason)
        if (isDiscarded || policy.isFailedResultThrown) {
            throw FailedResultException(retry.name(), reason, call.attempt(), judged, result)
        }
        @Suppress("UNCHECKED_CAST") // a block throws what it would have returned
        return result as T
    }

    /** Returns what stands for a first attempt that was not made. */
    private fun refusal(reason: StopReason): Throwable =
        when (reason) {
            StopReason.CIRCUIT_OPEN -> CircuitOpenException(retry.name(), java.time.Duration.ZERO)
            StopReason.DEADLINE_EXCEEDED -> DeadlinePassedException(retry.name())
            else -> GateRefusedException(retry.name(), reason)
        }
}

/** One attempt of a flow: a collection. */
private class FlowAttempt<T>(
    private val call: SuspendingCall<T>,
    private val source: Flow<T>,
    private val collector: FlowCollector<T>,
) {

    /** Whether the collector has got elements. */
    var emitted = false
        private set

    /** Whether the time of the attempt is over, or that of the call. */
    var isTimeOver = false
        private set

    /** Whether the deadline has come while the flow was emitting: nothing may follow. */
    val isAtDeadline: Boolean
        get() = isTimeOver && emitted

    private var fromCollector: Throwable? = null
    private var timer: Job? = null
    private var scope: AttemptScope? = null
    private var beginner: Thread? = null

    /**
     * Collects until the end. Returns what the source failed with, `null` where it has completed. Throws what the
     * collector has thrown, and where the coroutine was cancelled.
     */
    suspend fun run(): Throwable? {
        val attempt = call.nextAttempt()
        try {
            if (attempt.timeout == null) {
                collect(attempt, null)
            } else {
                coroutineScope {
                    startTimer(this, attempt.timeout)
                    collect(attempt, this)
                    timer?.cancel()
                }
            }
        } catch (thrown: Throwable) {
            if (!isTimeOver) {
                if (fromCollector != null) {
                    throw thrown
                }
                currentCoroutineContext().ensureActive()
                return thrown
            }
            currentCoroutineContext().ensureActive()
            return call.timeout()
        }
        fromCollector?.let { throw it } // a source that has swallowed it
        return null
    }

    private fun startTimer(limited: CoroutineScope, time: Duration) {
        timer = limited.launch {
            delay(roundedUp(time))
            isTimeOver = true
            limited.cancel("the time of the attempt is over")
        }
    }

    /** Collects, inside the scope of the attempt until it suspends for the first time or an element has come. */
    private suspend fun collect(attempt: RetryAttempt, limited: CoroutineScope?) {
        val work: suspend () -> Unit = {
            source.flowOn(attempt).collect { element ->
                if (!emitted) {
                    firstElement(limited)
                }
                try {
                    collector.emit(element)
                } catch (thrown: Throwable) {
                    fromCollector = thrown
                    throw thrown
                }
            }
        }
        suspendCoroutineUninterceptedOrReturn { done ->
            beginner = Thread.currentThread()
            scope = call.scope()
            try {
                work.startCoroutineUninterceptedOrReturn(done)
            } finally {
                closeScope()
            }
        }
    }

    /** From the first element on the deadline of the call alone limits the attempt. */
    private fun firstElement(limited: CoroutineScope?) {
        emitted = true
        closeScope()
        timer?.cancel()
        val left = call.remaining()
        if (limited != null && left != null) {
            startTimer(limited, left)
        }
    }

    /** Ends the scope on the thread that began it; another cannot find itself here. */
    private fun closeScope() {
        if (beginner == Thread.currentThread()) {
            beginner = null
            scope?.close()
            scope = null
        }
    }
}
