package io.forbear.retry.kotlin

import io.forbear.retry.AttemptHeader
import io.forbear.retry.Retry
import io.forbear.retry.core.Retries
import io.forbear.retry.error.Classification
import java.io.IOException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

private class Response(val status: Int, val body: String)

/** A client that fails as often, then answers. */
private class Client(private val failures: Int) {

    val headers = mutableListOf<String>()

    suspend fun get(id: Int, header: String = "-"): Response {
        headers += header
        if (headers.size <= failures) throw IOException("down")
        return Response(200, "user $id")
    }

    fun stream(): Flow<String> = flow {
        get(1)
        emit("Ada")
    }
}

private class Users(private val client: Client, private val users: Retry) {

    suspend fun name(id: Int): String {
        val response = users.await { client.get(id) }
        return response.body
    }

    suspend fun nameWithAttempt(id: Int): Response =
        users.await { attempt -> client.get(id, AttemptHeader.value(attempt.number)) }

    fun names(): Flow<String> = client.stream().retrying(users)
}

/** The programs of the page on Kotlin. */
internal class ExamplesTest {

    private val users: Retry = run {
        val users = Retries.named("user-service")
            .policy(
                retryPolicy {
                    maxAttempts(4)
                    backoff(exponentialBackoff(50.milliseconds, 5.seconds))
                    attemptTimeout(2.seconds)
                    deadline(10.seconds)
                    classifyResult(Response::class) { Classification.ofHttpStatus(it.status) }
                },
            )
            .build()
        users
    }

    @Test
    fun aCallSuspends() = runTest {
        assertThat(Users(Client(1), users).name(7)).isEqualTo("user 7")
    }

    @Test
    fun aRequestCarriesItsAttempt() = runTest {
        val client = Client(1)

        Users(client, users).nameWithAttempt(7)

        assertThat(client.headers).containsExactly("1", "2")
    }

    @Test
    fun aFlowIsRetried() = runTest {
        assertThat(Users(Client(1), users).names().toList()).containsExactly("Ada")
    }

    @Test
    fun aUserIsFoundAtTheThirdAttempt() = runTest {
        val users = Retries.named("user-service").runtime { it.clock(testTimeSource.asNanoClock()) }.build()

        assertThat(Users(Client(2), users).name(7)).isEqualTo("user 7")

        assertThat(currentTime).isPositive() // and no time has passed for the test
    }
}
