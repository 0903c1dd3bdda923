package io.forbear.retry.spring

import io.forbear.retry.StopReason
import io.forbear.retry.core.budget.RetryBudgets
import io.forbear.retry.kotlin.RetryAttempt
import java.io.IOException
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/**
 * Functions of Kotlin that suspend: each attempt is a call of the function, in the coroutine of the caller. Run with
 * and without `kotlinx-coroutines-reactor`, by which Spring carries such functions through its advice.
 */
@OptIn(ExperimentalCoroutinesApi::class)
internal class SuspendMethodsTest : SpringFixture() {

    /** Who asks, as the application's own element of the context. */
    internal class Tenant(val name: String) : AbstractCoroutineContextElement(Tenant) {
        companion object Key : CoroutineContext.Key<Tenant>
    }

    internal open class Remote {
        val calls = ArrayList<String>()
        var failures = 2
        var failure: () -> Throwable = { IOException("down") }

        @ForbearRetry("orders")
        open suspend fun load(id: Long): String {
            calls += "load $id"
            delay(10)
            if (failures-- > 0) throw failure()
            return "order $id"
        }

        @ForbearRetry("orders")
        open suspend fun atOnce(id: Long): String? {
            calls += "atOnce $id"
            if (failures-- > 0) throw failure()
            return null
        }

        @ForbearRetry("orders")
        open suspend fun touch() {
            load(7)
        }

        @ForbearRetry("orders")
        open suspend fun seen(): String {
            val context = currentCoroutineContext()
            calls += "${context[Tenant]?.name} ${context[RetryAttempt]?.number} ${context[ContinuationInterceptor]}"
            if (failures-- > 0) throw failure()
            return calls.last()
        }

        @ForbearRetry("orders")
        open suspend fun hang() {
            calls += "hang"
            try {
                awaitCancellation()
            } catch (cancelled: CancellationException) {
                calls += "cancelled"
                throw IOException("connection closed", cancelled)
            }
        }

        @ForbearRetry("orders")
        open suspend fun impatient(): String {
            calls += "impatient"
            return withTimeout(20.milliseconds) {
                if (failures-- > 0) awaitCancellation()
                "in time"
            }
        }

        @ForbearRetry(value = "orders", fallbackMethod = "cached")
        open suspend fun guarded(id: Long): String {
            calls += "guarded $id"
            delay(1)
            throw failure()
        }

        private suspend fun cached(id: Long, failure: IOException): String {
            delay(5)
            return "cached $id for ${failure.message}"
        }

        fun cached(id: Long, failure: CancellationException): String = "cached $id, in time"

        suspend fun cached(id: Long, failure: IllegalStateException): String {
            delay(5)
            throw IOException("the fallback fails too")
        }

        @ForbearRetry(value = "orders", client = "#tenant")
        open suspend fun forTenant(tenant: String): String = load(1) + " of $tenant"
    }

    internal interface Prices {
        suspend fun of(id: Long): Int
    }

    internal class RemotePrices : Prices {
        var attempts = 0

        @ForbearRetry("orders")
        override suspend fun of(id: Long): Int {
            delay(1)
            if (++attempts < 3) throw IOException("down")
            return 42
        }
    }

    private val remote: Remote by lazy { bean(Remote::class.java) }
    private val target: Remote by lazy { behind(remote) }

    @Test
    fun theFunctionIsCalledForEachAttemptAndTheCoroutineWaitsByDelay() = runTest {
        assertThat(remote.load(7)).isEqualTo("order 7")

        assertThat(target.calls).containsExactly("load 7", "load 7", "load 7")
        assertThat(currentTime).`as`("three calls and two waits, on virtual time").isEqualTo(3 * 10 + 2 * 100)
        assertThat(time.sleeper().sleeps()).isEmpty()
        assertThat(orders.snapshot().calls()).isEqualTo(1)
        assertThat(orders.snapshot().recovered()).isEqualTo(1)
    }

    @Test
    fun aFunctionThatDoesNotSuspendIsRetriedAndItsNullIsAResult() = runTest {
        assertThat(remote.atOnce(7)).isNull()

        assertThat(target.calls).hasSize(3)
        assertThat(currentTime).isEqualTo(200)
    }

    @Test
    fun aFunctionWithoutAResultIsRetried() = runTest {
        remote.touch()

        assertThat(target.calls).hasSize(3)
    }

    @Test
    fun aCallThatSucceedsAtOnceIsOneAttempt() = runTest {
        target.failures = 0

        assertThat(remote.load(1)).isEqualTo("order 1")

        assertThat(currentTime).isEqualTo(10)
        assertThat(orders.snapshot().attempts()).isEqualTo(1)
    }

