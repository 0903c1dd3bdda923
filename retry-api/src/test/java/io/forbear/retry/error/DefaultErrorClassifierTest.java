package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.DeadlinePassedException;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.StopReason;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DefaultErrorClassifierTest {

    private static Classification classify(Throwable failure) {
        return DefaultErrorClassifier.INSTANCE.classify(failure);
    }

    private static Classification of(ErrorCategory category) {
        return Classification.of(category);
    }

    static Stream<Arguments> types() {
        Classification notConnected = of(NETWORK_ERROR).notExecuted();
        return Stream.of(
                arguments(new SocketTimeoutException("Read timed out"), of(TIMEOUT)),
                arguments(new HttpTimeoutException("request timed out"), of(TIMEOUT)),
                arguments(new HttpConnectTimeoutException("x"), of(TIMEOUT).notExecuted()),
                arguments(new TimeoutException(), of(TIMEOUT)),
                arguments(new SQLTimeoutException(), of(TIMEOUT)),
                arguments(new InterruptedByTimeoutException(), of(TIMEOUT)),
                arguments(new ConnectException("Connection refused"), notConnected),
                arguments(new NoRouteToHostException(), notConnected),
                arguments(new UnknownHostException("nowhere.invalid"), notConnected),
                arguments(new BindException(), notConnected),
                arguments(new UnresolvedAddressException(), notConnected),
                arguments(new SocketException("Connection reset"), of(NETWORK_ERROR)),
                arguments(new EOFException(), of(NETWORK_ERROR)),
                arguments(new ClosedChannelException(), of(NETWORK_ERROR)),
                arguments(new SQLTransientConnectionException(), of(NETWORK_ERROR)),
                arguments(new SQLRecoverableException(), of(NETWORK_ERROR)),
                arguments(new SQLTransactionRollbackException(), of(TRANSIENT).notExecuted()),
                arguments(new SQLException(), of(TRANSIENT)),
                arguments(new SQLSyntaxErrorException(), of(CLIENT_ERROR)),
                arguments(new SQLNonTransientConnectionException(), of(CLIENT_ERROR)),
                arguments(new SSLHandshakeException("no cipher suites in common"), of(CLIENT_ERROR)),
                arguments(new SSLPeerUnverifiedException("host"), of(CLIENT_ERROR)),
                arguments(new SSLException("closing inbound before receiving peer's close_notify"), of(NETWORK_ERROR)),
                arguments(new FileNotFoundException(), of(CLIENT_ERROR)),
                arguments(new AccessDeniedException("f"), of(CLIENT_ERROR)),
                arguments(new MalformedInputException(1), of(CLIENT_ERROR)),
                arguments(new MalformedURLException(), of(CLIENT_ERROR)),
                arguments(new ProtocolException(), of(CLIENT_ERROR)),
                arguments(new InterruptedIOException("closed"), of(CLIENT_ERROR)),
                arguments(new InterruptedIOException(), of(CLIENT_ERROR)),
                arguments(new InterruptedException(), of(CLIENT_ERROR)),
                arguments(new ClosedByInterruptException(), of(CLIENT_ERROR)),
                arguments(new CancellationException(), of(CLIENT_ERROR).local()),
                arguments(
                        new RejectedExecutionException("connection pool"),
                        of(CLIENT_ERROR).local()),
                arguments(new IllegalArgumentException("HTTP 503"), of(CLIENT_ERROR)),
                arguments(new NumberFormatException(), of(CLIENT_ERROR)),
                arguments(new NullPointerException(), of(CLIENT_ERROR)),
                arguments(new UnsupportedOperationException(), of(CLIENT_ERROR)),
                arguments(new SecurityException(), of(CLIENT_ERROR)),
                arguments(new ClassCastException(), of(CLIENT_ERROR)),
                arguments(new ArrayIndexOutOfBoundsException(), of(CLIENT_ERROR)),
                arguments(new NoSuchElementException(), of(CLIENT_ERROR)),
                arguments(new DateTimeException("x"), of(CLIENT_ERROR)),
                arguments(new ClassNotFoundException(), of(CLIENT_ERROR)),
                arguments(new StackOverflowError(), of(CLIENT_ERROR)),
                arguments(
                        new CircuitOpenException("inner", Duration.ZERO),
                        of(TRANSIENT).notRetryable().notExecuted().local()),
                arguments(
                        new DeadlinePassedException("inner"),
                        of(TRANSIENT).notRetryable().notExecuted().local()),
                arguments(
                        new GateRefusedException("inner", StopReason.RATE_LIMITED),
                        of(TRANSIENT).notRetryable().notExecuted().local()),
                arguments(new IOException(), of(NETWORK_ERROR)),
                arguments(new IOException("something odd"), of(NETWORK_ERROR)),
                arguments(new RuntimeException(), of(TRANSIENT)),
                arguments(new Exception(""), of(TRANSIENT)),
                arguments(new IllegalStateException("something odd"), of(CLIENT_ERROR)));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource("types")
    void typeDecides(Throwable failure, Classification expected) {
        assertThat(classify(failure)).isEqualTo(expected);
    }

    static Stream<Arguments> chains() {
        Exception reset = new SocketException("Connection reset");
        return Stream.of(
                arguments(new CompletionException(new SocketTimeoutException()), of(TIMEOUT)),
                arguments(
                        new ExecutionException(new ConnectException()),
                        of(NETWORK_ERROR).notExecuted()),
                arguments(new UncheckedIOException(new FileNotFoundException()), of(CLIENT_ERROR)),
                arguments(new InvocationTargetException(new RuntimeException("HTTP 503")), of(SERVER_ERROR)),
                arguments(new RuntimeException("HTTP 400", new TimeoutException()), of(TIMEOUT)),
                arguments(new RuntimeException(new Exception(new IOException("x", reset))), of(NETWORK_ERROR)),
                arguments(new SSLException("Connection reset", reset), of(NETWORK_ERROR)),
                arguments(
                        handshake(new EOFException("SSL peer shut down incorrectly")),
                        of(NETWORK_ERROR).notExecuted()),
                arguments(new IllegalStateException("wrapped", reset), of(NETWORK_ERROR)),
                arguments(handshake(new SocketTimeoutException()), of(TIMEOUT).notExecuted()),
                arguments(handshake(new CertificateException("expired")), of(CLIENT_ERROR)),
                arguments(handshake(new RuntimeException("HTTP 503")), of(CLIENT_ERROR)),
                arguments(new SSLException("x", new CertificateException()), of(CLIENT_ERROR)),
                arguments(new IllegalArgumentException(new SocketTimeoutException()), of(CLIENT_ERROR)),
                arguments(new RuntimeException("what", new IOException("HTTP 404")), of(CLIENT_ERROR)),
                arguments(new RuntimeException("HTTP 503", new IOException("HTTP 404")), of(SERVER_ERROR)),
                arguments(new RuntimeException("odd", new IOException("odd")), of(NETWORK_ERROR)));
    }

    private static Exception handshake(Exception cause) {
        return (Exception) new SSLHandshakeException("Remote host terminated the handshake").initCause(cause);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("chains")
    void outermostKnownTypeOfTheChainDecidesThenTheOutermostMessage(Throwable failure, Classification expected) {
        assertThat(classify(failure)).isEqualTo(expected);
    }

    /**
     * aws-sdk-java-v2#1684, #2220: a client's own timeout, told as an interrupt, is a timeout and not the user's abort.
     */
    @Test
    void interruptedIoThatTellsOfATimeoutIsATimeout() {
        assertThat(classify(new InterruptedIOException("timeout"))).isEqualTo(of(TIMEOUT));
        assertThat(classify(new InterruptedIOException("call Timed Out"))).isEqualTo(of(TIMEOUT));
    }

    @Test
    void classNameOfTheCauseIsNotTakenForWords() {
        class NetworkTimeoutSettingsInvalid extends Exception {
            private static final long serialVersionUID = 1L;
        }

        assertThat(classify(new RuntimeException(new NetworkTimeoutSettingsInvalid())))
                .isEqualTo(of(TRANSIENT));
    }

    @Test
    void cyclicChainEnds() {
        RuntimeException a = new RuntimeException("a");
        RuntimeException b = new RuntimeException("b", a);
        a.initCause(b);

        assertThat(classify(a)).isEqualTo(of(TRANSIENT));
    }

    @Test
    void chainIsReadSixteenLinksDeep() {
        assertThat(classify(wrapped(15, new TimeoutException()))).isEqualTo(of(TIMEOUT));
        assertThat(classify(wrapped(16, new TimeoutException()))).isEqualTo(of(TRANSIENT));
    }

    private static Throwable wrapped(int times, Throwable inner) {
        Throwable failure = inner;
        for (int i = 0; i < times; i++) {
            failure = new RuntimeException("layer", failure);
        }
        return failure;
    }

    @Test
    void exceptionWhoseGettersThrowIsTransient() {
        class Hostile extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public @Nullable String getMessage() {
                throw new IllegalStateException("no message");
            }

            @Override
            public synchronized @Nullable Throwable getCause() {
                throw new IllegalStateException("no cause");
            }
        }

        assertThat(classify(new Hostile())).isEqualTo(of(TRANSIENT));
    }

    @Test
    void selfCauseEnds() {
        class Selfish extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        }

        assertThat(classify(new Selfish())).isEqualTo(of(TRANSIENT));
    }

    @Test
    void answersAreShared() {
        assertThat(classify(new RuntimeException("rate limit"))).isSameAs(of(RATE_LIMIT));
        assertThat(classify(new ConnectException())).isSameAs(classify(new UnknownHostException()));
    }

    @Test
    void defaultsAndOrElseChain() {
        ErrorClassifier nothing = failure -> null;
        ErrorClassifier quota = failure -> of(RATE_LIMIT);

        assertThat(nothing.orElse(ErrorClassifier.defaults()).classify(new TimeoutException()))
                .isEqualTo(of(TIMEOUT));
        assertThat(quota.orElse(ErrorClassifier.defaults()).classify(new TimeoutException()))
                .isEqualTo(of(RATE_LIMIT));
    }
}
