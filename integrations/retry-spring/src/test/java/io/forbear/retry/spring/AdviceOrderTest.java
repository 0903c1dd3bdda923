package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** The retry is around what other annotations of a method do. */
class AdviceOrderTest extends SpringFixture {

    // ---- transactions

    /** Writes down what becomes of transactions. */
    static class Transactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;
        final transient List<String> events = new ArrayList<>();

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            events.add("begin");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            events.add("commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            events.add("rollback");
        }
    }

    static class Ledger {
        int failures = 2;

        @Transactional(rollbackFor = Exception.class)
        @ForbearRetry("orders")
        public String book() throws IOException {
            if (failures-- > 0) {
                throw new IOException("deadlock");
            }
            return "booked";
        }
    }

    @Configuration
    @EnableTransactionManagement
    static class Bookings {
        @Bean
        Transactions transactions() {
            return new Transactions();
        }
    }

    @Configuration
    @EnableTransactionManagement(order = 0)
    static class TransactionsFirst {
        @Bean
        Transactions transactions() {
            return new Transactions();
        }
    }

    @Test
    void eachAttemptHasItsOwnTransaction() throws IOException {
        AnnotationConfigApplicationContext context = context(Ledger.class, Bookings.class);

        assertThat(context.getBean(Ledger.class).book()).isEqualTo("booked");

        assertThat(context.getBean(Transactions.class).events)
                .containsExactly("begin", "rollback", "begin", "rollback", "begin", "commit");
    }

    @Test
    void eachAttemptHasItsOwnTransactionWhateverTheOrderOfTransactionsIs() throws IOException {
        AnnotationConfigApplicationContext context = context(Ledger.class, TransactionsFirst.class);

        assertThat(context.getBean(Ledger.class).book()).isEqualTo("booked");

        assertThat(context.getBean(PlatformTransactionManager.class))
                .isInstanceOfSatisfying(Transactions.class, transactions -> assertThat(transactions.events)
                        .filteredOn("begin"::equals)
                        .hasSize(3));
    }

    // ---- cache

    static class Catalogue {
        int calls;

        @Cacheable("items")
        @ForbearRetry("orders")
        public String item(int id) throws IOException {
            if (++calls < 3) {
                throw new IOException("call " + calls);
            }
            return "item " + id;
        }
    }

    @Configuration
    @EnableCaching
    static class Caching {
        @Bean
        CacheManager caches() {
            return new ConcurrentMapCacheManager("items");
        }
    }

    @Test
    void aFailureIsNotCachedAndWhatTheCacheAnswersIsOneAttempt() throws IOException {
        Catalogue catalogue = context(Catalogue.class, Caching.class).getBean(Catalogue.class);

        assertThat(catalogue.item(1)).isEqualTo("item 1");
        assertThat(catalogue.item(1)).isEqualTo("item 1");

        assertThat(behind(catalogue).calls).isEqualTo(3);
        assertThat(orders.snapshot().attempts()).isEqualTo(4);
    }

    // ---- other threads

    static class Mailer {
        final Set<String> threads = ConcurrentHashMap.newKeySet();
        final List<Integer> calls = new CopyOnWriteArrayList<>();

        @Async
        @ForbearRetry("orders")
        public CompletableFuture<String> send(int id) {
            threads.add(Thread.currentThread().getName().replaceAll("\\d+$", ""));
            calls.add(id);
            return calls.size() < 3
                    ? CompletableFuture.failedFuture(new IOException("attempt " + calls.size()))
                    : CompletableFuture.completedFuture("sent " + id);
        }
    }

    @Configuration
    @EnableAsync
    static class Threads {
        @Bean
        SimpleAsyncTaskExecutor taskExecutor() {
            return new SimpleAsyncTaskExecutor("mail-");
        }
    }

    @Configuration
    @EnableAsync(order = 0)
    static class ThreadsInside {
        @Bean
        SimpleAsyncTaskExecutor taskExecutor() {
            return new SimpleAsyncTaskExecutor("mail-");
        }
    }

    @Test
    void anAsynchronousMethodIsRetriedWhicheverProxyIsTheOuterOne() throws Exception {
        for (Class<?> threads : List.of(Threads.class, ThreadsInside.class)) {
            Mailer mailer = context(Mailer.class, threads).getBean(Mailer.class);

            CompletableFuture<String> future = mailer.send(7);
            for (int i = 0; !future.isDone() && i < 60_000; i++) {
                time.scheduler().runAll();
                Thread.sleep(1);
            }

            assertThat(future.get(1, TimeUnit.MINUTES)).isEqualTo("sent 7");
            assertThat(behind(mailer).calls).containsExactly(7, 7, 7);
        }
    }

    static class Sweeper {
        final CountDownLatch swept = new CountDownLatch(2);

        @Scheduled(initialDelay = 0, fixedDelay = 3_600_000)
        @ForbearRetry("orders")
        public void sweep() throws IOException {
            swept.countDown();
            if (swept.getCount() > 0) {
                throw new IOException("first");
            }
        }
    }

    @Configuration
    @EnableScheduling
    static class Schedules {}

    @Test
    void aScheduledMethodIsRetriedByItsSchedule() throws InterruptedException {
        Sweeper sweeper = context(Sweeper.class, Schedules.class).getBean(Sweeper.class);

        assertThat(behind(sweeper).swept.await(1, TimeUnit.MINUTES)).isTrue();
    }

    // ---- self-made proxies

    @Test
    void anAnnotatedMethodIsRetriedOnceWhereTheBeanHasTwoProxies() {
        AnnotationConfigApplicationContext context = context(Catalogue.class, Caching.class, Bookings.class);
        Catalogue catalogue = context.getBean(Catalogue.class);
        behind(catalogue).calls = -9;

        assertThatThrownBy(() -> catalogue.item(2)).hasMessage("call -6");

        assertThat(orders.snapshot().attempts()).isEqualTo(3);
    }
}
