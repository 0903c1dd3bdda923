package io.forbear.retry.spring

import java.io.IOException
import java.io.UncheckedIOException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.reactor.ReactorContext
import kotlinx.coroutines.test.runTest
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.transaction.TransactionDefinition
import org.springframework.transaction.annotation.EnableTransactionManagement
import org.springframework.transaction.annotation.Transactional
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager
import org.springframework.transaction.reactive.GenericReactiveTransaction
import org.springframework.transaction.reactive.TransactionSynchronizationManager
import org.springframework.util.ClassUtils
import reactor.core.publisher.Mono

/** Functions that suspend, and are transactions of Reactor: each attempt is one. */
internal class SuspendTransactionsTest : SpringFixture() {

    /** Counts what it begins and ends; a transaction is its number. */
    internal class CountingTransactions : AbstractReactiveTransactionManager() {
        val events = ArrayList<String>()
        private var begun = 0

        override fun doGetTransaction(current: TransactionSynchronizationManager): Any = ++begun

        override fun doBegin(
            current: TransactionSynchronizationManager,
            transaction: Any,
            definition: TransactionDefinition,
        ): Mono<Void> = Mono.fromRunnable { events += "begin $transaction" }

        override fun doCommit(
            current: TransactionSynchronizationManager,
            status: GenericReactiveTransaction,
        ): Mono<Void> = Mono.fromRunnable { events += "commit ${status.transaction}" }

        override fun doRollback(
            current: TransactionSynchronizationManager,
            status: GenericReactiveTransaction,
        ): Mono<Void> = Mono.fromRunnable { events += "roll back ${status.transaction}" }
    }

    @Configuration
    @EnableTransactionManagement
    internal open class Transactions {
        @Bean
        open fun manager() = CountingTransactions()
    }

    internal open class Ledger(private val manager: CountingTransactions) {

        @Transactional
        @ForbearRetry("orders")
        open suspend fun book(amount: Int): Int {
            delay(10)
            val isIn = currentCoroutineContext()[ReactorContext] != null
            manager.events += "book $amount, in a transaction: $isIn"
            if (manager.events.size < 8) throw UncheckedIOException(IOException("down"))
            return amount
        }
    }

    @BeforeEach
    fun needsReactor() {
        val carried = ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt", javaClass.classLoader)
        assumeTrue(carried, "SKIPPED: without kotlinx-coroutines-reactor Spring has no transactions that suspend")
    }

    @Test
    fun eachAttemptIsATransactionOfItsOwn() = runTest {
        val context = context(Transactions::class.java, Ledger::class.java)

        assertThat(context.getBean(Ledger::class.java).book(10)).isEqualTo(10)

        val events = context.getBean(CountingTransactions::class.java).events
        val booked = "book 10, in a transaction: true"
        assertThat(events).containsExactly(
            "begin 1", booked, "roll back 1",
            "begin 2", booked, "roll back 2",
            "begin 3", booked, "commit 3",
        )
        assertThat(orders.snapshot().attempts()).isEqualTo(3)
    }
}
