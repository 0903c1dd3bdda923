package io.forbear.retry.kotlin

import io.forbear.retry.Backoff
import io.forbear.retry.CallOptions
import io.forbear.retry.CircuitOpenException
import io.forbear.retry.DeadlinePassedException
import io.forbear.retry.FailedResult
import io.forbear.retry.FailedResultException
import io.forbear.retry.Jitter
import io.forbear.retry.RetryPolicy
import io.forbear.retry.RetryStopped
import io.forbear.retry.StopReason
import io.forbear.retry.core.Retries
import io.forbear.retry.core.breaker.CircuitBreakers
import io.forbear.retry.core.budget.RetryBudgets
import io.forbear.retry.error.Classification
import io.forbear.retry.error.ErrorCategory
import io.forbear.retry.testkit.RetryEvent
import java.util.concurrent.TimeoutException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

internal class AwaitTest {

    private suspend fun thrownBy(work: suspend () -> Any?): Throwable? =
        try {
            work()
            null
        } catch (thrown: Throwable) {
            thrown
        }

    private fun TestScope.fixture(settings: RetryPolicy.Builder.() -> Unit = {}) =
        Fixture(testTimeSource, settings)

    @Test
    fun aBlockThatFailsIsCalledAgainAfterTheDelayByVirtualTime() = runTest {
        val service = fixture()

        val name = service.users.await { service.failing(2) }

        assertThat(name).isEqualTo("Ada")
        assertThat(currentTime).isEqualTo(200)
        assertThat(service.users.snapshot().recovered()).isEqualTo(1)
        assertThat(service.users.snapshot().budgetRemaining()).isEqualTo(8.0)
    }

    @Test
    fun aCallThatSucceedsAtOnceWaitsForNothing() = runTest {
        val service = fixture()

        val nothing: String? = service.users.await { null }

        assertThat(nothing).isNull()
        assertThat(currentTime).isZero()
        assertThat(service.users.snapshot().successes()).isEqualTo(1)
    }

    @Test
    fun theCallEndsWithTheSameObjectThatWasThrownAndANoteOnIt() = runTest {
        val service = fixture()

        val thrown = thrownBy { service.users.await { service.failing(9) } }

        assertThat(thrown).isSameAs(service.down)
        val note = service.down.suppressed.single() as RetryStopped
        assertThat(note.reason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED)
        assertThat(note.attempts()).isEqualTo(3)
    }

    @Test
    fun theSameObjectIsThrownThoughTheBlockSuspends() = runTest {
        val service = fixture { attemptTimeout(1.seconds) }

        val thrown = thrownBy {
            service.users.await {
                delay(1)
                service.failing(9)
            }
        }

        assertThat(thrown).isSameAs(service.down)
    }

    @Test
    fun anErrorIsNeverRetried() = runTest {
        val service = fixture()
        val broken = AssertionError("broken")

        val thrown = thrownBy {
            service.users.await<Unit> {
                service.attempts.incrementAndGet()
                throw broken
            }
        }

        assertThat(thrown).isSameAs(broken)
        assertThat(service.attempts).hasValue(1)
    }

    @Test
    fun aDelayBelowAMillisecondIsNotIgnored() = runTest {
        val service = fixture { backoff(fixedBackoff(1.milliseconds / 1000).jitter(Jitter.none())) }

        service.users.await { service.failing(1) }

        assertThat(currentTime).isEqualTo(1)
    }

    @Test
    fun theBlockAndItsContextKnowTheAttempt() = runTest {
        val service = fixture { attemptTimeout(50.milliseconds) }
        val seen = mutableListOf<String>()

        service.users.await { attempt ->
            seen += "${attempt.number} ${attempt.timeout} ${service.users.currentAttempt()}"
            delay(1)
            seen += "context ${currentCoroutineContext()[RetryAttempt]?.number}"
            service.failing(1)
        }

        assertThat(seen).containsExactly("1 50ms 1", "context 1", "2 50ms 2", "context 2")
    }

