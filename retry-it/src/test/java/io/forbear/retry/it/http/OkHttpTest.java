package io.forbear.retry.it.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.okhttp.OkHttpRetry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OkHttp behind {@link OkHttpRetry}, its factory of calls. */
class OkHttpTest extends HttpAdapterContract {

    @Override
    protected HttpCaller caller(Retry retry) {
        return new OkHttp(retry, Duration.ofSeconds(60));
    }

    @Override
    protected HttpCaller impatientCaller(Retry retry) {
        return new OkHttp(retry, Duration.ofSeconds(2));
    }

    @Override
    protected boolean readsBodiesInTheAttempt() {
        return false;
    }

    static Request request(HttpCaller.Call call) {
        RequestBody body =
                switch (call.body()) {
                    case NONE -> null;
                    case TEXT -> RequestBody.create("body".getBytes());
                    case ONE_SHOT -> new OneShot();
                };
        Request.Builder request =
                new Request.Builder().url(call.uri().toString()).method(call.method(), body);
        call.headers().forEach(request::header);
        return request.build();
    }

    static HttpCaller.Reply reply(Response response) throws IOException {
        try (response) {
            return new HttpCaller.Reply(response.code(), response.body().string());
        }
    }

    /** A client whose dispatcher has one thread, for one call. */
    static OkHttpClient.Builder client(ExecutorService thread, Duration readTimeout) {
        Dispatcher dispatcher = new Dispatcher(thread);
        dispatcher.setMaxRequests(1);
        return new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .followRedirects(false)
                .readTimeout(readTimeout);
    }

    private static final class OneShot extends RequestBody {
        @Override
        public MediaType contentType() {
            return null;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.writeUtf8("body");
        }
    }

    static final class OkHttp implements HttpCaller {

        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final OkHttpClient client;
        private final okhttp3.Call.Factory calls;

        private OkHttp(Retry retry, Duration readTimeout) {
            client = client(thread, readTimeout).build();
            calls = OkHttpRetry.over(client, retry);
        }

        @Override
        public Reply send(Call call) throws IOException {
            return reply(calls.newCall(request(call)).execute());
        }

        @Override
        public Optional<Cancellable> cancellable(Call call) {
            okhttp3.Call made = calls.newCall(request(call));
            return Optional.of(new Cancellable() {
                @Override
                public Reply send() throws IOException {
                    return reply(made.execute());
                }

                @Override
                public void cancel() {
                    made.cancel();
                }
            });
        }

        @Override
        public CompletableFuture<Reply> sendAsync(Call call) {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            okhttp3.Call made = calls.newCall(request(call));
            made.enqueue(new Callback() {
                @Override
                public void onFailure(okhttp3.Call ignored, IOException failure) {
                    reply.completeExceptionally(failure);
                }

                @Override
                public void onResponse(okhttp3.Call ignored, Response response) {
                    try {
                        reply.complete(reply(response));
                    } catch (IOException broken) {
                        reply.completeExceptionally(broken);
                    }
                }

                private Reply reply(Response response) throws IOException {
                    return OkHttpTest.reply(response);
                }
            });
            reply.whenComplete((value, thrown) -> {
                if (reply.isCancelled()) {
                    made.cancel();
                }
            });
            return reply;
        }

        @Override
        public Executor clientThread() {
            return thread;
        }

        @Override
        public void close() {
            thread.shutdown();
            client.connectionPool().evictAll();
        }
    }

    private OkHttp okHttp(Retry retry) {
        return open(new OkHttp(open(retry), Duration.ofSeconds(60)));
    }

    /** The column of the guide that says what the client does without the adapter. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void theBareClientReachesTheServerAsOftenAsTheGuideSays(String method) {
        OkHttpClient bare = new OkHttpClient();
        Executable send = () -> bare.newCall(request(call(method))).execute().close();

        assertThat(requestsOf(Answers.reset(), true, send)).isEqualTo(3);
        assertThat(requestsOf(Answers.close(), true, send)).isEqualTo(3);
        bare.connectionPool().evictAll();
        assertThat(requestsOf(Answers.reset(), false, send)).isEqualTo(1);
        assertThat(requestsOf(Answers.close(), false, send)).isEqualTo(1);
        assertThat(requestsOf(Answers.status(408), false, send)).isEqualTo(2);
        assertThat(requestsOf(Answers.status(429, "Retry-After: 2"), false, send))
                .isEqualTo(1);
        assertThat(requestsOf(Answers.status(503), false, send)).isEqualTo(1);
        assertThat(requestsOf(Answers.status(503, "Retry-After: 0"), false, send))
                .isEqualTo(2);
        assertThat(requestsOf(Answers.status(421), false, send)).isEqualTo(1);
        assertThat(requestsOf(Answers.status(425), false, send)).isEqualTo(1);
        bare.connectionPool().evictAll();
    }

    /** Why the adapter hides the header: without it the server is reached twice, whatever the client is told. */
    @Test
    void theBareClientRepeatsAPostThoughItsRetriesAreOff() throws IOException {
        server.always(Answers.status(503, "Retry-After: 0"));
        OkHttpClient bare =
                new OkHttpClient.Builder().retryOnConnectionFailure(false).build();

        bare.newCall(request(call("POST"))).execute().close();

        assertThat(server.requests()).hasSize(2);
        bare.connectionPool().evictAll();
    }

