package io.forbear.retry.spring

import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.flowOf
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** What is refused at the start of the functions of Kotlin. */
internal class RefusedFunctionsTest : SpringFixture() {

    internal open class Unseen {
        @ForbearRetry("orders")
        open suspend fun flow(): Flow<String> = flowOf("a")

        @ForbearRetry("orders")
        open suspend fun future(): CompletableFuture<String> = CompletableFuture()

        @ForbearRetry("orders")
        open suspend fun deferred(): Deferred<String> = CompletableDeferred("a")

        @ForbearRetry("orders")
        open fun job(): Job = Job()

        @ForbearRetry("orders")
        open fun later(): Deferred<String> = CompletableDeferred("a")

        @ForbearRetry("orders")
        open fun state(): StateFlow<String> = MutableStateFlow("a")
    }

    internal open class Misnamed {
        @ForbearRetry(value = "orders", fallbackMethod = "cached")
        open suspend fun load(id: Long): String = "order $id"

        suspend fun cached(id: String): String = id

        @ForbearRetry(value = "orders", fallbackMethod = "waiting")
        open fun blocking(id: Long): String = "order $id"

        suspend fun waiting(id: Long): String = "order $id"

        @ForbearRetry(value = "orders", fallbackMethod = "counted")
        open suspend fun touch() = Unit

        fun counted(): Int = 1

        @ForbearRetry(value = "orders", client = "#p1")
        open suspend fun of(id: Long): String = "order $id"
    }

    internal class Closed {
        @ForbearRetry("orders")
        suspend fun load(): String = "loaded"
    }

    internal open class Calling {
        @ForbearRetry("orders")
        open suspend fun load(id: Long): String = "order $id"

        open suspend fun all(): String = load(1) + load(2)
    }

    private fun at(type: Class<*>, rest: String) = type.name + rest

    @Test
    fun whatEndsUnseenIsRefused() {
        fun suspending(type: String) = "suspend with $type (expected: a suspend function that returns a value, or a" +
            " function that is none; how a $type ends is not seen)"

        assertThat(problems(Unseen::class.java)).containsExactlyInAnyOrder(
            at(Unseen::class.java, ".flow(): return type: ${suspending("Flow")}"),
            at(Unseen::class.java, ".future(): return type: ${suspending("CompletableFuture")}"),
            at(Unseen::class.java, ".deferred(): return type: ${suspending("Deferred")}"),
            at(
                Unseen::class.java,
                ".job(): return type: Job (expected: a suspend function, or a value; how a Job ends is not seen)",
            ),
            at(
                Unseen::class.java,
                ".later(): return type: Deferred (expected: a suspend function, or a value; how a Deferred ends is" +
                    " not seen)",
            ),
            at(
                Unseen::class.java,
                ".state(): return type: StateFlow (expected: Flow, of which each collection is a call)",
            ),
        )
    }

    @Test
    fun fallbacksAndArgumentsAreNamedAsInTheSource() {
        val rule = "expected: a method of this class,"
        assertThat(problems(Misnamed::class.java)).containsExactlyInAnyOrder(
            at(
                Misnamed::class.java,
                ".load(long): fallbackMethod: cached ($rule cached(long) or cached(long, Exception), that returns" +
                    " String; found were [cached(String) that returns String])",
            ),
            at(
                Misnamed::class.java,
                ".blocking(long): fallbackMethod: waiting ($rule waiting(long) or waiting(long, Exception), that" +
                    " returns String; found were [suspend waiting(long) that returns String])",
            ),
            at(
                Misnamed::class.java,
                ".touch(): fallbackMethod: counted ($rule counted() or counted(Exception), that returns void; found" +
                    " were [counted() that returns int])",
            ),
            at(Misnamed::class.java, ".of(long): client: #p1 (expected: one of [id], or #p0, #p1, ...)"),
        )
    }

    @Test
    fun aClosedClassIsRefused() {
        assertThat(problems(Closed::class.java)).contains(
            at(
                Closed::class.java,
                ": class: final (expected: one that is not final, or has an interface; in Kotlin open)",
            ),
        )
    }

    @Test
    fun aCallOfTheSameObjectIsRefused() {
        assertThat(problems(Calling::class.java)).containsExactly(
            at(
                Calling::class.java,
                ".all: call: this.load(long) (expected: a call through the proxy, from another bean; one of the same" +
                    " object is not retried)",
            ),
        )
    }
}
