package io.forbear.retry.kotlin

import io.forbear.retry.Jitter
import io.forbear.retry.StopReason
import io.forbear.retry.core.Retries
import io.forbear.retry.core.budget.RetryBudgets
import io.forbear.retry.error.ErrorCategory
import io.forbear.retry.testkit.RetryEvent
import java.io.IOException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.advanceUntilIdle
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** A cancellation is never retried, never swallowed, and abandons the call once. */
internal class CancellationTest {

    private fun assertAbandonedOnce(service: Fixture) {
        val stops = service.heard.events(RetryEvent.CallStopped::class.java)
        assertThat(stops.map { it.reason() }).containsExactly(StopReason.CANCELLED)
        assertThat(service.users.snapshot().budgetRemaining()).isEqualTo(10.0)
    }

    @Test
    fun aCancellationDuringAnAttemptIsNotRetried() = runTest {
        val service = Fixture(testTimeSource)
        var ended: Throwable? = null
        val job = launch {
            try {
                service.users.await<Unit> {
                    service.attempts.incrementAndGet()
                    awaitCancellation()
                }
            } catch (thrown: CancellationException) {
                ended = thrown
                throw thrown
            }
        }
        runCurrent()

        job.cancelAndJoin()

        assertThat(ended).isInstanceOf(CancellationException::class.java)
        assertThat(service.attempts).hasValue(1)
        assertThat(currentTime).isZero()
        assertAbandonedOnce(service)
    }

    @Test
    fun aCancellationDuringTheWaitMakesNoFurtherAttempt() = runTest {
        val service = Fixture(testTimeSource)
        val job = launch { service.users.await { service.failing(9) } }
        advanceTimeBy(50.milliseconds)

        job.cancelAndJoin()
        advanceTimeBy(10.seconds)

        assertThat(service.attempts).hasValue(1)
        assertAbandonedOnce(service)
    }

    @Test
    fun aBlockThatTurnsACancellationIntoAFailureIsNotRetriedEither() = runTest {
        val service = Fixture(testTimeSource)
        val job = launch {
            service.users.await<Unit> {
                service.attempts.incrementAndGet()
                try {
                    awaitCancellation()
                } catch (cancelled: CancellationException) {
                    throw IOException("connection closed", cancelled)
                }
            }
        }
        runCurrent()

        job.cancelAndJoin()

        assertThat(job.isCancelled).isTrue()
        assertThat(service.attempts).hasValue(1)
        assertAbandonedOnce(service)
    }

    @Test
    fun theTimeoutOfAnInnerWithTimeoutIsAFailureAndRetried() = runTest {
        val service = Fixture(testTimeSource)

        val name = service.users.await {
            withTimeout(20.milliseconds) {
                if (service.attempts.incrementAndGet() == 1) awaitCancellation()
                "Ada"
            }
        }

        assertThat(name).isEqualTo("Ada")
        assertThat(currentTime).isEqualTo(120)
        assertThat(service.users.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(1)
    }

    @Test
    fun theTimeoutOfAnOuterWithTimeoutEndsTheCall() = runTest {
        val service = Fixture(testTimeSource)
        var ended: Throwable? = null

        try {
            withTimeout(150.milliseconds) { service.users.await { service.failing(9) } }
        } catch (timeout: TimeoutCancellationException) {
            ended = timeout
        }

        assertThat(ended).isNotNull()
        assertThat(service.attempts).hasValue(2)
        assertThat(service.users.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1)
    }

    @Test
    fun awaitingWhatAnotherHasCancelledIsAFailureOfTheBlock() = runTest {
        val service = Fixture(testTimeSource)
        val other = CompletableDeferred<String>()
        other.cancel()
        var thrown: Throwable? = null

        val job = launch {
            try {
                service.users.await { other.await() }
            } catch (failure: CancellationException) {
                thrown = failure
            }
            assertThat(currentCoroutineContext()[Job]!!.isActive).isTrue()
        }
        job.join()

        assertThat(thrown).isNotNull()
        assertThat(service.users.snapshot().stopped(StopReason.CANCELLED)).isZero()
        assertThat(service.users.snapshot().calls()).isEqualTo(1)
    }

    @Test
    fun aCallThatMustNotBeCancelledGoesOn() = runTest {
        val service = Fixture(testTimeSource)
        var name: String? = null
        val job = launch {
            withContext(NonCancellable) { name = service.users.await { service.failing(1) } }
        }
        advanceTimeBy(50.milliseconds)

        job.cancelAndJoin()

        assertThat(name).isEqualTo("Ada")
    }

    @Test
    fun aBlockThatCancelsItsOwnScopeHasFailed() = runTest {
        val service = Fixture(testTimeSource)

        val result = async {
            try {
                service.users.await<Unit> {
                    service.attempts.incrementAndGet()
                    currentCoroutineContext().cancel()
                    delay(1)
                }
                "returned"
            } catch (thrown: CancellationException) {
                "thrown, still active"
            }
        }

        assertThat(result.await()).isEqualTo("thrown, still active")
    }

    @Test
    fun tenThousandCancelledCallsEndBeforeAMillisecondPassesAndLeaveNoTimer() = runTest {
        val calls = 10_000
        val begun = AtomicInteger()
        val ended = AtomicInteger()
        val users = Retries.named("users")
            .runtime { it.clock(testTimeSource.asNanoClock()) }
            .policy(
                retryPolicy {
                    maxAttempts(1_000)
                    backoff(fixedBackoff(100.milliseconds).jitter(Jitter.none()))
                    attemptTimeout(60.milliseconds)
                    deadline(1.hours)
                },
            )
            .budget(RetryBudgets.unlimited())
            .withoutCircuitBreaker()
            .build()
        val all = List(calls) { number ->
            launch {
                try {
                    users.await<Unit> {
                        begun.incrementAndGet()
                        delay(10L * (1 + number % 9)) // the last three are cut short by the attempt time-out
                        throw IOException("down")
                    }
                } finally {
                    ended.incrementAndGet()
                }
            }
        }
        advanceTimeBy(255.milliseconds)
        val atCancel = currentTime
        val attempts = begun.get()
        assertThat(attempts).`as`("some are in their third attempt, or after it, others wait for it")
            .isBetween(2 * calls + 1, 3 * calls - 1)

        all.forEach { it.cancel() }
        runCurrent()

        assertThat(ended).`as`("ended while no time has passed").hasValue(calls)
        advanceUntilIdle()
        assertThat(currentTime).`as`("nothing waits any more").isEqualTo(atCancel)
        assertThat(begun).`as`("no attempt was begun").hasValue(attempts)
        assertThat(users.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(calls.toLong())
    }
}
