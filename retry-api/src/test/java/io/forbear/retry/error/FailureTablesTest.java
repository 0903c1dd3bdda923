package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ProtocolException;
import java.net.SocketException;
import java.rmi.NoSuchObjectException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.naming.AuthenticationException;
import javax.naming.CommunicationException;
import javax.naming.NameNotFoundException;
import javax.naming.TimeLimitExceededException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLProtocolException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Failures of databases and of the JDK, each with its state and number, or its words, as it is met. */
class FailureTablesTest {

    /** Category, then R (retried) or -, then N (not executed). */
    private static String found(Throwable failure) {
        Classification found = ErrorClassifier.defaults().classify(failure);
        assertThat(found).isNotNull();
        return found.category()
                + (found.isRetryable(found.category().isRetryableByDefault()) ? " R" : " -")
                + (found.isNotExecuted() ? "N" : "");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
            27000, 20000, 0L000, 0P000, 0B000, 09000, 0Z002, 10000, 35000, 36001, 3B001 | CLIENT_ERROR -
            45000, 46000, F0000, 51002, 56098, X0Y32, 65000, 90012, 90079, 2200G, 23P01 | CLIENT_ERROR -
            57P05, 25P03, 08506, 08S01, 08007                                           | NETWORK_ERROR R
            57033, 57011, 55P03, 53100, 72000, 61000, 66000, 99999, S0051, HY000, S0001 | TRANSIENT R
            40001, 40P01, 40XL1                                                         | TRANSIENT RN
            """)
    void aStateThatAlwaysFailsIsNotRetried(String states, String expected) {
        assertThat(states.split(", ")).allSatisfy(state -> assertThat(found(new SQLException("x", state)))
                .as(state)
                .isEqualTo(expected));
    }

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            HY000 | 1364, 1366, 3819, 1215, 1130, 1820               | CLIENT_ERROR -
            HY000 | 1205, 3101                                       | TRANSIENT RN
            HY000 | 2006, 2013                                       | NETWORK_ERROR R
            HY000 | 1033, 1034, 1290, 1836                           | TRANSIENT R
            08S01 | 1153                                             | CLIENT_ERROR -
            08S01 | 0, 1158, 102                                     | NETWORK_ERROR R
            08004 | 1040                                             | RATE_LIMIT RN
            42000 | 1203, 1226                                       | RATE_LIMIT RN
            42000 | 1064, 942, 1205                                  | CLIENT_ERROR -
            S0001 | 102, 207, 245, 2628, 8114, 8134, 515, 2627, 2714 | CLIENT_ERROR -
            S0005 | 229, 18456, 40615, 50000, 51000                  | CLIENT_ERROR -
            S0001 | 1205, 3960                                       | TRANSIENT RN
            S0001 | 40501, 10929, 49918                              | RATE_LIMIT R
            S0001 | 40613                                            | NETWORK_ERROR RN
            S0001 | 40143, 10054                                     | NETWORK_ERROR R
            72000 | 12899, 4063, 20000, 20999, 28001                 | CLIENT_ERROR -
            72000 | 1555, 4068, 19999, 21000                         | TRANSIENT R
            72000 | 8177                                             | TRANSIENT RN
            61000 | 18, 20                                           | RATE_LIMIT RN
            65000 | 6502, 6550                                       | CLIENT_ERROR -
            65000 | 6508                                             | TRANSIENT R
            72000 | 1033, 1034, 1089                                 | NETWORK_ERROR RN
            90020 | 90020                                            | TRANSIENT R
            90131 | 90131                                            | TRANSIENT RN
            ''    | 1205, 60                                         | TRANSIENT RN
            ''    | 2627, 12899                                      | CLIENT_ERROR -
            """)
    void theNumberSaysMoreWhereTheStateSaysLess(String state, String codes, String expected) {
        for (String code : codes.split(", ")) {
            SQLException failure = new SQLException("x", state.isEmpty() ? null : state, Integer.parseInt(code));
            assertThat(found(failure)).as(code).isEqualTo(expected);
        }
    }

