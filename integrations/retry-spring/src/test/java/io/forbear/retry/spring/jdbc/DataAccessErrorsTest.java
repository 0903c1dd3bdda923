package io.forbear.retry.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;

/** What the default classifier knows of the exceptions that Spring makes of those of a database. */
class DataAccessErrorsTest {

    private static Classification of(Throwable failure) {
        Classification found = ErrorClassifier.defaults().classify(failure);
        assertThat(found).isNotNull();
        return found;
    }

    private static boolean isRetried(Throwable failure) {
        Classification found = of(failure);
        return found.isRetryable(found.category().isRetryableByDefault());
    }

    /** As {@code JdbcTemplate} translates it. */
    private static Throwable translated(String state) {
        return new SQLExceptionSubclassTranslator().translate("update", "update account", new SQLException("x", state));
    }

    @Test
    void theStateOfTheDatabaseDecidesBehindATranslatedException() {
        assertThat(of(translated("40001")).isNotExecuted()).isTrue();
        assertThat(isRetried(translated("40001"))).isTrue();
        assertThat(isRetried(translated("40P01"))).isTrue();
        assertThat(of(translated("53300")).category()).isEqualTo(ErrorCategory.RATE_LIMIT);
        assertThat(of(translated("08006")).category()).isEqualTo(ErrorCategory.NETWORK_ERROR);
        assertThat(isRetried(translated("23505"))).isFalse();
        assertThat(isRetried(translated("42601"))).isFalse();
        assertThat(isRetried(new UncategorizedSQLException("query", null, new SQLException("?", "99ABC"))))
                .isTrue();
    }

    @Test
    void withoutAStateTheTypeOfTheExceptionDecides() {
        assertThat(isRetried(new EmptyResultDataAccessException(1))).isFalse();
        assertThat(isRetried(new InvalidDataAccessApiUsageException("misused"))).isFalse();
        assertThat(isRetried(new DataAccessResourceFailureException("lost"))).isTrue();
        assertThat(of(new QueryTimeoutException("slow")).category()).isEqualTo(ErrorCategory.TIMEOUT);
        assertThat(of(new OptimisticLockingFailureException("changed")).isNotExecuted())
                .isTrue();
        assertThat(of(new CannotAcquireLockException("locked")).isNotExecuted()).isTrue();
    }

    @Test
    void aTransactionThatWasNotBegunHasDoneNothing() {
        assertThat(of(new CannotCreateTransactionException("no connection")).isNotExecuted())
                .isTrue();
        assertThat(of(new CannotGetJdbcConnectionException("no connection")).isNotExecuted())
                .isTrue();
        assertThat(isRetried(new CannotCreateTransactionException(
                        "pool", new SQLTransientConnectionException("Connection is not available"))))
                .isTrue();
        assertThat(of(new TransactionTimedOutException("over")).category()).isEqualTo(ErrorCategory.TIMEOUT);
    }

    @Test
    void aMistakeOfTheProgramIsNotRetried() {
        assertThat(isRetried(new IllegalTransactionStateException("none"))).isFalse();
        assertThat(isRetried(new UnexpectedRollbackException("marked"))).isFalse();
    }
}
