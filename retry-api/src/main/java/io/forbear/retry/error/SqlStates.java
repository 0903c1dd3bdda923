package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import java.sql.SQLException;
import java.util.LinkedHashMap;
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

    /** MySQL, under the state of a syntax error. */
    private static final int TOO_MANY_USER_CONNECTIONS = 1203;

    /** By state or by class of states. */
    static final Map<String, Classification> TABLE = new LinkedHashMap<>();

    /** By the number of a vendor, asked where the state says nothing. */
    static final Map<Integer, Classification> VENDOR_CODES = new LinkedHashMap<>();

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
        TABLE.put("57014", clientError);
        TABLE.put("58", Classification.of(TRANSIENT));
        TABLE.put("25P03", network); // PostgreSQL: an idle transaction was ended, its connection with it
        TABLE.put("70100", clientError); // MySQL: the query was killed
        TABLE.put("HYT00", Classification.of(TIMEOUT));
        TABLE.put("HYT01", Classification.of(TIMEOUT).notExecuted());
        for (String atFault : new String[] {
            "02", "07", "0A", "21", "22", "23", "24", "25", "26", "28", "2B", "2D", "2F", "34", "38", "39", "3D", "3F",
            "42", "44", "54", "P0", "HV", "XX"
        }) {
            TABLE.put(atFault, clientError);
        }
        VENDOR_CODES.put(1205, notExecuted); // MySQL: lock wait timeout; SQL Server: deadlock victim
        VENDOR_CODES.put(1213, notExecuted); // MySQL: deadlock
        VENDOR_CODES.put(60, notExecuted); // Oracle: deadlock
        VENDOR_CODES.put(8177, notExecuted); // Oracle: cannot serialize access
        VENDOR_CODES.put(3572, Classification.of(TRANSIENT)); // MySQL: NOWAIT found a lock
        VENDOR_CODES.put(1040, Classification.of(RATE_LIMIT).notExecuted()); // MySQL: too many connections
        VENDOR_CODES.put(
                TOO_MANY_USER_CONNECTIONS, Classification.of(RATE_LIMIT).notExecuted());
        VENDOR_CODES.put(3024, Classification.of(TIMEOUT).notRetryable()); // MySQL: longest time of a statement
        VENDOR_CODES.put(208, clientError); // SQL Server: invalid object name
        VENDOR_CODES.put(18456, clientError); // SQL Server: login failed
        VENDOR_CODES.put(1017, clientError); // Oracle: wrong name or password
        VENDOR_CODES.put(12514, network.notExecuted()); // Oracle: the listener does not know the service
        VENDOR_CODES.put(12541, network.notExecuted()); // Oracle: no listener
        VENDOR_CODES.put(40501, Classification.of(RATE_LIMIT)); // Azure SQL: busy
        VENDOR_CODES.put(10928, Classification.of(RATE_LIMIT)); // Azure SQL: limit reached
        VENDOR_CODES.put(40613, network.notExecuted()); // Azure SQL: database not available
        VENDOR_CODES.put(40197, network); // Azure SQL: service failed over
        VENDOR_CODES.put(90067, network.notExecuted()); // H2: connection broken
        VENDOR_CODES.put(90098, network); // H2: database closed
        VENDOR_CODES.put(90121, network); // H2: database closed
        VENDOR_CODES.put(90131, notExecuted); // H2: concurrent update
    }

    private SqlStates() {}

    /** Reads an exception that is an {@link SQLException}; {@code null} where its state says nothing. */
    static @Nullable Classification classify(Throwable failure) {
        Classification weakest = null;
        Throwable link = failure;
        for (int i = 0; i < LONGEST_CHAIN && link instanceof SQLException sql; i++) {
            Classification found = one(sql);
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

    /** Tells whether an exception carries a state. */
    static boolean hasState(Throwable failure) {
        return failure instanceof SQLException sql && state(sql) != null;
    }

    private static boolean retries(Classification found) {
        return found.isRetryable(found.category().isRetryableByDefault());
    }

    private static @Nullable Classification one(SQLException failure) {
        String state = state(failure);
        if (state == null || state.length() < 2) {
            return VENDOR_CODES.get(code(failure));
        }
        if (state.equals("57014")) {
            return cancelled(failure);
        }
        if (state.equals("42000") && code(failure) == TOO_MANY_USER_CONNECTIONS) {
            return VENDOR_CODES.get(TOO_MANY_USER_CONNECTIONS);
        }
        Classification found = TABLE.get(state);
        if (found == null
                && (state.startsWith("HY")
                        || state.equals("S1000")
                        || state.startsWith("S0")
                        || state.startsWith("61")
                        || state.startsWith("66")
                        || state.startsWith("72")
                        || state.startsWith("90")
                        || state.equals("99999"))) {
            found = VENDOR_CODES.get(code(failure));
        }
        return found == null ? TABLE.get(state.substring(0, 2)) : found;
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
