package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The numbers by which databases name their errors, asked where the SQLSTATE says less: MySQL, SQL Server, Oracle and
 * H2 have states under which they report anything. The state also tells whose number it is, for the same number means
 * one thing here and another there. Sources: the error references of MySQL, SQL Server, Azure SQL, Oracle and H2.
 */
final class VendorCodes {

    static final Map<Integer, Classification> MYSQL = new LinkedHashMap<>();
    static final Map<Integer, Classification> SQL_SERVER = new LinkedHashMap<>();
    static final Map<Integer, Classification> ORACLE = new LinkedHashMap<>();
    static final Map<Integer, Classification> H2 = new LinkedHashMap<>();

    /** The first number that a program of SQL Server may raise itself. */
    private static final int FIRST_OF_PROGRAM = 50_000;

    private static final int FIRST_OF_ORACLE_PROGRAM = 20_000;
    private static final int LAST_OF_ORACLE_PROGRAM = 20_999;

    /** MySQL reports these under states that mean something else: a refused login, a broken line, a syntax error. */
    private static final Set<Integer> STRONGER_THAN_STATE = Set.of(1040, 1153, 1203, 1226);

    /** What SQLite says when another one holds the lock. */
    private static final Set<String> LOCKED = Set.of("BUSY", "LOCKED");

    /** What SQLite says of its disk and memory, and of a schema that has changed. */
    private static final Set<String> PASSING = Set.of("IOERR", "NOMEM", "FULL", "PROTOCOL", "CANTOPEN", "SCHEMA");

    /** Classes of states that Oracle made for itself. */
    private static final Set<String> CLASSES_OF_ORACLE =
            Set.of("60", "61", "62", "63", "64", "65", "66", "67", "69", "72", "82", "99");

    static {
        Classification clientError = Classification.of(CLIENT_ERROR);
        Classification notExecuted = Classification.of(TRANSIENT).notExecuted();
        Classification network = Classification.of(NETWORK_ERROR);
        Classification tooMany = Classification.of(RATE_LIMIT).notExecuted();

        put(MYSQL, notExecuted, 1205, 1213, 3101); // lock wait, deadlock, conflict found at the commit of a group
        put(MYSQL, Classification.of(TRANSIENT), 3572); // NOWAIT found a lock
        put(MYSQL, tooMany, 1040, 1203, 1226); // connections in all, of a user, what a user may use in an hour
        put(MYSQL, Classification.of(TIMEOUT).notRetryable(), 3024); // longest time of a statement
        put(MYSQL, network, 2006, 2013); // connection lost
        put(MYSQL, clientError, 1153); // packet too large
        put(MYSQL, clientError, 1364, 1366, 1265, 1411, 3819); // no default, wrong value, cut off, check constraint
        put(MYSQL, clientError, 1005, 1007, 1008, 1215, 1356, 1396, 1442, 1449); // definitions
        put(MYSQL, clientError, 1129, 1130, 1524, 1820, 1862, 3118); // may not log in

        put(SQL_SERVER, notExecuted, 1205, 3960, 41301, 41302, 41305, 41325, 41839); // deadlock, conflicts of snapshots
        put(SQL_SERVER, Classification.of(RATE_LIMIT), 40501, 10928, 10929, 49918, 49919, 49920); // Azure SQL: busy
        put(SQL_SERVER, network.notExecuted(), 40613); // Azure SQL: database not available
        put(SQL_SERVER, network, 40197, 40143, 40166, 40540); // Azure SQL: service failed over
        put(SQL_SERVER, network, 233, 10053, 10054, 10060); // connection lost
        put(SQL_SERVER, clientError, 515, 544, 547, 2601, 2627); // constraints
        put(SQL_SERVER, clientError, 220, 232, 241, 242, 245, 248, 257, 2628, 8114, 8115, 8134, 8152); // values
        put(SQL_SERVER, clientError, 102, 105, 137, 156, 170, 201, 206, 207, 208, 209, 213, 512); // statements
        put(SQL_SERVER, clientError, 911, 1088, 2706, 2714, 2812, 3701, 4104, 4121, 8144, 8145, 8178); // names
        put(SQL_SERVER, clientError, 229, 230, 262, 297, 300, 916, 4064, 15151); // permissions
        put(SQL_SERVER, clientError, 18452, 18456, 18470, 18486, 18487, 18488, 40532, 40615); // login
        put(SQL_SERVER, clientError, 3609, 3930); // ended by a trigger; can only be rolled back

        put(ORACLE, notExecuted, 60, 8177); // deadlock, cannot serialize
        put(ORACLE, tooMany, 18, 20, 12516, 12518, 12519, 12520); // sessions, processes, handlers of the listener
        put(ORACLE, network.notExecuted(), 12505, 12514, 12526, 12527, 12528, 12541, 12543, 12545); // listener
        put(ORACLE, network.notExecuted(), 1033, 1034, 1089, 1090); // starting or shutting down
        put(ORACLE, network, 3113, 3114, 3135, 12537, 17002, 17008, 17410); // connection lost
        put(ORACLE, Classification.of(TIMEOUT).notExecuted(), 12170); // connecting took too long
        put(ORACLE, clientError, 1005, 1017, 1045, 28000, 28001); // login
        put(ORACLE, clientError, 1401, 1461, 1489, 12899, 14400); // values
        put(ORACLE, clientError, 4063, 4088, 4091, 4098, 6502, 6503, 6504, 6511, 6512, 6530, 6531, 6532, 6533, 6550);

        put(ORACLE, Classification.of(TRANSIENT), 6508); // a program unit was not found, such as while it is replaced

        put(H2, network.notExecuted(), 90067); // connection broken
        put(H2, network, 90098, 90121); // database closed
        put(H2, notExecuted, 90131); // concurrent update
        put(H2, Classification.of(TRANSIENT), 90020, 90028, 90031, 90108, 90112); // locked, input and output, memory
    }

