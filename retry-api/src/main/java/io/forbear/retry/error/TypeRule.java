package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the default classifier knows of exception types. The nearest superclass that is in the table decides.
 *
 * <p>Types are named, not linked, so that neither {@code java.net.http} nor {@code java.sql} nor any library need be
 * present. The rule of a class is looked up by the names of its superclasses for each failure: two or three look-ups
 * by a hash that the name keeps.
 */
final class TypeRule {

    /** How binding the answer is. */
    enum Kind {
        /** It is the answer. */
        DECIDES,
        /** It is the answer unless a cause has one, as with a TLS failure caused by a broken connection. */
        UNLESS_CAUSE,
        /** There is none. */
        UNKNOWN
    }

    /** Reads an exception of a type: its code, or the few words that its type writes. */
    @FunctionalInterface
    interface Reader {
        @Nullable
        Classification read(Throwable failure);
    }

    private static final TypeRule NONE = new TypeRule(Kind.UNKNOWN, null, null);

    /** By the name of the type, in groups. */
    static final Map<String, TypeRule> TABLE = new LinkedHashMap<>();

    static {
        Classification clientError = Classification.of(CLIENT_ERROR);
        Classification networkError = Classification.of(NETWORK_ERROR);
        Classification timeout = Classification.of(TIMEOUT);
        Classification transientError = Classification.of(TRANSIENT);
        Classification cancelled = LocalPhrases.CLOSED;

        // No answer in time.
        reads(Readers::socketTimeout, timeout, "java.net.SocketTimeoutException");
        decides(timeout, "java.net.http.HttpTimeoutException");
        decides(timeout, "java.util.concurrent.TimeoutException");
        decides(timeout, "java.nio.channels.InterruptedByTimeoutException");
        decides(timeout.notExecuted(), "java.net.http.HttpConnectTimeoutException");
        decides(timeout.notExecuted(), "org.apache.hc.client5.http.ConnectTimeoutException");
        decides(timeout.notExecuted(), "org.apache.http.conn.ConnectTimeoutException");
        decides(timeout.notExecuted(), "io.netty.channel.ConnectTimeoutException");
        decides(timeout, "io.netty.handler.timeout.TimeoutException", "io.lettuce.core.RedisCommandTimeoutException");
        decides(
                timeout,
                "com.mongodb.MongoSocketReadTimeoutException",
                "org.apache.kafka.common.errors.TimeoutException");
        decides(timeout.notExecuted(), "com.mongodb.MongoTimeoutException");

        decides(timeout, "kotlinx.coroutines.TimeoutCancellationException", "dev.failsafe.TimeoutExceededException");
        decides(timeout, "org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException");
        decides(timeout.notExecuted(), "io.netty.handler.ssl.SslHandshakeTimeoutException");
        decides(timeout.notRetryable(), "com.mongodb.MongoExecutionTimeoutException");
        decides(timeout, "software.amazon.awssdk.core.exception.ApiCallTimeoutException");
        decides(timeout, "software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException");

        // Never connected: the server has done nothing.
        decides(networkError.notExecuted(), "java.net.ConnectException", "java.net.BindException");
        decides(networkError.notExecuted(), "java.net.NoRouteToHostException", "java.net.PortUnreachableException");
        decides(networkError.notExecuted(), "java.net.UnknownHostException");
        decides(networkError.notExecuted(), "java.nio.channels.UnresolvedAddressException");
        decides(networkError.notExecuted(), "com.mongodb.MongoSocketOpenException");

        // The connection broke.
        reads(Readers::io, null, "java.io.IOException");
        decides(networkError.notExecuted(), "okhttp3.internal.http2.ConnectionShutdownException");
        decides(networkError.notExecuted(), "org.apache.hc.core5.http.RequestNotExecutedException");
        reads(Readers::socket, networkError, "java.net.SocketException");
        decides(networkError, "java.io.EOFException", "java.nio.channels.ClosedChannelException");
        decides(networkError, "org.apache.hc.core5.http.NoHttpResponseException");
        decides(networkError, "org.apache.http.NoHttpResponseException");
        decides(networkError, "org.apache.hc.core5.http.ConnectionClosedException");
        decides(networkError, "org.apache.http.ConnectionClosedException");
        decides(networkError, "reactor.netty.http.client.PrematureCloseException", "com.mongodb.MongoSocketException");
        unlessCause(networkError, "io.lettuce.core.RedisConnectionException");
        unlessCause(networkError, "redis.clients.jedis.exceptions.JedisConnectionException");
        unlessCause(networkError, "org.springframework.web.client.ResourceAccessException");
        unlessCause(networkError, "org.springframework.web.reactive.function.client.WebClientRequestException");

        // This process has no room, or the request was refused unread.
        decides(LocalPhrases.NO_ROOM, "org.apache.hc.core5.http.ConnectionRequestTimeoutException");
        decides(LocalPhrases.NO_ROOM, "org.apache.http.conn.ConnectionPoolTimeoutException");
        decides(LocalPhrases.NO_ROOM, "reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException");
        decides(LocalPhrases.NO_ROOM, "reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException");
        decides(
                LocalPhrases.NO_ROOM,
                "reactor.pool.PoolAcquireTimeoutException",
                "com.mongodb.MongoWaitQueueFullException");
        decides(LocalPhrases.NO_ROOM, "org.apache.tomcat.jdbc.pool.PoolExhaustedException");
        decides(LocalPhrases.NO_ROOM, "redis.clients.jedis.exceptions.JedisExhaustedPoolException");
        decides(LocalPhrases.NO_ROOM, "com.alibaba.druid.pool.GetConnectionTimeoutException");
        decides(LocalPhrases.NO_ROOM, "com.ibm.websphere.ce.cm.ConnectionWaitTimeoutException");
        decides(LocalPhrases.NO_ROOM, "io.github.resilience4j.bulkhead.BulkheadFullException");
        decides(LocalPhrases.NO_ROOM, "io.github.resilience4j.ratelimiter.RequestNotPermitted");
        decides(LocalPhrases.NO_ROOM, "dev.failsafe.BulkheadFullException", "dev.failsafe.RateLimitExceededException");
        decides(LocalPhrases.NO_ROOM, "org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException");
        reads(Readers::stream, networkError, "okhttp3.internal.http2.StreamResetException");

        // SQL: the state says more than the type.
        sql(timeout, "java.sql.SQLTimeoutException");
        sql(networkError, "java.sql.SQLTransientConnectionException", "java.sql.SQLRecoverableException");
        sql(transientError, "java.sql.SQLTransientException");
        sql(transientError.notExecuted(), "java.sql.SQLTransactionRollbackException");
        sql(clientError, "java.sql.SQLNonTransientException", "java.sql.SQLNonTransientConnectionException");
        put(Kind.UNLESS_CAUSE, transientError, Readers::sql, "java.sql.SQLException");

        unlessCause(transientError, "io.r2dbc.spi.R2dbcException", "io.r2dbc.spi.R2dbcTransientException");
        unlessCause(transientError.notExecuted(), "io.r2dbc.spi.R2dbcRollbackException");
        unlessCause(timeout, "io.r2dbc.spi.R2dbcTimeoutException");
        unlessCause(clientError, "io.r2dbc.spi.R2dbcNonTransientException");
        unlessCause(
                networkError,
                "io.r2dbc.spi.R2dbcTransientResourceException",
                "io.r2dbc.spi.R2dbcNonTransientResourceException");

        // Spring's data access and transactions, and optimistic locks: what the database said is in the cause.
        unlessCause(clientError, "org.springframework.dao.NonTransientDataAccessException");
        unlessCause(transientError, "org.springframework.dao.UncategorizedDataAccessException");
        unlessCause(networkError, "org.springframework.dao.DataAccessResourceFailureException");
        unlessCause(networkError.notExecuted(), "org.springframework.jdbc.CannotGetJdbcConnectionException");
        unlessCause(transientError, "org.springframework.dao.TransientDataAccessException");
        unlessCause(transientError, "org.springframework.dao.RecoverableDataAccessException");
        unlessCause(transientError.notExecuted(), "org.springframework.dao.ConcurrencyFailureException");
        for (String persistence : new String[] {"jakarta.persistence.", "javax.persistence."}) {
            unlessCause(transientError.notExecuted(), persistence + "OptimisticLockException");
            unlessCause(timeout, persistence + "QueryTimeoutException");
            unlessCause(clientError, persistence + "EntityExistsException", persistence + "EntityNotFoundException");
            unlessCause(clientError, persistence + "NoResultException", persistence + "NonUniqueResultException");
            unlessCause(clientError, persistence + "TransactionRequiredException");
        }
        unlessCause(clientError, "jakarta.validation.ValidationException", "javax.validation.ValidationException");
        unlessCause(transientError.notExecuted(), "org.hibernate.StaleStateException");
        unlessCause(timeout, "org.springframework.dao.QueryTimeoutException");
        unlessCause(networkError.notExecuted(), "org.springframework.transaction.CannotCreateTransactionException");
        unlessCause(timeout.notExecuted(), "org.springframework.transaction.TransactionTimedOutException");
        unlessCause(clientError, "org.springframework.transaction.TransactionUsageException");
        unlessCause(clientError, "org.springframework.transaction.UnexpectedRollbackException");
        unlessCause(clientError, "org.springframework.transaction.HeuristicCompletionException");

        // gRPC and Google.
        for (String type : new String[] {"io.grpc.StatusRuntimeException", "io.grpc.StatusException"}) {
            reads(Readers::grpc, null, type);
        }
        String[] codes = {
            "Cancelled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists",
                    "PermissionDenied",
            "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal",
                    "Unavailable",
            "DataLoss", "Unauthenticated"
        };
        for (int code = 1; code <= codes.length; code++) {
            unlessCause(Statuses.grpc(code), "com.google.api.gax.rpc." + codes[code - 1] + "Exception");
        }

        // Services of other kinds.
        decides(
                transientError.notExecuted(),
                "io.lettuce.core.RedisLoadingException",
                "io.lettuce.core.RedisBusyException");
        decides(transientError, "io.lettuce.core.RedisReadOnlyException");
        decides(transientError.notExecuted(), "com.mongodb.MongoNotPrimaryException");
        decides(transientError.notExecuted(), "com.mongodb.MongoNodeIsRecoveringException");
        decides(clientError, "com.mongodb.DuplicateKeyException");
        decides(transientError, "org.apache.kafka.common.errors.RetriableException");
        decides(Classification.of(RATE_LIMIT), "org.apache.kafka.common.errors.ThrottlingQuotaExceededException");
        decides(clientError, "org.apache.kafka.common.errors.ApiException");

        unlessCause(clientError, "com.mongodb.MongoWriteException", "com.mongodb.MongoBulkWriteException");
        unlessCause(clientError, "com.mongodb.MongoSecurityException");
        reads(Readers::mongo, null, "com.mongodb.MongoCommandException");
        decides(clientError, "org.apache.kafka.common.errors.SerializationException");
        decides(clientError, "org.apache.kafka.clients.consumer.CommitFailedException");
        decides(clientError, "org.apache.kafka.common.config.ConfigException");
        decides(clientError, "com.rabbitmq.client.PossibleAuthenticationFailureException");
        unlessCause(clientError, "jakarta.mail.AuthenticationFailedException");
        unlessCause(clientError, "javax.mail.AuthenticationFailedException");
        reads(Readers::redis, null, "io.lettuce.core.RedisCommandExecutionException");
        reads(Readers::redis, null, "redis.clients.jedis.exceptions.JedisDataException");
        reads(Readers::feign, null, "feign.FeignException");

        // Names and remote objects of the JDK.
        unlessCause(networkError, "javax.naming.CommunicationException", "javax.naming.ServiceUnavailableException");
        unlessCause(timeout, "javax.naming.TimeLimitExceededException");
        unlessCause(transientError, "javax.naming.InsufficientResourcesException");
        unlessCause(clientError, "javax.naming.NamingSecurityException", "javax.naming.NameNotFoundException");
        unlessCause(clientError, "javax.naming.NameAlreadyBoundException", "javax.naming.InvalidNameException");
        unlessCause(clientError, "javax.naming.OperationNotSupportedException", "javax.naming.NotContextException");
        unlessCause(clientError, "javax.naming.ContextNotEmptyException", "javax.naming.SizeLimitExceededException");
        unlessCause(clientError, "javax.naming.ConfigurationException", "javax.naming.NoInitialContextException");
        unlessCause(clientError, "javax.naming.directory.InvalidSearchFilterException");
        unlessCause(clientError, "javax.naming.directory.NoSuchAttributeException");
        unlessCause(clientError, "javax.naming.directory.AttributeInUseException");
        unlessCause(clientError, "javax.naming.directory.InvalidAttributesException");
        unlessCause(clientError, "javax.naming.directory.InvalidAttributeValueException");
        unlessCause(clientError, "javax.naming.directory.InvalidAttributeIdentifierException");
        unlessCause(clientError, "javax.naming.directory.SchemaViolationException");
        unlessCause(networkError.notExecuted(), "java.rmi.ConnectException", "java.rmi.ConnectIOException");
        unlessCause(networkError.notExecuted(), "java.rmi.UnknownHostException");
        unlessCause(clientError, "java.rmi.NoSuchObjectException", "java.rmi.AccessException");
        unlessCause(clientError, "java.rmi.NotBoundException", "java.rmi.AlreadyBoundException");

        // TLS: a handshake that both ends finished reading will fail again; one that the line cut may not.
        reads(Readers::handshake, clientError, Kind.UNLESS_CAUSE, "javax.net.ssl.SSLHandshakeException");
        unlessCause(clientError, "javax.net.ssl.SSLPeerUnverifiedException");
        unlessCause(clientError, "javax.net.ssl.SSLKeyException");
        reads(Readers::tlsProtocol, clientError, Kind.UNLESS_CAUSE, "javax.net.ssl.SSLProtocolException");
        unlessCause(clientError, "org.bouncycastle.tls.TlsFatalAlert", "org.bouncycastle.tls.TlsFatalAlertReceived");
        reads(Readers::tls, networkError, Kind.UNLESS_CAUSE, "javax.net.ssl.SSLException");

        // The caller wants no more of it, or the client is closed.
        reads(Readers::interruptedIo, clientError, "java.io.InterruptedIOException");
        unlessCause(clientError, "org.apache.hc.client5.http.impl.classic.RequestFailedException");
        decides(cancelled, "org.apache.http.impl.execchain.RequestAbortedException");
        decides(cancelled, "org.apache.kafka.common.errors.WakeupException");
        decides(clientError, "java.nio.channels.ClosedByInterruptException");
        decides(clientError, "java.nio.channels.FileLockInterruptionException");
        decides(clientError, "java.lang.InterruptedException", "java.lang.Error");
        decides(cancelled, "java.util.concurrent.CancellationException");
        reads(Readers::rejected, cancelled, "java.util.concurrent.RejectedExecutionException");
        Classification refused = transientError.notRetryable().notExecuted().local();
        decides(refused, "io.forbear.retry.CallRefusedException");
        decides(refused, "io.github.resilience4j.circuitbreaker.CallNotPermittedException");
        decides(refused, "dev.failsafe.CircuitBreakerOpenException");
        decides(refused, "org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException");

        // The request, or the program, is at fault.
        decides(clientError, "java.net.MalformedURLException");
        reads(Readers::protocol, clientError, "java.net.ProtocolException");
        decides(clientError, "java.net.UnknownServiceException", "java.net.URISyntaxException");
        decides(clientError, "java.net.HttpRetryException", "java.security.GeneralSecurityException");
        decides(clientError, "java.io.FileNotFoundException", "java.nio.file.FileSystemException");
        decides(clientError, "java.io.ObjectStreamException", "java.io.UnsupportedEncodingException");
        decides(clientError, "java.nio.charset.CharacterCodingException");
        decides(clientError, "java.lang.IllegalArgumentException", "java.lang.NullPointerException");
        unlessCause(clientError, "java.lang.IllegalStateException");
        decides(clientError, "java.lang.ClassCastException", "java.lang.ArithmeticException");
        decides(clientError, "java.lang.IndexOutOfBoundsException", "java.lang.ArrayStoreException");
        decides(clientError, "java.lang.NegativeArraySizeException", "java.lang.SecurityException");
        decides(clientError, "java.lang.UnsupportedOperationException");
        decides(clientError, "java.lang.CloneNotSupportedException");
        decides(clientError, "java.lang.ReflectiveOperationException");
        TABLE.put("java.lang.reflect.InvocationTargetException", NONE);
        decides(clientError, "java.util.NoSuchElementException", "java.util.MissingResourceException");
        decides(clientError, "java.util.ConcurrentModificationException", "java.util.IllegalFormatException");
        decides(clientError, "java.util.EmptyStackException", "java.nio.BufferUnderflowException");
        decides(clientError, "java.nio.BufferOverflowException");
        decides(clientError, "java.time.DateTimeException", "java.text.ParseException");

        // Parsers that do not understand what they read.
        unlessCause(clientError, "com.fasterxml.jackson.core.JsonProcessingException");
        unlessCause(clientError, "com.fasterxml.jackson.core.JacksonException", "tools.jackson.core.JacksonException");
        unlessCause(clientError, "com.google.gson.JsonParseException", "org.json.JSONException");
        unlessCause(clientError, "com.google.gson.stream.MalformedJsonException");
        unlessCause(clientError, "kotlinx.serialization.SerializationException");
        unlessCause(clientError, "jakarta.json.JsonException", "javax.json.JsonException");
        unlessCause(clientError, "org.xml.sax.SAXException", "javax.xml.stream.XMLStreamException");
        unlessCause(clientError, "jakarta.xml.bind.JAXBException", "javax.xml.bind.JAXBException");
        unlessCause(clientError, "com.google.protobuf.InvalidProtocolBufferException");
        unlessCause(clientError, "org.yaml.snakeyaml.error.YAMLException");
        unlessCause(clientError, "org.springframework.http.converter.HttpMessageConversionException");
    }

