package io.forbear.retry.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.spring.ForbearRetry;
import io.forbear.retry.spring.RetryLookup;
import io.forbear.retry.spring.SpringFixture;
import io.forbear.retry.testsupport.PostgresProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions of a real PostgreSQL whose method is retried: each attempt is one, and what is done is done once. */
class PostgresTransactionsTest extends SpringFixture {

    private static PostgresProcess server;

    private AnnotationConfigApplicationContext context;
    private JdbcTemplate outside;
    private Ledger ledger;

    @BeforeAll
    static void startsTheServer() throws IOException, InterruptedException {
        server = PostgresProcess.start();
    }

    @AfterAll
    static void stopsTheServer() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void starts() {
        outside = new JdbcTemplate(new DriverManagerDataSource(server.url()));
        outside.execute("drop table if exists account; drop table if exists booking");
        outside.execute("create table account (id int primary key, balance int not null)");
        outside.execute("create table booking (id serial primary key, account int, amount int)");
        outside.execute("insert into account values (1, 100), (2, 100)");
        context = open(new AnnotationConfigApplicationContext());
        context.registerBean(DataSource.class, () -> new DriverManagerDataSource(server.url()));
        context.registerBean(RetryLookup.class, () -> name -> orders);
        context.register(Enabled.class, Transactions.class, Ledger.class);
        context.refresh();
        ledger = context.getBean(Ledger.class);
    }

    /** Transactions by annotation, and JDBC. */
    @Configuration
    @EnableTransactionManagement
    static class Transactions {
        @Bean
        PlatformTransactionManager manager(DataSource source) {
            return new JdbcTransactionManager(source);
        }

        @Bean
        JdbcTemplate jdbc(DataSource source) {
            return new JdbcTemplate(source);
        }
    }

    /** Books on accounts. What happens beside each attempt is given, and told how many attempts there were. */
    static class Ledger {
        final List<Long> transactions = new ArrayList<>();
        private final JdbcTemplate jdbc;

        Ledger(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        private int begin(int account, int amount) {
            transactions.add(jdbc.queryForObject("select txid_current()", Long.class));
            jdbc.update("insert into booking (account, amount) values (?, ?)", account, amount);
            return jdbc.queryForObject("select sum(balance) from account", Integer.class);
        }

        @Transactional(isolation = Isolation.REPEATABLE_READ)
        @ForbearRetry(value = "orders", idempotent = ForbearRetry.Idempotent.NO)
        public int book(int account, int amount, Runnable beside) {
            int sum = begin(account, amount);
            beside.run();
            jdbc.update("update account set balance = balance + ? where id = ?", amount, account);
            return sum;
        }

        @Transactional(isolation = Isolation.SERIALIZABLE)
        @ForbearRetry(value = "orders", idempotent = ForbearRetry.Idempotent.NO)
        public int bookBySum(int account, Runnable beside) {
            int sum = begin(account, 0);
            jdbc.update("update account set balance = ? where id = ?", sum, account);
            beside.run();
            return sum;
        }

        @Transactional
        @ForbearRetry("orders")
        public void duplicate() {
            begin(1, 0);
            jdbc.update("insert into account values (1, 0)");
        }
    }

    private int balance(int account) {
        return outside.queryForObject("select balance from account where id = ?", Integer.class, account);
    }

    private int bookings() {
        return outside.queryForObject("select count(*) from booking", Integer.class);
    }

    /** Does something beside the first attempt only. */
    private Runnable once(Runnable beside) {
        return () -> {
            if (behind(ledger).transactions.size() == 1) {
                beside.run();
            }
        };
    }

    @Test
    void aSerializationFailureIsRetriedInATransactionOfItsOwnAndCommittedOnce() {
        int sum = ledger.book(1, 10, once(() -> outside.update("update account set balance = 500 where id = 1")));

        assertThat(sum).as("what the second attempt saw").isEqualTo(600);
        assertThat(balance(1)).isEqualTo(510);
        assertThat(bookings()).as("that of the first attempt was rolled back").isEqualTo(1);
        assertThat(behind(ledger).transactions).hasSize(2).doesNotHaveDuplicates();
        assertThat(orders.snapshot().recovered()).isEqualTo(1);
    }

    @Test
    void aConflictThatIsFoundAtTheCommitIsRetriedToo() {
        TransactionTemplate other = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        other.setIsolationLevel(Isolation.SERIALIZABLE.value());
        other.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
        JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);

        ledger.bookBySum(
                1,
                once(() -> other.executeWithoutResult(status -> {
                    int sum = jdbc.queryForObject("select sum(balance) from account", Integer.class);
                    jdbc.update("update account set balance = ? where id = 2", sum);
                })));

        assertThat(behind(ledger).transactions).hasSize(2).doesNotHaveDuplicates();
        assertThat(balance(2)).isEqualTo(200);
        assertThat(balance(1))
                .as("the sum with what the other transaction wrote")
                .isEqualTo(300);
        assertThat(bookings()).isEqualTo(1);
    }

    @Test
    void aDuplicateKeyIsNotRetried() {
        assertThatThrownBy(ledger::duplicate).isInstanceOf(DuplicateKeyException.class);

        assertThat(behind(ledger).transactions).hasSize(1);
        assertThat(orders.snapshot().stopped(StopReason.NOT_RETRYABLE)).isEqualTo(1);
        assertThat(bookings()).isZero();
    }

    @Test
    void inTheTransactionOfItsCallerAMethodIsAttemptedOnce() {
        TransactionTemplate outer = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        outer.setIsolationLevel(Isolation.REPEATABLE_READ.value());

        assertThatThrownBy(() -> outer.executeWithoutResult(status -> ledger.book(
                        1, 10, once(() -> outside.update("update account set balance = 500 where id = 1")))))
                .isInstanceOf(DataAccessException.class);

        assertThat(behind(ledger).transactions).hasSize(1);
        assertThat(orders.snapshot().stopped(StopReason.NOT_REPEATABLE)).isEqualTo(1);
        assertThat(orders.snapshot().failedAttempts(ErrorCategory.TRANSIENT)).isEqualTo(1);
    }

    @Test
    void aServerThatIsNotThereIsRetriedThoughTheMethodIsNotIdempotent() {
        Retry retry = orders;
        AnnotationConfigApplicationContext nowhere = open(new AnnotationConfigApplicationContext());
        nowhere.registerBean(
                DataSource.class, () -> new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none?user=test"));
        nowhere.registerBean(RetryLookup.class, () -> name -> retry);
        nowhere.register(Enabled.class, Transactions.class, Ledger.class);
        nowhere.refresh();

        assertThatThrownBy(() -> nowhere.getBean(Ledger.class).book(1, 1, () -> {}))
                .hasRootCauseInstanceOf(java.net.ConnectException.class);

        assertThat(retry.snapshot().attempts()).isEqualTo(MOST_ATTEMPTS);
    }
}
