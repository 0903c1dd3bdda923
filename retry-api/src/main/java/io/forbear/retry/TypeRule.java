package io.forbear.retry;

import static io.forbear.retry.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.ErrorCategory.TIMEOUT;
import static io.forbear.retry.ErrorCategory.TRANSIENT;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the default classifier knows of exception types of the JDK. The nearest superclass that is in the table decides.
 *
 * <p>Types are named, not linked, so that neither {@code java.net.http} nor {@code java.sql} need be present. Nothing is kept
 * by class: half a dozen look-ups per failure are cheap, and a cache on the classes of the JDK would hold the class loader of
 * this library in a container that reloads applications.
 */
final class TypeRule {

    /** How binding the answer is. */
    enum Kind {
        /** It is the answer. */
        DECIDES,
        /** It is the answer unless a cause has one, as with a TLS failure caused by a broken connection. */
        UNLESS_CAUSE,
        /** It is the answer unless the message tells of a timeout, which some clients report as an interrupt. */
        UNLESS_TIMEOUT,
        /** There is none. */
        UNKNOWN
    }

    private static final TypeRule NONE = new TypeRule(Kind.UNKNOWN, null);
    private static final Map<String, TypeRule> TABLE = new HashMap<>();

    static {
        Classification clientError = Classification.of(CLIENT_ERROR);
        Classification networkError = Classification.of(NETWORK_ERROR);
        Classification timeout = Classification.of(TIMEOUT);

        // No answer in time.
        put(Kind.DECIDES, timeout, "java.net.SocketTimeoutException", "java.net.http.HttpTimeoutException");
        put(Kind.DECIDES, timeout, "java.util.concurrent.TimeoutException", "java.sql.SQLTimeoutException");
        put(Kind.DECIDES, timeout, "java.nio.channels.InterruptedByTimeoutException");
        put(Kind.DECIDES, timeout.notExecuted(), "java.net.http.HttpConnectTimeoutException");

        // Never connected: the server has done nothing.
        put(Kind.DECIDES, networkError.notExecuted(), "java.net.ConnectException", "java.net.BindException");
        put(Kind.DECIDES, networkError.notExecuted(), "java.net.NoRouteToHostException");
        put(Kind.DECIDES, networkError.notExecuted(), "java.net.UnknownHostException");
        put(Kind.DECIDES, networkError.notExecuted(), "java.nio.channels.UnresolvedAddressException");

        // The connection broke.
        put(Kind.DECIDES, networkError, "java.net.SocketException", "java.io.EOFException");
        put(Kind.DECIDES, networkError, "java.nio.channels.ClosedChannelException");
        put(Kind.DECIDES, networkError, "java.sql.SQLTransientConnectionException");
        put(Kind.DECIDES, networkError, "java.sql.SQLRecoverableException");
        put(Kind.DECIDES, Classification.of(TRANSIENT), "java.sql.SQLTransientException");
        put(Kind.DECIDES, clientError, "java.sql.SQLNonTransientException");

        // TLS: a handshake that both ends finished reading will fail again; one that the line cut may not.
        put(Kind.UNLESS_CAUSE, clientError, "javax.net.ssl.SSLHandshakeException");
        put(Kind.UNLESS_CAUSE, clientError, "javax.net.ssl.SSLPeerUnverifiedException");
        put(Kind.UNLESS_CAUSE, clientError, "javax.net.ssl.SSLKeyException", "javax.net.ssl.SSLProtocolException");
        put(Kind.UNLESS_CAUSE, networkError, "javax.net.ssl.SSLException");

        // The caller wants no more of it.
        put(Kind.UNLESS_TIMEOUT, clientError, "java.io.InterruptedIOException");
        put(Kind.DECIDES, clientError, "java.nio.channels.ClosedByInterruptException");
        put(Kind.DECIDES, clientError, "java.nio.channels.FileLockInterruptionException");
        put(Kind.DECIDES, clientError, "java.lang.InterruptedException", "java.lang.Error");
        put(Kind.DECIDES, clientError, "java.util.concurrent.CancellationException");
        put(Kind.DECIDES, clientError, "java.util.concurrent.RejectedExecutionException");
        put(
                Kind.DECIDES,
                Classification.of(TRANSIENT).notRetryable().notExecuted(),
                CircuitOpenException.class.getName(),
                GateRefusedException.class.getName());

        // The request, or the program, is at fault.
        put(Kind.DECIDES, clientError, "java.net.MalformedURLException", "java.net.ProtocolException");
        put(Kind.DECIDES, clientError, "java.net.UnknownServiceException", "java.net.URISyntaxException");
        put(Kind.DECIDES, clientError, "java.net.HttpRetryException", "java.security.GeneralSecurityException");
        put(Kind.DECIDES, clientError, "java.io.FileNotFoundException", "java.nio.file.FileSystemException");
        put(Kind.DECIDES, clientError, "java.io.ObjectStreamException", "java.io.UnsupportedEncodingException");
        put(Kind.DECIDES, clientError, "java.nio.charset.CharacterCodingException");
        put(Kind.DECIDES, clientError, "java.lang.IllegalArgumentException", "java.lang.NullPointerException");
        put(Kind.DECIDES, clientError, "java.lang.ClassCastException", "java.lang.ArithmeticException");
        put(Kind.DECIDES, clientError, "java.lang.IndexOutOfBoundsException", "java.lang.ArrayStoreException");
        put(Kind.DECIDES, clientError, "java.lang.NegativeArraySizeException", "java.lang.SecurityException");
        put(Kind.DECIDES, clientError, "java.lang.UnsupportedOperationException");
        put(Kind.DECIDES, clientError, "java.lang.CloneNotSupportedException");
        put(Kind.DECIDES, clientError, "java.lang.ReflectiveOperationException");
        TABLE.put("java.lang.reflect.InvocationTargetException", NONE);
        put(Kind.DECIDES, clientError, "java.util.NoSuchElementException", "java.util.MissingResourceException");
        put(Kind.DECIDES, clientError, "java.util.ConcurrentModificationException");
        put(Kind.DECIDES, clientError, "java.time.DateTimeException", "java.text.ParseException");
    }

    final Kind kind;
    final @Nullable Classification answer;

    private TypeRule(Kind kind, @Nullable Classification answer) {
        this.kind = kind;
        this.answer = answer;
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

    private static void put(Kind kind, Classification answer, String... types) {
        for (String type : types) {
            TABLE.put(type, new TypeRule(kind, answer));
        }
    }
}
