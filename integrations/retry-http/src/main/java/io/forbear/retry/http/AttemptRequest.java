package io.forbear.retry.http;

import io.forbear.retry.AttemptHeader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as one attempt sends it: with the number of the attempt, the time that is left, and a body that is sent
 * once. A view, for to copy a request costs more than a call; clients take any {@link HttpRequest}.
 */
final class AttemptRequest extends HttpRequest {

    /** From Java 26 on a request has options, which a view that was compiled for Java 17 cannot hand on. */
    private static final boolean HAS_OPTIONS = Runtime.version().feature() >= 26;

    private final HttpRequest request;
    private final Optional<Duration> timeout;
    private final HttpHeaders headers;
    private final Optional<BodyPublisher> body;

    private AttemptRequest(
            HttpRequest request, Optional<Duration> timeout, HttpHeaders headers, Optional<BodyPublisher> body) {
        this.request = request;
        this.timeout = timeout;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Returns what an attempt sends.
     *
     * @param attempt the number of the attempt, which is written if it is above 1
     * @param left how long the attempt may take, {@code null} for no limit
     * @param once what takes the place of the body, {@code null} to leave it
     */
    static HttpRequest of(HttpRequest request, int attempt, @Nullable Duration left, @Nullable SentOnce once) {
        if (attempt == 1 && left == null && once == null) {
            return request;
        }
        return HAS_OPTIONS ? copy(request, attempt, left, once) : view(request, attempt, left, once);
    }

    static HttpRequest view(HttpRequest request, int attempt, @Nullable Duration left, @Nullable SentOnce once) {
        Optional<Duration> timeout = request.timeout();
        HttpHeaders headers = request.headers();
        if (left != null) {
            timeout = Optional.of(shorter(left, timeout));
        }
        if (attempt > 1 || left != null) {
            headers = headers(headers, attempt, left == null ? null : timeout.orElse(left));
        }
        return new AttemptRequest(
                request, timeout, headers, once == null ? request.bodyPublisher() : Optional.of(once));
    }

    static HttpRequest copy(HttpRequest request, int attempt, @Nullable Duration left, @Nullable SentOnce once) {
        Builder copy = newBuilder(request, (name, value) -> true);
        if (attempt > 1) {
            copy.setHeader(AttemptHeader.NAME, attemptValue(request.headers(), attempt));
        }
        if (left != null) {
            Duration timeout = shorter(left, request.timeout());
            copy.timeout(timeout).setHeader(DeadlineHeader.NAME, DeadlineHeader.value(timeout));
        }
        return once == null ? copy.build() : copy.method(request.method(), once).build();
    }

    private static Duration shorter(Duration left, Optional<Duration> own) {
        return HttpAdapter.timeout(left, own.orElse(null));
    }

    private static HttpHeaders headers(HttpHeaders own, int attempt, @Nullable Duration timeout) {
        Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(own.map());
        if (attempt > 1) {
            all.put(AttemptHeader.NAME, List.of(attemptValue(own, attempt)));
        }
        if (timeout != null) {
            all.put(DeadlineHeader.NAME, List.of(DeadlineHeader.value(timeout)));
        }
        return HttpHeaders.of(all, (name, value) -> true);
    }

    private static String attemptValue(HttpHeaders own, int attempt) {
        return HttpAdapter.attemptValue(
                attempt, own.firstValue(AttemptHeader.NAME).orElse(null));
    }

    @Override
    public Optional<BodyPublisher> bodyPublisher() {
        return body;
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public Optional<Duration> timeout() {
        return timeout;
    }

    @Override
    public boolean expectContinue() {
        return request.expectContinue();
    }

    @Override
    public URI uri() {
        return request.uri();
    }

    @Override
    public Optional<HttpClient.Version> version() {
        return request.version();
    }

    @Override
    public HttpHeaders headers() {
        return headers;
    }

    @Override
    public String toString() {
        return request.toString();
    }
}