    @Test
    fun theThreadIsNotMarkedOnceTheBlockHasSuspended() = runTest {
        val service = fixture()
        val seen = mutableListOf<Int>()

        service.users.await {
            delay(1)
            seen += service.users.currentAttempt()
            service.failing(1)
        }

        assertThat(seen).containsExactly(1, 1)
        assertThat(service.heard.events(RetryEvent.AttemptStarted::class.java)).hasSize(2)
        assertThat(service.heard.events(RetryEvent.AttemptReturned::class.java)).hasSize(2)
    }

    @Test
    fun anInnerCallKnowsOnAnotherThreadThatItIsInsideARetry() = runTest {
        val service = fixture { maxAttempts(2) }
        val inner = Retries.named("inner")
            .policy(
                retryPolicy {
                    maxAttempts(2)
                    backoff(fixedBackoff(1.milliseconds))
                    refuseNested()
                },
            )
            .build()

        thrownBy {
            service.users.await {
                withContext(Dispatchers.Default) { inner.await { service.failing(9) } }
            }
        }

        assertThat(inner.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1)
        assertThat(inner.snapshot().stopped(StopReason.NESTED)).isEqualTo(1)
        assertThat(service.attempts).hasValue(3)
    }

    // ---- time

    @Test
    fun anAttemptThatTakesTooLongIsCancelledAndRetried() = runTest {
        val service = fixture { attemptTimeout(50.milliseconds) }

        val thrown = thrownBy { service.users.await<Unit> { awaitCancellation() } }

        assertThat(thrown).isInstanceOf(TimeoutException::class.java)
            .hasMessage("users: attempt 3 took longer than its limit")
        assertThat(currentTime).isEqualTo(350)
        assertThat(service.users.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(3)
    }

    @Test
    fun theDeadlineEndsTheAttemptThatIsUnderWay() = runTest {
        val service = fixture { deadline(120.milliseconds) }

        val thrown = thrownBy {
            service.users.await {
                service.failing(1)
                delay(10.seconds)
            }
        }

        assertThat(thrown).isInstanceOf(TimeoutException::class.java)
            .hasMessage("users: attempt 2 was under way at the deadline of the call")
        assertThat(thrown!!.suppressed).contains(service.down)
        assertThat(currentTime).isEqualTo(120)
        assertThat(service.users.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1)
    }

    @Test
    fun aCallWhoseDeadlineHasPassedMakesNoAttempt() = runTest {
        val service = fixture()
        val late = service.users.with(CallOptions.defaults().deadline(Duration.ZERO))

        val thrown = thrownBy { late.await { service.failing(0) } }

        assertThat(thrown).isInstanceOf(DeadlinePassedException::class.java)
        assertThat(service.attempts).hasValue(0)
    }

    @Test
    fun anOpenBreakerRefusesWithoutAnAttempt() = runTest {
        val service = fixture()
        val users = Retries.named("users")
            .policy(service.users.policy())
            .circuitBreaker(CircuitBreakers.consecutiveFailures(1))
            .build()
        thrownBy { users.await { service.failing(9) } }

        val thrown = thrownBy { users.await { service.failing(9) } }

        assertThat(thrown).isInstanceOf(CircuitOpenException::class.java)
        assertThat(service.attempts).hasValue(1)
    }

    // ---- results

    private class Response(val status: Int, val closed: MutableList<Int>) : AutoCloseable {
        override fun close() {
            closed += status
        }
    }

    @Test
    fun aResultThatThePolicyCallsAFailureIsRetriedAndClosedBeforeTheWait() = runTest {
        val closed = mutableListOf<Int>()
        val service = fixture { classifyResult(Response::class) { Classification.ofHttpStatus(it.status) } }

        val response = service.users.await {
            if (service.attempts.getAndIncrement() > 0) {
                assertThat(closed).containsExactly(503)
            }
            Response(if (service.attempts.get() == 1) 503 else 200, closed)
        }

        assertThat(response.status).isEqualTo(200)
        assertThat(closed).containsExactly(503)
    }

    @Test
    fun theCallerGetsTheLastResultThoughItIsAFailure() = runTest {
        val closed = mutableListOf<Int>()
        val service = fixture { classifyResult(Response::class) { Classification.ofHttpStatus(it.status) } }

        val response = service.users.await { Response(503, closed) }

        assertThat(response.status).isEqualTo(503)
        assertThat(closed).containsExactly(503, 503)
    }

    @Test
    fun aResultThatComesAfterItsTimeIsClosed() = runTest {
        val closed = mutableListOf<Int>()
        val service = fixture { attemptTimeout(50.milliseconds) }

        val response = service.users.await {
            val status = service.attempts.incrementAndGet()
            if (status == 1) {
                withContext(NonCancellable) { delay(60.milliseconds) }
            }
            Response(status, closed)
        }

        assertThat(response.status).isEqualTo(2)
        assertThat(closed).containsExactly(1)
    }

    @Test
    fun aResultThatComesAfterTheCancellationIsClosed() = runTest {
        val closed = mutableListOf<Int>()
        val service = fixture { attemptTimeout(1.seconds) }
        val call = launch {
            service.users.await<Response> {
                withContext(NonCancellable) { delay(60.milliseconds) }
                Response(1, closed)
            }
        }
        runCurrent()

        call.cancelAndJoin()

        assertThat(closed).containsExactly(1)
    }

    @Test
    fun whatRulesThrowChangesNothing() = runTest {
        val discarded = mutableListOf<String>()
        val service = fixture {
            classifyResult(String::class) {
                if (it == "busy") Classification.of(ErrorCategory.SERVER_ERROR) else throw AssertionError("rule")
            }
            onDiscard(String::class) {
                discarded += it
                throw AssertionError("discard")
            }
        }

        val name = service.users.await { if (service.attempts.incrementAndGet() == 1) "busy" else "Ada" }

        assertThat(name).isEqualTo("Ada")
        assertThat(discarded).containsExactly("busy")
    }

    @Test
    fun theCallerIsThrownAnExceptionIfThePolicySaysSo() = runTest {
        val service = fixture {
            classifyResult(Int::class) { Classification.ofHttpStatus(it) }
            throwFailedResults()
        }

        val thrown = thrownBy { service.users.await { 404 } }

        assertThat(thrown).isInstanceOf(FailedResultException::class.java)
        assertThat((thrown as FailedResultException).result()).isEqualTo(404)
    }

    @Test
    fun aBlockMayJudgeItsResultItself() = runTest {
        val service = fixture()
        val later = Classification.of(ErrorCategory.RATE_LIMIT).pushback(java.time.Duration.ofSeconds(3))

        val name = service.users.await<Any> {
            if (service.attempts.incrementAndGet() == 1) throw FailedResult("busy", later) else "Ada"
        }

        assertThat(name).isEqualTo("Ada")
        assertThat(currentTime).isEqualTo(3_000)
    }

    @Test
    fun aPolicyThatIsOffRetriesNothing() = runTest {
        val service = fixture { enabled(false) }

        val thrown = thrownBy { service.users.await { service.failing(9) } }

        assertThat(thrown).isSameAs(service.down)
        assertThat(service.attempts).hasValue(1)
    }

    @Test
    fun manyAttemptsThatFailAtOnceGrowNoStack() = runTest {
        val users = Retries.named("users")
            .policy(
                retryPolicy {
                    maxAttempts(30_000)
                    backoff(Backoff.none())
                },
            )
            .budget(RetryBudgets.unlimited())
            .circuitBreaker(CircuitBreakers.consecutiveFailures(1_000_000))
            .build()
        val service = fixture()

        assertThat(users.await { service.failing(20_000) }).isEqualTo("Ada")
    }
}