    @Test
    fun theContextOfTheCallerIsKeptInEachAttempt() = runTest {
        val dispatcher = coroutineContext[ContinuationInterceptor]

        val last = withContext(Tenant("acme")) { remote.seen() }

        assertThat(last).isEqualTo("acme 3 $dispatcher")
        assertThat(target.calls).containsExactly("acme 1 $dispatcher", "acme 2 $dispatcher", "acme 3 $dispatcher")
    }

    @Test
    fun theLastFailureIsThrownWithTheReasonOfTheStop() = runTest {
        target.failures = 9
        var thrown: Throwable? = null

        try {
            remote.load(7)
        } catch (failure: IOException) {
            thrown = failure
        }

        assertThat(target.calls).hasSize(MOST_ATTEMPTS)
        // assertions are on in tests, so that coroutines copy what crosses a suspension; the cause is what was thrown
        val original = generateSequence(thrown) { it.cause }.last()
        assertThat(original).isExactlyInstanceOf(IOException::class.java).hasMessage("down")
        assertThat(original.suppressed.single()).hasMessageContaining("3 attempts")
        assertThat(orders.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1)
    }

    @Test
    fun anErrorIsNotRetried() = runTest {
        target.failure = { AssertionError("broken") }
        var thrown: Throwable? = null

        try {
            remote.load(7)
        } catch (failure: AssertionError) {
            thrown = failure
        }

        assertThat(thrown).hasMessage("broken")
        assertThat(target.calls).hasSize(1)
    }

    @Test
    fun aCancellationDuringAnAttemptReachesTheFunctionAndIsNotRetried() = runTest {
        var ended: Throwable? = null
        val job = launch {
            try {
                remote.hang()
            } catch (thrown: Throwable) {
                ended = thrown
                throw thrown
            }
        }
        runCurrent()

        job.cancelAndJoin()
        runCurrent()

        assertThat(ended).isInstanceOf(CancellationException::class.java)
        assertThat(job.isCancelled).isTrue()
        assertThat(target.calls).containsExactly("hang", "cancelled")
        assertThat(currentTime).isZero()
        assertThat(orders.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1)
    }

    @Test
    fun aCancellationDuringTheWaitMakesNoFurtherAttempt() = runTest {
        val job = launch { remote.load(7) }
        advanceTimeBy(50.milliseconds)

        job.cancelAndJoin()
        advanceTimeBy(10_000.milliseconds)

        assertThat(target.calls).hasSize(1)
        assertThat(orders.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1)
    }

    @Test
    fun aTimeoutInsideTheFunctionIsAFailureAndRetried() = runTest {
        assertThat(remote.impatient()).isEqualTo("in time")

        assertThat(target.calls).hasSize(3)
        assertThat(currentTime).isEqualTo(2 * 20 + 2 * 100)
    }

    @Test
    fun aFallbackMaySuspendOrNotAndIsCalledOnce() = runTest {
        assertThat(remote.guarded(7)).isEqualTo("cached 7 for down")
        assertThat(target.calls).hasSize(3)
        assertThat(currentTime).isEqualTo(3 * 1 + 2 * 100 + 5)

        target.failure = { object : CancellationException("of another") {} }
        assertThat(remote.guarded(8)).isEqualTo("cached 8, in time")
    }

    @Test
    fun whatAFallbackFailsWithHasTheFailureSuppressed() = runTest {
        target.failure = { IllegalStateException("first") }
        var thrown: Throwable? = null

        try {
            remote.guarded(7)
        } catch (failure: IOException) {
            thrown = failure
        }

        val chain = generateSequence(thrown) { it.cause }.toList()
        assertThat(chain.last()).hasMessage("the fallback fails too")
        assertThat(chain.flatMap { it.suppressed.toList() }).anyMatch { it is IllegalStateException }
    }

    @Test
    fun aCancelledCallHasNoFallback() = runTest {
        val job = launch { remote.guarded(7) }
        advanceTimeBy(50.milliseconds)

        job.cancelAndJoin()

        assertThat(job.isCancelled).isTrue()
        assertThat(currentTime).isEqualTo(50)
    }

    @Test
    fun theExpressionOfAClientReadsTheArguments() = runTest {
        val limited = open(service("orders").clientBudget(RetryBudgets.tokenBucket(10)).build())
        val shop = context(listOf(limited), Remote::class.java).getBean(Remote::class.java)

        assertThat(shop.forTenant("acme")).isEqualTo("order 1 of acme")

        assertThat(limited.snapshot().clientsTracked()).isEqualTo(1)
    }

    @Test
    fun aFunctionOfAnInterfaceIsRetriedThroughAProxyOfIt() = runTest {
        val prices = context(RemotePrices::class.java).getBean(Prices::class.java)

        assertThat(prices.of(7)).isEqualTo(42)

        assertThat(orders.snapshot().attempts()).isEqualTo(3)
    }
}
