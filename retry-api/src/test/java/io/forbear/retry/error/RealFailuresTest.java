package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.EmptyStackException;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Failures as real drivers and clients throw them. Classes of libraries are compiled here under their own names. */
class RealFailuresTest {

    private static final List<String> RUNTIME = List.of(
            "io.grpc.StatusRuntimeException",
            "io.lettuce.core.RedisCommandExecutionException",
            "redis.clients.jedis.exceptions.JedisException",
            "com.mongodb.MongoWriteException",
            "com.mongodb.MongoCommandException",
            "com.mongodb.MongoSecurityException",
            "com.mongodb.MongoExecutionTimeoutException",
            "dev.failsafe.TimeoutExceededException",
            "io.github.resilience4j.bulkhead.BulkheadFullException",
            "io.r2dbc.spi.R2dbcRollbackException",
            "io.r2dbc.spi.R2dbcNonTransientException",
            "io.r2dbc.spi.R2dbcNonTransientResourceException",
            "jakarta.persistence.NoResultException",
            "javax.persistence.QueryTimeoutException",
            "org.apache.kafka.common.errors.WakeupException",
            "io.github.resilience4j.circuitbreaker.CallNotPermittedException",
            "feign.FeignException",
            "kotlinx.coroutines.TimeoutCancellationException",
            "kotlinx.serialization.SerializationException",
            "org.springframework.dao.DuplicateKeyException",
            "org.springframework.dao.NonTransientDataAccessException",
            "org.springframework.dao.QueryTimeoutException",
            "org.springframework.web.client.ResourceAccessException",
            "com.acme.ValidationException",
            "com.acme.ResourceNotFoundException",
            "com.acme.ThrottlingException",
            "software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException",
            "software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException");
    private static final List<String> INPUT_OUTPUT = List.of(
            "okhttp3.internal.http2.ConnectionShutdownException",
            "okhttp3.internal.http2.StreamResetException",
            "org.apache.hc.core5.http.RequestNotExecutedException",
            "com.google.gson.stream.MalformedJsonException");
    private static final String FAILED = "org.apache.hc.client5.http.impl.classic.RequestFailedException";

    @TempDir
    static Path directory;

    private static URLClassLoader library;

