package io.forbear.retry.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Flow;

/**
 * Your word that the body of a request can be sent again: that each subscription to its publisher brings the same
 * bytes.
 *
 * <p>{@link HttpRetry} knows that of the publishers of {@code BodyPublishers} that read a string, an array or a file.
 * Of {@code ofInputStream}, {@code fromPublisher}, {@code ofByteArrays}, {@code concat} and publishers of other
 * libraries it cannot know it, so a request with such a body is sent once. Where a supplier opens a new stream each
 * time, say so:
 *
 * <pre>{@code
 * RepeatableBody.of(BodyPublishers.ofInputStream(() -> open(path)))
 * }</pre>
 *
 * @since 0.1
 */
public final class RepeatableBody implements BodyPublisher {

    /** Those of the JDK that read what stays: by name, since the types are its own. */
    private static final Set<String> OF_THE_JDK = Set.of(
            "jdk.internal.net.http.RequestPublishers$EmptyPublisher",
            "jdk.internal.net.http.RequestPublishers$ByteArrayPublisher",
            "jdk.internal.net.http.RequestPublishers$StringPublisher",
            "jdk.internal.net.http.RequestPublishers$FilePublisher");

    private final BodyPublisher body;

    private RepeatableBody(BodyPublisher body) {
        this.body = body;
    }

    /**
     * Says that a publisher may be subscribed to again.
     *
     * @param body a publisher, each subscription to which brings the same bytes
     * @return a publisher of the same bytes
     */
    public static BodyPublisher of(BodyPublisher body) {
        return new RepeatableBody(Objects.requireNonNull(body, "body"));
    }

    static boolean isRepeatable(BodyPublisher body) {
        return body instanceof RepeatableBody
                || OF_THE_JDK.contains(body.getClass().getName());
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        body.subscribe(subscriber);
    }
}
