package io.forbear.retry.spring

import io.forbear.retry.StopReason
import java.io.IOException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** Methods that return a flow of Kotlin: each attempt of each collection is a call of the method. */
@OptIn(ExperimentalCoroutinesApi::class)
internal class FlowMethodsTest : SpringFixture() {

    internal open class Remote {
        val calls = ArrayList<String>()
        var failures = 2
        var first: List<String> = emptyList()

        private fun attempt(what: String): Flow<String> {
            calls += what
            return flow {
                emitAll(first.asFlow())
                if (failures-- > 0) throw IOException("down")
                emit(what)
            }
        }

        private fun List<String>.asFlow(): Flow<String> = flowOf(*toTypedArray())

        @ForbearRetry("orders")
        open fun all(): Flow<String> = attempt("all")

        @ForbearRetry("orders")
        open fun throwing(): Flow<String> {
            calls += "throwing"
            if (failures-- > 0) throw IOException("down")
            return flowOf("thrown")
        }

        @ForbearRetry(value = "orders", fallbackMethod = "cached")
        open fun guarded(): Flow<String> {
            calls += "guarded"
            return flow { throw IOException("down") }
        }

        private fun cached(failure: IOException): Flow<String> = flowOf("cached for ${failure.message}")
    }

    private val remote: Remote by lazy { bean(Remote::class.java) }
    private val target: Remote by lazy { behind(remote) }

    @Test
    fun theMethodIsCalledForEachAttemptOfACollectionAndNotBefore() = runTest {
        val flow = remote.all()
        assertThat(target.calls).isEmpty()

        assertThat(flow.toList()).containsExactly("all")

        assertThat(target.calls).hasSize(3)
        assertThat(currentTime).`as`("two waits by delay").isEqualTo(200)
        assertThat(time.sleeper().sleeps()).isEmpty()
        assertThat(orders.snapshot().recovered()).isEqualTo(1)
    }

    @Test
    fun eachCollectionIsACall() = runTest {
        val flow = remote.all()
        flow.toList()
        flow.toList()

        assertThat(orders.snapshot().calls()).isEqualTo(2)
        assertThat(target.calls).hasSize(3 + 1)
    }

    @Test
    fun aMethodThatThrowsInsteadOfReturningAFlowIsRetried() = runTest {
        assertThat(remote.throwing().toList()).containsExactly("thrown")

        assertThat(target.calls).hasSize(3)
    }

    @Test
    fun noElementComesTwice() = runTest {
        target.first = listOf("one")
        val seen = ArrayList<String>()
        var thrown: Throwable? = null

        try {
            remote.all().collect { seen += it }
        } catch (failure: IOException) {
            thrown = failure
        }

        assertThat(thrown).hasMessage("down")
        assertThat(seen).containsExactly("one")
        assertThat(orders.snapshot().stopped(StopReason.NOT_RETRYABLE)).isEqualTo(1)
    }

    @Test
    fun aCollectorThatStopsEarlyEndsTheCall() = runTest {
        target.failures = 0
        target.first = listOf("one", "two")

        assertThat(remote.all().first()).isEqualTo("one")

        assertThat(target.calls).hasSize(1)
        assertThat(orders.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1)
    }

    @Test
    fun aFallbackGoesOnWhereTheCallHasFailed() = runTest {
        assertThat(remote.guarded().toList()).containsExactly("cached for down")

        assertThat(target.calls).hasSize(MOST_ATTEMPTS)
    }
}