    @Test
    void theCallerSeesTheRetryAfterThatTheClientDoesNotSee() throws IOException {
        server.always(Answers.status(503, "Retry-After: 0"));
        OkHttp http = okHttp(service(policy()).build());

        try (Response response = http.calls.newCall(request(call("POST"))).execute()) {
            assertThat(response.headers("Retry-After")).containsExactly("0");
            assertThat(response.headers().names()).noneMatch(name -> name.contains("Hidden"));
        }
    }

    /** On real time, for the call time-out is the client's own. */
    @Test
    void theCallTimeoutHoldsForEachAttempt() throws IOException {
        OkHttp http = okHttp(service(policy()).build());
        http.calls.newCall(request(call("GET"))).execute().close(); // within the time-out a request is to arrive
        server.forget();
        server.always(Answers.none());
        Call call = http.calls.newCall(request(call("GET")));
        call.timeout().timeout(500, java.util.concurrent.TimeUnit.MILLISECONDS);

        Throwable thrown = catchThrowable(call::execute);

        assertThat(thrown).isInstanceOf(IOException.class).hasMessage("timeout");
        assertThat(server.requests()).hasSize(MOST_ATTEMPTS);
    }

    @Test
    void aCallIsMadeOnceAndItsCloneOnceMore() throws IOException {
        Call call = okHttp(service(policy()).build()).calls.newCall(request(call("GET")));

        assertThat(reply(call.execute()).status()).isEqualTo(200);
        assertThat(call.isExecuted()).isTrue();
        assertThat(catchThrowable(call::execute)).isInstanceOf(IllegalStateException.class);
        assertThat(reply(call.clone().execute()).status()).isEqualTo(200);
    }

    @Test
    void aCallThatWasCancelledBeforeItWasMadeReachesNoServer() {
        Retry retry = service(policy()).build();
        Call call = okHttp(retry).calls.newCall(request(call("GET")));

        call.cancel();

        assertThat(call.isCanceled()).isTrue();
        assertThat(catchThrowable(call::execute))
                .isInstanceOf(IOException.class)
                .hasMessage("Canceled");
        assertThat(server.requests()).isEmpty();
    }

    /** As OkHttp itself lets a fault of a callback go to the handler of the thread. */
    @Test
    void aCallbackThatThrowsIsHeardOf() {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        ExecutorService threads = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler((ignored, fault) -> seen.complete(fault));
            return thread;
        });
        OkHttpClient client = client(threads, Duration.ofSeconds(60)).build();
        Retry retry = open(service(policy()).build());

        OkHttpRetry.over(client, retry).newCall(request(call("GET"))).enqueue(new Callback() {
            @Override
            public void onFailure(okhttp3.Call ignored, IOException failure) {
                seen.complete(failure);
            }

            @Override
            public void onResponse(okhttp3.Call ignored, Response response) {
                response.close();
                throw new IllegalStateException("fault");
            }
        });

        assertThat(seen).succeedsWithin(LONG).isInstanceOf(IllegalStateException.class);
        threads.shutdown();
        client.connectionPool().evictAll();
    }

    @Test
    void optionsOfOneCallAreATagOfItsRequest() throws IOException {
        server.always(Answers.status(503));
        Retry retry = service(policy()).build();
        Request request = request(call("POST"))
                .newBuilder()
                .tag(
                        io.forbear.retry.CallOptions.class,
                        io.forbear.retry.CallOptions.defaults().idempotent())
                .build();

        okHttp(retry).calls.newCall(request).execute().close();

        assertThat(server.requests()).hasSize(MOST_ATTEMPTS);
        assertThat(retry.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
    }
}