    private VendorCodes() {}

    private static void put(Map<Integer, Classification> table, Classification answer, int... codes) {
        for (int code : codes) {
            table.put(code, answer);
        }
    }

    /** Returns what a number says under a state; {@code null} where the state is to decide. */
    static @Nullable Classification of(String state, int code) {
        boolean weak = state.equals("08004") || state.equals("08S01") || state.equals("42000");
        if (weak && STRONGER_THAN_STATE.contains(code)) {
            return MYSQL.get(code);
        }
        if (state.startsWith("HY") || state.equals("S1000") || state.equals("01000")) {
            return MYSQL.get(code);
        }
        if (state.startsWith("S0")) {
            return code >= FIRST_OF_PROGRAM ? Classification.of(CLIENT_ERROR) : SQL_SERVER.get(code);
        }
        if (CLASSES_OF_ORACLE.contains(state.substring(0, 2))) {
            boolean ofProgram = code >= FIRST_OF_ORACLE_PROGRAM && code <= LAST_OF_ORACLE_PROGRAM;
            return ofProgram ? Classification.of(CLIENT_ERROR) : ORACLE.get(code);
        }
        return state.startsWith("90") ? H2.get(code) : null;
    }

    /**
     * Returns what SQLite says, which has no states and begins its text with a code: {@code [SQLITE_BUSY_SNAPSHOT] ..};
     * {@code null} for any other text.
     */
    static @Nullable Classification ofSqlite(@Nullable String message) {
        if (message == null || !message.startsWith("[SQLITE_")) {
            return null;
        }
        int begin = "[SQLITE_".length();
        int end = begin;
        while (end < message.length() && message.charAt(end) >= 'A' && message.charAt(end) <= 'Z') {
            end++;
        }
        String code = message.substring(begin, end);
        return LOCKED.contains(code)
                ? Classification.of(TRANSIENT).notExecuted()
                : Classification.of(PASSING.contains(code) ? TRANSIENT : CLIENT_ERROR);
    }

    /** Returns what a number says that has no state; {@code null} where two databases do not mean the same by it. */
    static @Nullable Classification withoutState(int code) {
        Classification found = null;
        for (Map<Integer, Classification> table : List.of(MYSQL, SQL_SERVER, ORACLE, H2)) {
            Classification next = table.get(code);
            if (next != null && found != null && !next.equals(found)) {
                return null;
            }
            found = next == null ? found : next;
        }
        return found;
    }
}