    @BeforeAll
    static void compile() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-d", directory.toString()));
        for (String name : RUNTIME) {
            arguments.add(source(name, "RuntimeException"));
        }
        for (String name : INPUT_OUTPUT) {
            arguments.add(source(name, "java.io.IOException"));
        }
        arguments.add(source(FAILED, "java.io.InterruptedIOException"));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        library = new URLClassLoader(new URL[] {directory.toUri().toURL()});
    }

    private static String source(String name, String parent) throws IOException {
        int dot = name.lastIndexOf('.');
        String simple = name.substring(dot + 1);
        Path file =
                Files.createDirectories(directory.resolve("src").resolve(name)).resolve(simple + ".java");
        Files.writeString(
                file,
                "package " + name.substring(0, dot) + "; public class " + simple + " extends " + parent + " { public "
                        + simple + "(String m, Throwable c) { super(m); if (c != null) initCause(c); } }");
        return file.toString();
    }

    private static Throwable of(String type, String message, @Nullable Throwable cause) {
        try {
            return (Throwable) library.loadClass(type)
                    .getConstructor(String.class, Throwable.class)
                    .newInstance(message, cause);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Throwable of(String type, String message) {
        return of(type, message, null);
    }

    private static Throwable sql(@Nullable String state, int code, String message) {
        return new SQLException(message, state, code);
    }

    private static <T extends Throwable> T caused(T failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }

    private final List<DynamicTest> tests = new ArrayList<>();

    /** Category, then R (retried), N (not executed), L (local), or a dash. */
    private void is(String expected, Throwable failure) {
        String name = expected + " <- " + failure + (failure.getCause() == null ? "" : " <- " + failure.getCause());
        tests.add(DynamicTest.dynamicTest(name, () -> {
            Classification found = ErrorClassifier.defaults().classify(failure);
            String flags = (found.isRetryable(found.category().isRetryableByDefault()) ? "R" : "")
                    + (found.isNotExecuted() ? "N" : "")
                    + (found.isLocal() ? "L" : "");
            assertThat(found.category() + " " + (flags.isEmpty() ? "-" : flags)).isEqualTo(expected);
        }));
    }

    @TestFactory
    List<DynamicTest> a_database_says_by_state_and_number() {
        is("TRANSIENT RN", sql("40001", 0, "ERROR: could not serialize access due to concurrent update"));
        is("TRANSIENT RN", sql("40P01", 0, "ERROR: deadlock detected"));
        is("TRANSIENT R", sql("40003", 0, "statement completion unknown"));
        is("CLIENT_ERROR -", sql("23505", 0, "ERROR: duplicate key; Key (id)=(429) already exists."));
        is("CLIENT_ERROR -", sql("22001", 0, "ERROR: value too long for type character varying(500)"));
        is("NETWORK_ERROR R", sql("25P03", 0, "FATAL: terminating connection due to idle-in-transaction timeout"));
        is("NETWORK_ERROR RN", sql("08001", 0, "Connection to db:5432 refused."));
        is("NETWORK_ERROR RN", sql("57P03", 0, "FATAL: the database system is starting up"));
        is("RATE_LIMIT RN", sql("53300", 0, "FATAL: sorry, too many clients already"));
        is("RATE_LIMIT RN", sql("42000", 1203, "User app already has more than 'max_user_connections'"));
        is("CLIENT_ERROR -", sql("42000", 1064, "You have an error in your SQL syntax near 'timeout'"));
        is(
                "TIMEOUT -",
                sql("HY000", 3024, "Query execution was interrupted, maximum statement execution time exceeded"));
        is("CLIENT_ERROR -", sql("70100", 1317, "Query execution was interrupted"));
        is("TRANSIENT RN", sql("S0001", 1205, "Transaction (Process ID 52) was deadlocked"));
        is("CLIENT_ERROR -", sql("S0002", 208, "Invalid object name 'orders'."));
        is("CLIENT_ERROR -", sql("S0001", 18456, "Login failed for user 'app'."));
        is("CLIENT_ERROR -", sql("72000", 1017, "ORA-01017: invalid username/password; logon denied"));
        is("NETWORK_ERROR RN", sql("66000", 12514, "ORA-12514, TNS:listener does not currently know of service"));
        is("NETWORK_ERROR RN", sql("66000", 12541, "ORA-12541, TNS:no listener"));
        is("TRANSIENT RN", sql("61000", 60, "ORA-00060: deadlock detected while waiting for resource"));
        is(
                "NETWORK_ERROR RN",
                new SQLNonTransientConnectionException("Connection is broken: \"localhost:9092\"", "90067", 90067));
        is("NETWORK_ERROR RN", caused(new SQLException("I/O error"), new ConnectException("Connection refused")));
        is("TIMEOUT R", caused(new SQLException("I/O error", "99999"), new SocketTimeoutException("Read timed out")));
        BatchUpdateException batch = new BatchUpdateException("Batch entry 0 was aborted", null, new int[0]);
        batch.setNextException(new SQLException("duplicate key", "23505"));
        is("CLIENT_ERROR -", batch);
        is(
                "CLIENT_ERROR -",
                of("org.springframework.dao.DuplicateKeyException", "x", sql("23505", 0, "duplicate key")));
        return tests;
    }

    @TestFactory
    List<DynamicTest> a_pool_without_room_is_local_unless_its_server_is_down() {
        String hikari = "HikariPool-1 - Connection is not available, request timed out after 30000ms";
        is("TRANSIENT RNL", new SQLTransientConnectionException(hikari));
        is(
                "NETWORK_ERROR RN",
                new SQLTransientConnectionException(hikari, "08001", sql("08001", 0, "Connection refused")));
        String jedis = "redis.clients.jedis.exceptions.JedisException";
        is("TRANSIENT RNL", of(jedis, "Could not get a resource from the pool"));
        is(
                "NETWORK_ERROR RN",
                of(jedis, "Could not get a resource from the pool", new ConnectException("Connection refused")));
        return tests;
    }

    @TestFactory
    List<DynamicTest> clients_of_remote_calls() {
        String grpc = "io.grpc.StatusRuntimeException";
        is("SERVER_ERROR R", of(grpc, "UNAVAILABLE"));
        is("SERVER_ERROR RN", of(grpc, "UNAVAILABLE: io exception", new ConnectException("Connection refused")));
        is("SERVER_ERROR RN", of(grpc, "UNAVAILABLE: Unable to resolve host x", new UnknownHostException("x")));
        is(
                "CLIENT_ERROR -",
                of(grpc, "UNAVAILABLE: io exception", new SSLHandshakeException("PKIX path building failed")));
        is("CLIENT_ERROR L", of(grpc, "UNAVAILABLE: Channel shutdownNow invoked"));
        is("SERVER_ERROR R", of(grpc, "UNAVAILABLE: HikariPool-1 - connection pool is full"));
        is("SERVER_ERROR -", of(grpc, "INTERNAL: client has been closed"));
        is("CLIENT_ERROR -", of(grpc, "INVALID_ARGUMENT: timeout must be positive"));
        is("NETWORK_ERROR RN", of("okhttp3.internal.http2.ConnectionShutdownException", null));
        is("NETWORK_ERROR RN", of("org.apache.hc.core5.http.RequestNotExecutedException", "Connection is closed"));
        is("NETWORK_ERROR RN", new IOException("Received RST_STREAM: Stream not processed"));
        is("NETWORK_ERROR RN", new IOException("Request not processed by peer"));
        is("NETWORK_ERROR RN", of(FAILED, "Request execution failed", new ConnectException("Connection refused")));
        is("CLIENT_ERROR L", new InterruptedIOException("executor rejected"));
        is("CLIENT_ERROR -", new SocketException("Closed by interrupt"));
        is("CLIENT_ERROR -", of("feign.FeignException", "[404] during [GET] to [http://x/timeout] [C#m()]: []"));
        is("SERVER_ERROR R", of("feign.FeignException", "[503 Service Unavailable] during [GET] to [http://x]"));
        is(
                "TRANSIENT RN",
                of("io.lettuce.core.RedisCommandExecutionException", "LOADING Redis is loading the dataset"));
        is("CLIENT_ERROR -", of("io.lettuce.core.RedisCommandExecutionException", "WRONGTYPE Operation against a key"));
        is("CLIENT_ERROR -", of("com.mongodb.MongoWriteException", "E11000 duplicate key error"));
        is("CLIENT_ERROR L", of("org.apache.kafka.common.errors.WakeupException", null));
        is("TRANSIENT NL", of("io.github.resilience4j.circuitbreaker.CallNotPermittedException", "is OPEN"));
        is("TIMEOUT R", of("kotlinx.coroutines.TimeoutCancellationException", "Timed out waiting for 100 ms"));
        is(
                "TIMEOUT R",
                of(
                        "software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException",
                        "HTTP request execution did not complete before the specified timeout",
                        new InterruptedException()));
        return tests;
    }

    @TestFactory
    List<DynamicTest> the_cause_knows_more_than_what_is_around_it() {
        String spring = "org.springframework.web.client.ResourceAccessException";
        SSLHandshakeException alert = new SSLHandshakeException("Received fatal alert: handshake_failure");
        is("CLIENT_ERROR -", of(spring, "I/O error on GET request", alert));
        is("NETWORK_ERROR R", of(spring, "I/O error on GET request"));
        is("NETWORK_ERROR R", new IllegalStateException("wrapped", of(spring, "I/O error on GET request")));
        is("CLIENT_ERROR -", caused(new SSLException("x"), new SSLHandshakeException("no cipher suites in common")));
        is("CLIENT_ERROR -", caused(new SSLHandshakeException("general problem"), new SSLException("odd")));
        is(
                "CLIENT_ERROR -",
                of("org.springframework.dao.NonTransientDataAccessException", "x", new SQLException("odd")));
        is("TIMEOUT R", of("org.springframework.dao.QueryTimeoutException", "x", new SQLException("odd")));
        is("RATE_LIMIT R", of("okhttp3.internal.http2.StreamResetException", "stream was reset: ENHANCE_YOUR_CALM"));
        is("NETWORK_ERROR R", of("okhttp3.internal.http2.StreamResetException", "stream was reset: CANCEL"));
        is("RATE_LIMIT R", new IOException("Received RST_STREAM: Processing capacity exceeded"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> databases_beside_jdbc() {
        String mongo = "com.mongodb.MongoCommandException";
        is("CLIENT_ERROR -", of(mongo, "Command failed with error 13 (Unauthorized): 'not authorized on db'"));
        is("TRANSIENT RN", of(mongo, "Command failed with error 112 (WriteConflict): 'timeout of network'"));
        is("TIMEOUT -", of(mongo, "Command failed with error 50 (MaxTimeMSExpired): 'exceeded'"));
        is("TRANSIENT R", of(mongo, "Command failed with error 11600 (Interrupted"));
        is("CLIENT_ERROR -", of("com.mongodb.MongoSecurityException", "Exception authenticating"));
        is("NETWORK_ERROR R", of("com.mongodb.MongoSecurityException", "x", new SocketException("Connection reset")));
        is("TIMEOUT -", of("com.mongodb.MongoExecutionTimeoutException", "operation exceeded time limit"));
        String redis = "io.lettuce.core.RedisCommandExecutionException";
        for (String reply :
                List.of("CLUSTERDOWN The cluster is down", "READONLY", "ERR max number of clients reached")) {
            is("TRANSIENT RN", of(redis, reply));
        }
        for (String reply : List.of("ERR unknown command", "NOSCRIPT No matching script", "WRONGPASS invalid")) {
            is("CLIENT_ERROR -", of(redis, reply));
        }
        is("NETWORK_ERROR R", of(redis, "Connection closed"));
        is("TRANSIENT RN", of("io.r2dbc.spi.R2dbcRollbackException", "deadlock detected"));
        is("CLIENT_ERROR -", of("io.r2dbc.spi.R2dbcNonTransientException", "duplicate key (timeout)"));
        is("NETWORK_ERROR R", of("io.r2dbc.spi.R2dbcNonTransientResourceException", "connection unexpectedly closed"));
        is("CLIENT_ERROR -", of("jakarta.persistence.NoResultException", "No entity found for query"));
        is("TIMEOUT R", of("javax.persistence.QueryTimeoutException", "x"));
        is("TRANSIENT RNL", of("io.github.resilience4j.bulkhead.BulkheadFullException", "Bulkhead 'x' is full"));
        is("TIMEOUT R", of("dev.failsafe.TimeoutExceededException", null));
        return tests;
    }

    @TestFactory
    List<DynamicTest> a_name_is_a_code_where_a_service_made_it() {
        is("TRANSIENT R", of("com.acme.ValidationException", "x"));
        is("TRANSIENT R", of("com.acme.ResourceNotFoundException", "x"));
        is("RATE_LIMIT R", of("com.acme.ThrottlingException", "x"));
        is(
                "CLIENT_ERROR -",
                of("software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException", "no table"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> mistakes_of_the_program_are_not_retried() {
        is("CLIENT_ERROR -", new EmptyStackException());
        is("CLIENT_ERROR -", new BufferUnderflowException());
        is("CLIENT_ERROR -", of("com.google.gson.stream.MalformedJsonException", "Expected value at line 1"));
        is("CLIENT_ERROR -", of("kotlinx.serialization.SerializationException", "Field 'timeout' is required"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> a_host_in_a_certificate_is_data_and_a_cut_handshake_sent_nothing() {
        is(
                "CLIENT_ERROR -",
                new SSLHandshakeException("No subject alternative DNS name matching broken pipe.example found."));
        is("NETWORK_ERROR RN", new SSLHandshakeException("Remote host terminated the handshake"));
        is(
                "TIMEOUT RN",
                caused(new SSLHandshakeException("Read timed out"), new SocketTimeoutException("Read timed out")));
        return tests;
    }

    @TestFactory
    List<DynamicTest> data_that_looks_like_a_status_or_a_word_is_not_read() {
        for (String message : List.of(
                "Order 404 not found in stock",
                "customer 404 Not Found Street",
                "o.status = 404",
                "429 orders processed",
                "500 rows affected",
                "received 429 orders",
                "code 429 is expired",
                "item 503 not found",
                "got 500 results",
                "got 500 EUR from alice",
                "returned 503 documents",
                "WHERE status = 500",
                "exit status 500",
                "host https:503",
                "https://host:503/x",
                "amount 500.00 EUR",
                "took 504 ms",
                "postal code 500",
                "Key (timeout)=(5) already exists",
                "column \"timeout\" is null",
                "insert into t(quota)",
                "disk quota of user bob is 5 GB",
                "performance slowdown",
                "connection-string missing",
                "file timeout.properties missing",
                "quota_id 5",
                "{\"name\":\"timeout\"}")) {
            is("TRANSIENT R", new RuntimeException(message));
        }
        is("NETWORK_ERROR R", new IOException("Disk quota exceeded"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> throttling_wins_over_the_status_beside_it() {
        for (String message : List.of(
                "Throttled, status code: 404",
                "ThrottlingException: Rate exceeded, status code: 400",
                "HTTP 409 ThrottlingException",
                "Rate of requests exceeds the allowed throughput. (Service: DynamoDb, Status Code: 400, Request ID: x)",
                "Please reduce your request rate. (Service: S3, Status Code: 503, Request ID: x)",
                "You have triggered an abuse detection mechanism. HTTP 403",
                "dailyLimitExceeded HTTP 403",
                "Request rate is large, HTTP 449",
                "{\"error\":{\"type\":\"rate_limit_exceeded\"}} status: 400",
                "concurrentLimitExceeded",
                "{\"error\":\"too_many_requests\"}",
                "SlowDown (Service: S3, Status Code: 503)")) {
            is("RATE_LIMIT R", new RuntimeException(message));
        }
        is("CLIENT_ERROR -", new RuntimeException("HTTP 404: rate limit page not found"));
        is("SERVER_ERROR R", new RuntimeException("got 503 from upstream"));
        is("SERVER_ERROR R", new RuntimeException("returned 503 Service Unavailable"));
        is("CLIENT_ERROR -", new RuntimeException("Request failed with status code 404 after 2 attempts"));
        return tests;
    }
}
