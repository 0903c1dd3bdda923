package io.forbear.retry.kotlin

import io.forbear.retry.CallOptions
import io.forbear.retry.error.Classification
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.Test

internal class PoliciesTest {

    @Test
    fun aPolicyIsWrittenWithDurationsOfKotlin() {
        val policy = retryPolicy {
            maxAttempts(4)
            backoff(exponentialBackoff(50.milliseconds, 5.seconds))
            attemptTimeout(2.seconds)
            deadline(10.seconds)
            maxPushback(1.minutes)
        }

        assertThat(policy.maxAttempts()).isEqualTo(4)
        assertThat(policy.attemptTimeoutNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(2))
        assertThat(policy.deadlineNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(10))
        assertThat(policy.pushback().toString()).contains("PT1M")
        assertThat(policy.toString()).contains("PT0.05S", "PT5S")
    }

    @Test
    fun aPolicyMayDifferFromAnotherInASetting() {
        val policy = retryPolicy { maxAttempts(4) }

        val other = policy.with { nonIdempotent() }

        assertThat(other.maxAttempts()).isEqualTo(4)
        assertThat(other.isIdempotent).isFalse()
        assertThat(policy.isIdempotent).isTrue()
    }

    @Test
    fun rulesForResultsTakeClassesOfKotlinPrimitivesToo() {
        val discarded = mutableListOf<Int>()
        val policy = retryPolicy {
            classifyResult(Int::class) { Classification.ofHttpStatus(it) }
            onDiscard(Int::class) { discarded += it }
        }

        assertThat(policy.resultClassifier()!!.apply(503)!!.isSuccess).isFalse()
        policy.discardRule(503)!!.accept(503)
        assertThat(discarded).containsExactly(503)
    }

    @Test
    fun aSettingOutOfItsRangeIsRefused() {
        assertThatThrownBy { retryPolicy { maxAttempts(0) } }.isInstanceOf(IllegalArgumentException::class.java)
        assertThatThrownBy { RetryAttempt("users", 0, null) }.hasMessage("number: 0 (expected: >= 1)")
    }

    @Test
    fun aTimeSourceIsAClock() {
        val time = TestTimeSource()
        val clock = time.asNanoClock()
        val start = clock.nanoTime()

        time += 3.milliseconds

        assertThat(clock.nanoTime() - start).isEqualTo(3_000_000)
    }

    @Test
    fun optionsOfACallTakeDurationsOfKotlin() {
        assertThat(CallOptions.defaults().deadline(2.seconds).deadlineNanos()).isEqualTo(2_000_000_000)
    }

    @Test
    fun anAttemptTellsWhichItIs() {
        assertThat(RetryAttempt("users", 2, 50.milliseconds)).hasToString("RetryAttempt(users, 2, timeout 50ms)")
    }
}
