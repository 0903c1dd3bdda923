package io.forbear.retry.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.okhttp.OkHttpRetry;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** OkHttp with the interceptor of {@link OkHttpRetry#client}: blocking calls. */
class OkHttpInterceptorTest extends HttpAdapterContract {

    @Override
    protected HttpCaller caller(Retry retry) {
        return new OkHttp(retry, Duration.ofSeconds(60));
    }

    @Override
    protected HttpCaller impatientCaller(Retry retry) {
        return new OkHttp(retry, Duration.ofSeconds(2));
    }

    @Override
    protected Set<Mode> modes() {
        return EnumSet.of(Mode.BLOCKING);
    }

    @Override
    protected boolean readsBodiesInTheAttempt() {
        return false;
    }

    private static final class OkHttp implements HttpCaller {

        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final OkHttpClient client;

        private OkHttp(Retry retry, Duration readTimeout) {
            client = OkHttpRetry.client(OkHttpTest.client(thread, readTimeout).build(), retry);
        }

        @Override
        public Reply send(Call call) throws IOException {
            return OkHttpTest.reply(client.newCall(OkHttpTest.request(call)).execute());
        }

        @Override
        public Optional<Cancellable> cancellable(Call call) {
            okhttp3.Call made = client.newCall(OkHttpTest.request(call));
            return Optional.of(new Cancellable() {
                @Override
                public Reply send() throws IOException {
                    return OkHttpTest.reply(made.execute());
                }

                @Override
                public void cancel() {
                    made.cancel();
                }
            });
        }

        @Override
        public void close() {
            thread.shutdown();
            client.connectionPool().evictAll();
        }
    }

    /** Its wait would hold the thread of the dispatcher. */
    @Test
    void anEnqueuedCallIsMadeOnce() throws Exception {
        server.always(Answers.status(503));
        Retry retry = open(service(policy()).build());
        OkHttp http = open(new OkHttp(retry, Duration.ofSeconds(60)));
        CompletableFuture<Integer> status = new CompletableFuture<>();

        http.client.newCall(OkHttpTest.request(call("GET"))).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException failure) {
                status.completeExceptionally(failure);
            }

            @Override
            public void onResponse(Call call, Response response) {
                response.close();
                status.complete(response.code());
            }
        });

        assertThat(status.get()).isEqualTo(503);
        assertThat(server.requests()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.NOT_REPEATABLE)).isEqualTo(1);
    }

    /** On real time: the call time-out cancels the call, which waits for an hour. */
    @Test
    void theCallTimeoutEndsTheWait() throws IOException {
        Retry retry = open(io.forbear.retry.core.Retries.named("orders")
                .policy(policy().backoff(io.forbear.retry.Backoff.fixed(Duration.ofHours(1))
                                .jitter(io.forbear.retry.Jitter.none()))
                        .build())
                .build());
        OkHttp http = open(new OkHttp(retry, Duration.ofSeconds(60)));
        http.send(call("GET")); // within the time-out a request is to be answered
        server.forget();
        server.always(Answers.status(503));
        OkHttpClient client =
                http.client.newBuilder().callTimeout(Duration.ofSeconds(1)).build();

        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(
                () -> client.newCall(OkHttpTest.request(call("GET"))).execute());

        assertThat(thrown).isInstanceOf(IOException.class).hasMessage("timeout");
        assertThat(server.requests()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
    }
}
