package io.forbear.retry.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The body of one attempt, which the client of the JDK cannot send a second time.
 *
 * <p>That client repeats a GET or HEAD by itself if the connection closes before an answer, and counts it nowhere;
 * there is no setting for one request. But it asks the publisher of the body for its length each time it has a
 * connection and is about to write the headers. So the second question is refused, and the exchange fails as if the
 * first had.
 */
final class SentOnce implements BodyPublisher {

    /** The client's own switch, with which it repeats requests of all methods. */
    private static final String ALL_METHODS = "jdk.httpclient.enableAllMethodRetry";

    private static final String OF_THE_JDK = "jdk.internal.net.http.";

    private final @Nullable BodyPublisher body;
    private final LongAdder refusals;

    /** How often the client was about to write the headers. It asks from one thread at a time, not always the same. */
    private volatile int asked;

    SentOnce(@Nullable BodyPublisher body, LongAdder refusals) {
        this.body = body;
        this.refusals = refusals;
    }

    /**
     * Tells whether the client is the JDK's, whose habits this knows, and sends a request again only where it repeats
     * one. After a redirect or to authenticate it does so for a good reason, which cannot be told from a repetition.
     */
    static boolean fits(HttpClient client) {
        return client.getClass().getName().startsWith(OF_THE_JDK)
                && client.followRedirects() == HttpClient.Redirect.NEVER
                && client.authenticator().isEmpty();
    }

    /**
     * Tells whether the client of the JDK may repeat such a request by itself, though the server may have carried it
     * out; or, where it is a newer client, that the server has refused unread but whose body is gone.
     */
    static boolean isNeeded(HttpRequest request) {
        String method = request.method();
        return method.equals("GET") || method.equals("HEAD") || repeatsAllMethods() || isOneShot(request);
    }

    private static boolean isOneShot(HttpRequest request) {
        Optional<BodyPublisher> body = request.bodyPublisher();
        return body.isPresent() && !RepeatableBody.isRepeatable(body.get());
    }

    private static boolean repeatsAllMethods() {
        String value = System.getProperty(ALL_METHODS);
        return value != null && (value.isEmpty() || Boolean.parseBoolean(value));
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
    public long contentLength() {
        if (++asked > 1) {
            refusals.increment();
            throw new IllegalStateException("a second sending by the client (expected: one for each attempt)");
        }
        BodyPublisher own = body;
        return own == null ? 0 : own.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        BodyPublisher own = body;
        (own == null ? BodyPublishers.noBody() : own).subscribe(subscriber);
    }

    /**
     * Returns what the attempt failed with. Where the client was about to repeat it, that is the loss of the
     * connection: the request had been sent by then, though the client may say that it could not connect.
     */
    Throwable failure(Throwable thrown) {
        boolean unconnected = thrown instanceof ConnectException || thrown instanceof HttpConnectTimeoutException;
        boolean again = asked > 1 || asked == 1 && unconnected;
        if (!again) {
            return thrown;
        }
        IOException lost = new IOException("connection closed before the response (reset, or no bytes)");
        lost.addSuppressed(thrown); // not its cause, which would say that nothing was sent
        return lost;
    }
}
