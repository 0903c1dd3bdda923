package io.forbear.retry.feign;

import feign.Client;
import feign.Request;
import feign.Response;
import io.forbear.retry.AttemptHeader;
import io.forbear.retry.FailedResult;
import io.forbear.retry.Retry;
import io.forbear.retry.error.Classification;
import io.forbear.retry.http.DeadlineHeader;
import io.forbear.retry.http.HttpAdapter;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes each call of Feign by a {@code Retry}, over the client that sends the requests. */
final class RetryingClient implements Client {

    private final Client client;
    private final Function<Request, Retry> retries;
    private final boolean isDefault;

    /** The adapter of the last call, which is that of the next one in most applications. */
    private volatile @Nullable HttpAdapter last;

    RetryingClient(Client client, Function<Request, Retry> retries) {
        this.client = client;
        this.retries = retries;
        this.isDefault = client instanceof Client.Default;
    }

    @Override
    public Response execute(Request asked, Request.Options options) throws IOException {
        Request request = isDefault ? sentOnce(asked) : asked;
        HttpAdapter adapter = adapter(retries.apply(request));
        Retry view = adapter.view(request.httpMethod().name(), headers(request.headers()), true);
        try {
            return view.<Response, Exception>call(() -> judged(attempt(request, options, view), view));
        } catch (Exception thrown) {
            Throwable failure = adapter.failureOfCall(thrown, SocketTimeoutException::new);
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw failure instanceof IOException io ? io : new IOException(failure);
        }
    }

    /** {@code HttpURLConnection} repeats a POST by itself, unless it has a body that it does not keep. */
    private static Request sentOnce(Request request) {
        if (request.body() != null || !request.httpMethod().isWithBody()) {
            return request;
        }
        Map<String, Collection<String>> headers = copy(request.headers());
        headers.put("Content-Length", List.of("0"));
        return withHeaders(request, headers, new byte[0]);
    }

    private static Map<String, Collection<String>> copy(Map<String, Collection<String>> headers) {
        Map<String, Collection<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        return copy;
    }

    private static Request withHeaders(
            Request request, Map<String, Collection<String>> headers, byte @Nullable [] body) {
        return Request.create(
                request.httpMethod(), request.url(), headers, body, request.charset(), request.requestTemplate());
    }

    private HttpAdapter adapter(Retry retry) {
        HttpAdapter adapter = last;
        if (adapter == null || adapter.retry() != retry) {
            adapter = HttpAdapter.of(retry);
            last = adapter;
        }
        return adapter;
    }

    private Response attempt(Request request, Request.Options options, Retry view) throws IOException {
        int number = HttpAdapter.attempt(view);
        Duration left = view.remaining().orElse(null);
        if (number == 1 && left == null) {
            return client.execute(request, options);
        }
        Map<String, Collection<String>> headers = copy(request.headers());
        if (number > 1) {
            String written = headers(request.headers()).apply(AttemptHeader.NAME);
            headers.put(AttemptHeader.NAME, List.of(HttpAdapter.attemptValue(number, written)));
        }
        if (left != null) {
            headers.put(DeadlineHeader.NAME, List.of(DeadlineHeader.value(left)));
        }
        Request sent = withHeaders(request, headers, request.body());
        return client.execute(sent, left == null ? options : within(options, left));
    }

    private static Request.Options within(Request.Options own, Duration left) {
        return new Request.Options(
                millis(left, own.connectTimeoutMillis()),
                TimeUnit.MILLISECONDS,
                millis(left, own.readTimeoutMillis()),
                TimeUnit.MILLISECONDS,
                own.isFollowRedirects());
    }

    private static long millis(Duration left, int own) {
        return Math.min(
                Integer.MAX_VALUE,
                HttpAdapter.timeout(left, Duration.ofMillis(own)).toMillis());
    }

    /** Returns the response, or throws it where it is a failure. */
    private static Response judged(Response response, Retry view) {
        Classification failure = HttpAdapter.failure(view, response, response.status(), headers(response.headers()));
        if (failure != null) {
            throw new FailedResult(response, failure);
        }
        return response;
    }

    /** Feign's own maps of headers know names in any case; one of another client is searched. */
    private static Function<String, @Nullable String> headers(Map<String, Collection<String>> headers) {
        return name -> {
            for (Map.Entry<String, Collection<String>> header : headers.entrySet()) {
                if (name.equalsIgnoreCase(header.getKey())) {
                    return header.getValue().stream().findFirst().orElse(null);
                }
            }
            return null;
        };
    }
}
