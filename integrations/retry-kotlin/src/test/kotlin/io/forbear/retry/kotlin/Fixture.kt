package io.forbear.retry.kotlin

import io.forbear.retry.Jitter
import io.forbear.retry.NanoClock
import io.forbear.retry.Retry
import io.forbear.retry.RetryPolicy
import io.forbear.retry.core.Retries
import io.forbear.retry.core.budget.RetryBudgets
import io.forbear.retry.testkit.RecordingListener
import java.io.IOException
import java.time.Duration.ofDays
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource

/** A service that lives by a test's time: three attempts, 100 ms between them, a budget of ten retries. */
internal class Fixture(time: TimeSource? = null, settings: RetryPolicy.Builder.() -> Unit = {}) {

    val heard: RecordingListener = RecordingListener.ofEveryCall()
    val attempts = AtomicInteger()
    val down = IOException("down")

    val users: Retry = Retries.named("users")
        .runtime { it.clock(time?.asNanoClock() ?: NanoClock.system()) }
        .policy(
            retryPolicy {
                maxAttempts(3)
                backoff(fixedBackoff(100.milliseconds).jitter(Jitter.none()))
                settings()
            },
        )
        .budget(RetryBudgets.tokenBucket(10).refill(1.0, ofDays(1)))
        .listener(heard)
        .build()

    /** Fails as often, then returns "Ada"; counts its attempts. */
    fun failing(times: Int): String = if (attempts.incrementAndGet() <= times) throw down else "Ada"
}