    @Test
    void aNumberWithoutAStateIsWhatEveryDatabaseMeansByIt() {
        assertThat(Stream.of(VendorCodes.MYSQL, VendorCodes.SQL_SERVER, VendorCodes.ORACLE, VendorCodes.H2)
                        .flatMap(table -> table.entrySet().stream()))
                .allSatisfy(entry ->
                        assertThat(VendorCodes.withoutState(entry.getKey())).isIn(entry.getValue(), null));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
            [SQLITE_CONSTRAINT_UNIQUE] A UNIQUE constraint failed (t.id) | 19 | CLIENT_ERROR -
            [SQLITE_ERROR] SQL error (no such table: timeout)            | 1  | CLIENT_ERROR -
            [SQLITE_BUSY_SNAPSHOT] Another connection has written        | 5  | TRANSIENT RN
            [SQLITE_LOCKED] A table in the database is locked            | 6  | TRANSIENT RN
            [SQLITE_IOERR_READ] I/O error                                | 10 | TRANSIENT R
            constraint failed                                            | 19 | TRANSIENT R
            """)
    void sqliteSaysItInItsText(String message, int code, String expected) {
        assertThat(found(new SQLException(message, null, code))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            ERROR: duplicate key value (timeout) (SQLSTATE 23505)               | CLIENT_ERROR -
            DB2 SQL Error: SQLCODE=-803, SQLSTATE=23505, SQLERRMC=2             | CLIENT_ERROR -
            PreparedStatementCallback; SQL state [40001]; error code [0]        | TRANSIENT RN
            {errorMessage='Deadlock', errorCode=1213, sqlState='40001'}         | TRANSIENT RN
            SQLSTATE[08006] [7] timeout expired                                 | NETWORK_ERROR R
            HTTP 503: {"error":"SQLSTATE 23505"}                                | SERVER_ERROR R
            SQLSTATE unknown, connection lost                                   | NETWORK_ERROR R
            SQLSTATE 4711 of network                                            | NETWORK_ERROR R
            SQLSTATE23505                                                       | TRANSIENT R
            SQLSTATE:                                                           | TRANSIENT R
            the state 23505 is no SQLSTATE                                      | TRANSIENT R
            """)
    void aTextMayNameTheState(String message, String expected) {
        assertThat(found(new RuntimeException(message))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "counts {0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            -3,-3  | TRANSIENT RN
            ''     | TRANSIENT RN
            1,-3   | TRANSIENT R
            -2,-3  | TRANSIENT R
            """)
    void aBatchOfWhichAPartWasCarriedOutWasExecuted(String counts, String expected) {
        int[] all = Stream.of(counts.split(","))
                .filter(count -> !count.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();

        assertThat(found(new BatchUpdateException("deadlock", "40001", 1213, all)))
                .isEqualTo(expected);
        assertThat(found(new RuntimeException(new BatchUpdateException("deadlock", "40001", 1213, all))))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
            HTTP 500: {"error":"pool exhausted"}                              | SERVER_ERROR R S
            503 Service Unavailable: client has been closed                   | SERVER_ERROR R S
            status code: 400, Could not get a resource from the pool          | CLIENT_ERROR - S
            INTERNAL: connection pool is full                                 | NETWORK_ERROR R S
            Could not get a resource from the pool                            | TRANSIENT RN L
            UNAVAILABLE: Channel shutdownNow invoked                          | CLIENT_ERROR - L
            Connection pool shut down                                         | CLIENT_ERROR - L
            Too many open files                                               | TRANSIENT RN L
            """)
    void aPoolOfTheServerIsNotOfThisProcess(String message, String expected) {
        Classification found = ErrorClassifier.defaults().classify(new RuntimeException(message));

        assertThat(found(new RuntimeException(message))).isEqualTo(expected.substring(0, expected.length() - 2));
        assertThat(found.isLocal()).isEqualTo(expected.endsWith(" L"));
    }

    private static <T extends Throwable> T caused(T failure, @Nullable Throwable cause) {
        failure.initCause(cause);
        return failure;
    }

    static Stream<Arguments> ofTheJdk() {
        return Stream.of(
                Arguments.of(new ProtocolException("unexpected end of stream"), "NETWORK_ERROR R"),
                Arguments.of(new ProtocolException("Too many follow-up requests: 21"), "CLIENT_ERROR -"),
                Arguments.of(new SSLException("Tag mismatch!", new AEADBadTagException("Tag")), "NETWORK_ERROR R"),
                Arguments.of(new AEADBadTagException("Tag mismatch!"), "CLIENT_ERROR -"),
                Arguments.of(new SSLException("Received fatal alert: bad_record_mac"), "NETWORK_ERROR R"),
                Arguments.of(new SSLException("Received fatal alert: protocol_version"), "CLIENT_ERROR -"),
                Arguments.of(new SSLProtocolException("Connection reset"), "NETWORK_ERROR R"),
                Arguments.of(new SSLProtocolException("Received fatal alert: connection closed"), "CLIENT_ERROR -"),
                Arguments.of(new SSLProtocolException("Illegal server handshake msg"), "CLIENT_ERROR -"),
                Arguments.of(new AuthenticationException("[LDAP: error code 49]"), "CLIENT_ERROR -"),
                Arguments.of(new NameNotFoundException("x"), "CLIENT_ERROR -"),
                Arguments.of(new CommunicationException("h:389"), "NETWORK_ERROR R"),
                Arguments.of(
                        caused(new CommunicationException("h:389"), new java.net.ConnectException("refused")),
                        "NETWORK_ERROR RN"),
                Arguments.of(new TimeLimitExceededException("x"), "TIMEOUT R"),
                Arguments.of(new java.rmi.ConnectException("Connection refused to host: h"), "NETWORK_ERROR RN"),
                Arguments.of(
                        new java.rmi.ConnectIOException("x", new SocketException("Connection reset")),
                        "NETWORK_ERROR R"),
                Arguments.of(new SSLHandshakeException("handshake timed out after 10000ms"), "TIMEOUT RN"),
                Arguments.of(
                        new SQLException("FATAL: no more connections allowed (max_client_conn)", "08P01"),
                        "NETWORK_ERROR RN"),
                Arguments.of(
                        new SQLException("ERROR: 1023 Detail: Serializable isolation violation on table", "XX000"),
                        "TRANSIENT RN"),
                Arguments.of(new SQLException("bind message supplies 1 parameters", "08P01"), "CLIENT_ERROR -"),
                Arguments.of(new SQLException("Sorry, acquisition timeout!"), "TRANSIENT RN"),
                Arguments.of(new IllegalStateException("Too many outstanding acquire operations"), "TRANSIENT RN"),
                Arguments.of(
                        new RejectedExecutionException("Task x rejected from e@2[Running, pool size = 10]"),
                        "TRANSIENT RN"),
                Arguments.of(
                        new RejectedExecutionException("Task x rejected from e@2[Terminated, pool size = 0]"),
                        "CLIENT_ERROR -"),
                Arguments.of(
                        new java.io.IOException("fixed content-length: 9, bytes received: 404"), "NETWORK_ERROR R"),
                Arguments.of(new NoSuchObjectException("no such object in table"), "CLIENT_ERROR -"));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource("ofTheJdk")
    void namesRemoteObjectsAndBrokenLines(Throwable failure, String expected) {
        assertThat(found(failure)).isEqualTo(expected);
    }
}