    final Kind kind;
    final @Nullable Classification answer;
    private final @Nullable Reader reader;

    private TypeRule(Kind kind, @Nullable Classification answer, @Nullable Reader reader) {
        this.kind = kind;
        this.answer = answer;
        this.reader = reader;
    }

    static TypeRule of(Class<?> type) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            TypeRule rule = TABLE.get(c.getName());
            if (rule != null) {
                return rule;
            }
        }
        return NONE;
    }

    /** Returns what the exception itself says beyond its type, {@code null} where it says nothing. */
    @Nullable
    Classification read(Throwable failure) {
        Reader own = reader;
        return own == null ? null : own.read(failure);
    }

    private static void decides(Classification answer, String... types) {
        put(Kind.DECIDES, answer, null, types);
    }

    private static void unlessCause(Classification answer, String... types) {
        put(Kind.UNLESS_CAUSE, answer, null, types);
    }

    private static void reads(Reader reader, @Nullable Classification answer, String... types) {
        put(answer == null ? Kind.UNKNOWN : Kind.DECIDES, answer, reader, types);
    }

    private static void reads(Reader reader, Classification answer, Kind kind, String... types) {
        put(kind, answer, reader, types);
    }

    private static void sql(Classification answer, String... types) {
        put(Kind.DECIDES, answer, Readers::sql, types);
    }

    private static void put(Kind kind, @Nullable Classification answer, @Nullable Reader reader, String... types) {
        for (String type : types) {
            TABLE.put(type, new TypeRule(kind, answer, reader));
        }
    }
}
