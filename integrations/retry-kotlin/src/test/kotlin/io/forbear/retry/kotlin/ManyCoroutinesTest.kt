package io.forbear.retry.kotlin

import io.forbear.retry.StopReason
import io.forbear.retry.core.Retries
import io.forbear.retry.core.breaker.CircuitBreakers
import io.forbear.retry.core.budget.RetryBudgets
import java.io.IOException
import java.lang.management.ManagementFactory
import java.lang.management.ThreadInfo
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** Ten thousand coroutines on two threads. */
internal class ManyCoroutinesTest {

    private val threads = CopyOnWriteArrayList<Thread>()
    private val dispatcher: ExecutorCoroutineDispatcher = Executors.newFixedThreadPool(2) { task ->
        Thread(task, "two-${threads.size}").also(threads::add)
    }.asCoroutineDispatcher()

    private val users = Retries.named("users")
        .policy(
            retryPolicy {
                maxAttempts(100)
                backoff(exponentialBackoff(20.milliseconds, 200.milliseconds))
                attemptTimeout(30.seconds)
                deadline(2.minutes)
            },
        )
        .budget(RetryBudgets.unlimited())
        .circuitBreaker(CircuitBreakers.consecutiveFailures(1_000_000))
        .build()

    @AfterEach
    fun close() {
        dispatcher.close()
    }

    /** Looks at the threads until it is told to stop. Returns what it found parked or blocked in this library. */
    private fun watch(): () -> List<String> {
        val found = CopyOnWriteArrayList<String>()
        val looks = AtomicInteger()
        val watchdog = thread(isDaemon = true, name = "watchdog") {
            while (!Thread.currentThread().isInterrupted) {
                val ids = LongArray(threads.size) { threads[it].id }
                for (watched in ManagementFactory.getThreadMXBean().getThreadInfo(ids, Int.MAX_VALUE)) {
                    if (watched != null && isHeldUp(watched)) {
                        found += "${watched.threadState}\n" + watched.stackTrace.joinToString("\n")
                    }
                }
                looks.incrementAndGet()
                Thread.onSpinWait()
            }
        }
        return {
            watchdog.interrupt()
            watchdog.join()
            assertThat(looks.get()).isPositive()
            found
        }
    }

    /** Parked or asleep below a method of this library; or before a monitor that this library itself asks for. */
    private fun isHeldUp(watched: ThreadInfo): Boolean {
        val frames = watched.stackTrace
        return when (watched.threadState) {
            Thread.State.WAITING, Thread.State.TIMED_WAITING -> frames.any { isOurs(it.className) }
            Thread.State.BLOCKED -> isOurs(frames.first().className)
            else -> false
        }
    }

    private fun isOurs(type: String) = type.startsWith("io.forbear.") && !type.endsWith("Test")

    @Test
    fun theWatchdogFindsACallThatBlocks() {
        val requests = AtomicInteger()
        val found = watch()

        runBlocking(dispatcher) {
            launch {
                users.execute { if (requests.incrementAndGet() <= 20) throw IOException("down") else "Ada" }
            }
        }

        assertThat(found()).isNotEmpty()
    }

    @Test
    fun tenThousandCoroutinesGoThroughAnOutageAndNoneBlocksAThread() {
        val calls = 10_000
        val served = AtomicInteger()
        val requests = AtomicInteger()
        val found = watch()

        runBlocking(dispatcher) {
            val all = List(calls) {
                launch {
                    users.await {
                        delay(1)
                        if (requests.incrementAndGet() <= 3 * calls) throw IOException("down")
                        served.incrementAndGet()
                    }
                }
            }
            withTimeout(100.seconds) { all.joinAll() }
        }

        assertThat(found()).isEmpty()
        assertThat(threads).hasSizeLessThanOrEqualTo(2)
        assertThat(served).hasValue(calls)
        assertThat(users.snapshot().successes()).isEqualTo(calls.toLong())
        assertThat(users.snapshot().attempts()).isEqualTo(4L * calls)
    }

    @Test
    fun noAttemptIsBegunAfterACancellationOfTenThousandCoroutines() {
        val calls = 10_000
        val begun = AtomicInteger()
        val inTheirFirst = AtomicInteger()
        val cancelled = AtomicInteger()
        val scope = CoroutineScope(dispatcher + SupervisorJob())
        val all = List(calls) {
            scope.launch {
                try {
                    users.await<Unit> { attempt ->
                        begun.incrementAndGet()
                        if (attempt.number == 1) inTheirFirst.incrementAndGet()
                        delay(5)
                        throw IOException("down")
                    }
                } catch (thrown: CancellationException) {
                    cancelled.incrementAndGet()
                    throw thrown
                }
            }
        }
        runBlocking {
            while (inTheirFirst.get() < calls) delay(1) // a job that has not begun would not be told of its cancel
            all.forEach { it.cancel() }
            val atCancel = begun.get()
            withTimeout(60.seconds) { all.joinAll() }
            delay(300) // longer than the longest backoff

            // one attempt for each thread may have been beginning while the last job was being cancelled
            assertThat(begun.get() - atCancel).isLessThanOrEqualTo(2)
        }

        assertThat(cancelled).hasValue(calls)
        assertThat(users.snapshot().successes()).isZero()
        assertThat(users.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(calls.toLong())
    }
}
