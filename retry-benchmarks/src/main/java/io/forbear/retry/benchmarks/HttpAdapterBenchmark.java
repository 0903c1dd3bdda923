package io.forbear.retry.benchmarks;

import io.forbear.retry.CallOptions;
import io.forbear.retry.benchmarks.contender.Services;
import io.forbear.retry.http.HttpRetry;
import io.forbear.retry.okhttp.OkHttpRetry;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does an adapter cost a call that succeeds at once? Over a client without a network, whose answer is there
 * already; the bare client is the same one.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class HttpAdapterBenchmark {

    /** Who makes the call. */
    public enum Caller {
        /** The client alone. */
        bare,
        /** The adapter over it, with budget and breaker. */
        adapter,
        /** The same with a deadline, which is written into each request. */
        adapterDeadline
    }

    /** The client and the request. */
    @State(Scope.Benchmark)
    public static class Shared {

        /** Who makes the call. */
        @Param
        public Caller caller = Caller.bare;

        HttpClient http = new InMemory();
        Call.Factory okHttp = new OkHttpClient();
        final Request okHttpRequest = new Request.Builder()
                .url("http://127.0.0.1/")
                .header("Accept", "text/plain")
                .build();
        final HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1/"))
                .header("Accept", "text/plain")
                .build();

        /** Makes the client. */
        @Setup
        public void make() {
            HttpRetry retrying = HttpRetry.over(new InMemory(), Services.full().build());
            http = switch (caller) {
                case bare -> new InMemory();
                case adapter -> retrying;
                case adapterDeadline -> retrying.with(CallOptions.defaults().deadline(Duration.ofSeconds(5)));
            };
            OkHttpClient client = new OkHttpClient.Builder()
                    .addInterceptor(HttpAdapterBenchmark::answer)
                    .build();
            OkHttpRetry calls = OkHttpRetry.over(client, Services.full().build());
            okHttp = switch (caller) {
                case bare -> client;
                case adapter -> calls;
                case adapterDeadline -> calls.with(CallOptions.defaults().deadline(Duration.ofSeconds(5)));
            };
        }
    }

    /** A call on this thread. */
    @Benchmark
    public Object send(Shared shared) throws IOException, InterruptedException {
        return shared.http.send(shared.request, BodyHandlers.discarding());
    }

    /** A call whose future is done at once. */
    @Benchmark
    public Object sendAsync(Shared shared) {
        return shared.http.sendAsync(shared.request, BodyHandlers.discarding());
    }

    /** A call of OkHttp on this thread, whose answer is there already. */
    @Benchmark
    public Object okHttp(Shared shared) throws IOException {
        try (Response response = shared.okHttp.newCall(shared.okHttpRequest).execute()) {
            return response;
        }
    }

    private static Response answer(Interceptor.Chain chain) {
        return new Response.Builder()
                .request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .build();
    }

    /** A transport without a network. */
    private static final class InMemory extends HttpClient {

        private final Ok answer = new Ok();

        /** Reads of the request what any transport reads. */
        @SuppressWarnings("unchecked")
        private <T> HttpResponse<T> answer(HttpRequest request) {
            if (request.headers().map().isEmpty() || request.timeout().isPresent() && request.uri() == null) {
                throw new IllegalArgumentException("request");
            }
            return (HttpResponse<T>) answer;
        }

        @Override
        public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
            return answer(request);
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
            return CompletableFuture.completedFuture(answer(request));
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
            return CompletableFuture.completedFuture(answer(request));
        }

        @Override
        public Optional<CookieHandler> cookieHandler() {
            return Optional.empty();
        }

        @Override
        public Optional<Duration> connectTimeout() {
            return Optional.empty();
        }

        @Override
        public Redirect followRedirects() {
            return Redirect.NEVER;
        }

        @Override
        public Optional<ProxySelector> proxy() {
            return Optional.empty();
        }

        @Override
        public SSLContext sslContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SSLParameters sslParameters() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Authenticator> authenticator() {
            return Optional.empty();
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }

        @Override
        public Optional<Executor> executor() {
            return Optional.empty();
        }
    }

    /** A response with status 200. */
    private static final class Ok implements HttpResponse<@Nullable Void> {

        private static final HttpHeaders HEADERS = HttpHeaders.of(Map.of(), (name, value) -> true);

        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public HttpRequest request() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<HttpResponse<@Nullable Void>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HEADERS;
        }

        @Override
        public @Nullable Void body() {
            return null;
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            throw new UnsupportedOperationException();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
