package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the state of an {@link SQLException} says: its class, the first two characters, and whole states where they
 * differ from their class. Sources: ISO/IEC 9075-2, clause 24; appendix A of the PostgreSQL manual; the error
 * references of MySQL, SQL Server and Oracle.
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

    /** By state or by class of states. */
    static final Map<String, Classification> TABLE = new LinkedHashMap<>();

    static {
        Classification clientError = Classification.of(CLIENT_ERROR);
        Classification notExecuted = Classification.of(TRANSIENT).notExecuted();
        Classification network = Classification.of(NETWORK_ERROR);
        TABLE.put("08", network);
        TABLE.put("08001", network.notExecuted());
        TABLE.put("08004", network.notExecuted());
        TABLE.put("08P01", clientError);
        TABLE.put("40", notExecuted);
        TABLE.put("40002", clientError);
        TABLE.put("40003", Classification.of(TRANSIENT));
        TABLE.put("53", Classification.of(TRANSIENT));
        TABLE.put("53300", Classification.of(RATE_LIMIT).notExecuted());
        TABLE.put("55", Classification.of(TRANSIENT));
        TABLE.put("55P02", clientError);
        TABLE.put("55000", clientError);
        TABLE.put("57", Classification.of(TRANSIENT));
        TABLE.put("57P01", network);
        TABLE.put("57P02", network);
        TABLE.put("57P03", network.notExecuted());
        TABLE.put("57P04", clientError);
        TABLE.put("57P05", network);
        TABLE.put("57014", clientError);
        TABLE.put("58", Classification.of(TRANSIENT));
        TABLE.put("25P03", network); // PostgreSQL: an idle transaction was ended, its connection with it
        TABLE.put("70100", clientError); // MySQL: the query was killed
        TABLE.put("HYT00", Classification.of(TIMEOUT));
        TABLE.put("HYT01", Classification.of(TIMEOUT).notExecuted());
        for (String atFault : new String[] {
            "02", "07", "09", "0A", "0B", "0D", "0E", "0F", "0K", "0L", "0M", "0N", "0P", "0S", "0T", "0U", "0V", "0W",
            "0X", "0Y", "0Z", "10", "20", "21", "22", "23", "24", "25", "26", "27", "28", "2B", "2C", "2D", "2E", "2F",
            "2H", "33", "34", "35", "36", "38", "39", "3B", "3C", "3D", "3F", "42", "44", "45", "46", "54", "P0", "HV",
            "XX"
        }) {
            TABLE.put(atFault, clientError);
        }
        for (String ofVendor : new String[] {"F0", "51", "56", "65", "90", "X0"}) {
            TABLE.put(ofVendor, clientError); // PostgreSQL; Db2; Oracle's PL/SQL; H2; Derby
        }
    }

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
        Classification found = TABLE.get(state);
        return found == null ? TABLE.get(state.substring(0, 2)) : found;
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
