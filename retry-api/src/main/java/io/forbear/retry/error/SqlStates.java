package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link SQLException} says: by its state, the number of its vendor, its text and those that follow it. It
 * alone links {@code java.sql}.
 */
final class SqlStates {

    /** States that a batch, or a chain of exceptions, hides behind the first. */
    private static final int LONGEST_CHAIN = 8;

    /** PgBouncer says by the state of a broken protocol that it has no connection to give. */
    private static final List<String> PG_BOUNCER = List.of(
            "no more connections allowed",
            "query_wait_timeout",
            "client_login_timeout",
            "server_login_retry",
            "pgbouncer cannot connect to server");

    /** Redshift says by the state of an internal error that two transactions cannot both be. */
    private static final List<String> REDSHIFT = List.of("Serializable isolation violation");

    private SqlStates() {}

    /** Reads an exception that is an {@link SQLException}; {@code null} where its state says nothing. */
    static @Nullable Classification classify(Throwable failure) {
        Classification weakest = null;
        Throwable link = failure;
        for (int i = 0; i < LONGEST_CHAIN && link instanceof SQLException sql; i++) {
            Classification found = one(sql);
            if (found != null && found.isNotExecuted() && hasSucceeded(sql)) {
                found = Classification.of(found.category());
            }
            if (found != null && !retries(found)) {
                return found; // one statement of a batch that never succeeds is enough
            }
            weakest = weakest == null || found != null && weakest.isNotExecuted() && !found.isNotExecuted()
                    ? found
                    : weakest;
            link = next(sql);
        }
        return weakest;
    }

    /**
     * Tells whether some statements of a batch were carried out. A driver that knows them to be rolled back says that
     * they failed too.
     */
    private static boolean hasSucceeded(SQLException failure) {
        if (!(failure instanceof BatchUpdateException batch)) {
            return false;
        }
        try {
            long[] counts = batch.getLargeUpdateCounts();
            return counts != null && Arrays.stream(counts).anyMatch(count -> count != Statement.EXECUTE_FAILED);
        } catch (Throwable unreadable) {
            return true;
        }
    }

    /** Tells whether an exception carries a state. */
    static boolean hasState(Throwable failure) {
        if (!(failure instanceof SQLException sql)) {
            return false;
        }
        String state = state(sql);
        return state != null && state.length() >= 2;
    }

    private static boolean retries(Classification found) {
        return found.isRetryable(found.category().isRetryableByDefault());
    }

    private static @Nullable Classification one(SQLException failure) {
        String state = state(failure);
        if (state == null || state.length() < 2) {
            Classification sqlite = VendorCodes.ofSqlite(CauseChain.message(failure));
            return sqlite == null ? VendorCodes.withoutState(code(failure)) : sqlite;
        }
        if (state.equals("57014")) {
            return cancelled(failure);
        }
        if (state.equals("08P01") && says(failure, PG_BOUNCER)) {
            return Classification.of(NETWORK_ERROR).notExecuted();
        }
        if (state.equals("XX000") && says(failure, REDSHIFT)) {
            return Classification.of(TRANSIENT).notExecuted();
        }
        Classification byNumber = VendorCodes.of(state, code(failure));
        if (byNumber != null) {
            return byNumber;
        }
        return SqlStateTable.of(state);
    }

    private static boolean says(SQLException failure, List<String> phrases) {
        String message = CauseChain.message(failure);
        return message != null && phrases.stream().anyMatch(message::contains);
    }

    /**
     * The statement was cancelled: by the time that it was given, or by the user. It is not to be repeated as it is.
     */
    private static Classification cancelled(SQLException failure) {
        return MessageRule.isTimeout(CauseChain.message(failure))
                ? Classification.of(TIMEOUT).notRetryable()
                : Classification.of(CLIENT_ERROR);
    }

    private static @Nullable String state(SQLException failure) {
        try {
            return failure.getSQLState();
        } catch (Throwable unreadable) {
            return null;
        }
    }

    private static int code(SQLException failure) {
        try {
            return failure.getErrorCode();
        } catch (Throwable unreadable) {
            return 0;
        }
    }

    private static @Nullable Throwable next(SQLException failure) {
        try {
            return failure.getNextException();
        } catch (Throwable unreadable) {
            return null;
        }
    }
}
