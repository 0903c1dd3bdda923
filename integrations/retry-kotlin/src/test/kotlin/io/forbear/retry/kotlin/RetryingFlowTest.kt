package io.forbear.retry.kotlin

import io.forbear.retry.Retry
import io.forbear.retry.RetryStopped
import io.forbear.retry.StopReason
import io.forbear.retry.error.ErrorCategory
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

internal class RetryingFlowTest {

    /** Emits 1, 2, .. and fails after so many elements, as often; then emits 1 to 5. */
    private fun Fixture.breaking(times: Int, after: Int): Flow<Int> = flow {
        val fails = attempts.incrementAndGet() <= times
        for (n in 1..(if (fails) after else 5)) emit(n)
        if (fails) throw down
    }

    private suspend fun <T> Flow<T>.collected(): Pair<List<T>, Throwable?> {
        val elements = mutableListOf<T>()
        var failure: Throwable? = null
        catch { failure = it }.collect { elements += it }
        return elements to failure
    }

    @Test
    fun aFlowThatFailsBeforeItsFirstElementIsRetried() = runTest {
        val service = Fixture(testTimeSource)

        val elements = service.breaking(2, 0).retrying(service.users).toList()

        assertThat(elements).containsExactly(1, 2, 3, 4, 5)
        assertThat(currentTime).isEqualTo(200)
        assertThat(service.users.snapshot().recovered()).isEqualTo(1)
    }

    @Test
    fun aFlowThatHasEmittedIsNotRepeatedAndItsFailureIsCounted() = runTest {
        val service = Fixture(testTimeSource)

        val (elements, failure) = service.breaking(1, 2).retrying(service.users).collected()

        assertThat(elements).containsExactly(1, 2)
        assertThat(failure).isSameAs(service.down)
        assertThat((service.down.suppressed.single() as RetryStopped).reason()).isEqualTo(StopReason.NOT_RETRYABLE)
        assertThat(service.users.snapshot().failedAttempts(ErrorCategory.NETWORK_ERROR)).isEqualTo(1)
    }

    @Test
    fun aRestartingFlowBeginsAgainFromTheStart() = runTest {
        val service = Fixture(testTimeSource)

        val elements = service.breaking(1, 2).retrying(service.users, restarting = true).toList()

        assertThat(elements).containsExactly(1, 2, 1, 2, 3, 4, 5)
    }

    @Test
    fun eachCollectionIsACallOfItsOwn() = runTest {
        val service = Fixture(testTimeSource)
        val flow = service.breaking(1, 0).retrying(service.users)

        flow.toList()
        flow.toList()

        assertThat(service.users.snapshot().calls()).isEqualTo(2)
        assertThat(service.attempts).hasValue(3)
    }

    @Test
    fun aFailureOfTheCollectorIsNoneOfTheSource() = runTest {
        val service = Fixture(testTimeSource)
        val broken = IllegalStateException("collector")

        val (_, failure) = service.breaking(0, 0)
            .retrying(service.users, restarting = true)
            .onEach { if (it == 2) throw broken }
            .collected()

        assertThat(failure).isSameAs(broken)
        assertThat(service.attempts).hasValue(1)
        assertThat(service.users.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1)
    }

    @Test
    fun aCollectorThatTakesEnoughAbandonsTheCall() = runTest {
        val service = Fixture(testTimeSource) { deadline(5.seconds) }

        assertThat(service.breaking(0, 0).retrying(service.users).take(2).toList()).containsExactly(1, 2)

        assertThat(service.users.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1)
    }

    @Test
    fun aCancellationDuringTheWaitMakesNoFurtherAttempt() = runTest {
        val service = Fixture(testTimeSource)
        val job = launch { service.breaking(9, 0).retrying(service.users).toList() }
        advanceTimeBy(50.milliseconds)

        job.cancelAndJoin()

        assertThat(service.attempts).hasValue(1)
        assertThat(service.users.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1)
    }

    @Test
    fun theAttemptTimeoutHoldsUntilTheFirstElement() = runTest {
        val service = Fixture(testTimeSource) { attemptTimeout(50.milliseconds) }
        val slow = flow {
            if (service.attempts.incrementAndGet() == 1) awaitCancellation()
            emit(1)
            delay(10.seconds)
            emit(2)
        }

        val elements = slow.retrying(service.users).toList()

        assertThat(elements).containsExactly(1, 2)
        assertThat(currentTime).isEqualTo(10_150)
        assertThat(service.users.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(1)
    }

    @Test
    fun theDeadlineEndsAFlowThatIsEmitting() = runTest {
        val service = Fixture(testTimeSource) { deadline(1.seconds) }
        val endless = flow {
            while (true) {
                emit(1)
                delay(300.milliseconds)
            }
        }

        val (elements, failure) = endless.retrying(service.users).collected()

        assertThat(elements).hasSize(4)
        assertThat(failure).isInstanceOf(TimeoutException::class.java)
            .hasMessage("users: attempt 1 was under way at the deadline of the call")
        assertThat(service.users.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1)
    }

    @Test
    fun theSourceKnowsItsAttemptAndTheCollectorIsNoPartOfIt() = runTest {
        val service = Fixture(testTimeSource)
        val users: Retry = service.users
        val inSource = mutableListOf<Any?>()
        val inCollector = mutableListOf<Any?>()
        val source = flow {
            inSource += currentCoroutineContext()[RetryAttempt]?.number
            inSource += users.currentAttempt()
            emit(service.failing(1))
        }

        source.retrying(users).collect {
            inCollector += currentCoroutineContext()[RetryAttempt]?.number
            inCollector += users.currentAttempt()
        }

        assertThat(inSource).containsExactly(1, 1, 2, 2)
        assertThat(inCollector).containsExactly(null, 1)
    }

    @Test
    fun aSourceOnAnotherDispatcherIsRetriedToo() = runTest {
        val service = Fixture()
        val source = service.breaking(1, 0).flowOn(Dispatchers.Default).map { it * 2 }

        val elements = source.retrying(service.users).toList()

        assertThat(elements).containsExactly(2, 4, 6, 8, 10)
    }

    @Test
    fun aCollectorThatIsSlowHoldsTheSourceUp() = runTest {
        val service = Fixture(testTimeSource)
        val emitted = AtomicInteger()
        val source = flow {
            repeat(3) {
                emitted.incrementAndGet()
                emit(it)
            }
        }

        source.retrying(service.users).collect {
            assertThat(emitted).hasValue(it + 1)
            delay(10)
        }
    }
}
