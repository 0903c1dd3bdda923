package io.forbear.retry.it.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.apache.HttpClient5Retry;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleResponseConsumer;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.entity.StringAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.AsyncRequestBuilder;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The asynchronous client of Apache HttpClient 5 behind {@link HttpClient5Retry}: one thread, one connection. */
class ApacheAsyncTest extends HttpAdapterContract {

    @Override
    protected HttpCaller caller(Retry retry) {
        return new Async(HttpClient5Retry.install(client(), retry), call("GET"));
    }

    @Override
    protected Set<Mode> modes() {
        return EnumSet.of(Mode.ASYNCHRONOUS);
    }

    @Override
    protected boolean readsBodiesInTheAttempt() {
        return false;
    }

    @Override
    protected boolean readsFailedBodiesInTheAttempt() {
        return true;
    }

    private static HttpAsyncClientBuilder client() {
        return HttpAsyncClients.custom()
                .disableRedirectHandling()
                .setIOReactorConfig(IOReactorConfig.custom().setIoThreadCount(1).build())
                .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(1)
                        .setMaxConnTotal(1)
                        .setDefaultTlsConfig(TlsConfig.custom()
                                .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(20, TimeUnit.SECONDS)
                        .build());
    }

    private static AsyncRequestProducer request(HttpCaller.Call call) {
        AsyncRequestBuilder request = AsyncRequestBuilder.create(call.method()).setUri(call.uri());
        call.headers().forEach(request::setHeader);
        switch (call.body()) {
            case NONE -> {}
            case TEXT -> request.setEntity(new StringAsyncEntityProducer("body"));
            case ONE_SHOT -> request.setEntity(new OneShot());
        }
        return request.build();
    }

    private static final class OneShot extends StringAsyncEntityProducer {

        private OneShot() {
            super("body");
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }
    }

    private static final class Async implements HttpCaller {

        private final CloseableHttpAsyncClient client;
        private final Call probe;

        private Async(HttpAsyncClientBuilder builder, Call probe) {
            this.probe = probe;
            client = builder.build();
            client.start();
        }

        @Override
        public CompletableFuture<Reply> sendAsync(Call call) {
            return sendAsync(call, HttpClientContext.create());
        }

        private CompletableFuture<Reply> sendAsync(Call call, HttpClientContext context) {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            Future<?> future = client.execute(
                    request(call), SimpleResponseConsumer.create(), null, context, new FutureCallback<>() {
                        @Override
                        public void completed(SimpleHttpResponse response) {
                            String text = response.getBodyText();
                            reply.complete(new Reply(response.getCode(), text == null ? "" : text));
                        }

                        @Override
                        public void failed(Exception failure) {
                            reply.completeExceptionally(failure);
                        }

                        @Override
                        public void cancelled() {
                            reply.cancel(false);
                        }
                    });
            reply.whenComplete((value, thrown) -> {
                if (reply.isCancelled()) {
                    future.cancel(true);
                }
            });
            return reply;
        }

        /** The client has one thread, which no task can be given: what it reads of an answer is work of that thread. */
        @Override
        public Executor clientThread() {
            return task -> sendAsync(probe).thenRun(task);
        }

        @Override
        public void close() {
            client.close(CloseMode.IMMEDIATE);
        }
    }

    /**
     * The column of the guide that says what the client does without the adapter; its pause of a second is none here.
     */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void theBareClientReachesTheServerAsOftenAsTheGuideSays(String method) {
        int broken = method.equals("GET") ? 2 : 1;
        Async bare = open(new Async(
                client().setRetryStrategy(new DefaultHttpRequestRetryStrategy(1, TimeValue.ofMilliseconds(1))),
                call("GET")));
        Executable send = () -> bare.sendAsync(call(method)).get(LONG.toSeconds(), TimeUnit.SECONDS);

        assertThat(requestsOf(Answers.reset(), true, send)).isEqualTo(broken);
        assertThat(requestsOf(Answers.close(), false, send)).isEqualTo(1);
        assertThat(requestsOf(Answers.status(408), false, send)).isEqualTo(1);
        assertThat(requestsOf(Answers.status(429), false, send)).isEqualTo(2);
        assertThat(requestsOf(Answers.status(503), false, send)).isEqualTo(2);
        assertThat(requestsOf(Answers.status(421), false, send)).isEqualTo(1);
        assertThat(requestsOf(Answers.status(425), false, send)).isEqualTo(1);
    }

    @Test
    void aContextNamesTheRetryOfOneCall() throws Throwable {
        server.always(Answers.status(503));
        Retry retry = open(service(policy()).build());
        Async http = open(new Async(HttpClient5Retry.install(client(), retry), call("GET")));
        HttpClientContext context =
                HttpClient5Retry.by(retry.with(CallOptions.defaults().idempotent()), HttpClientContext.create());

        CompletableFuture<HttpCaller.Reply> future = http.sendAsync(call("POST"), context);
        await(() -> future.isDone() || time.scheduler().runNext() && false);

        assertThat(future.get().status()).isEqualTo(503);
        assertThat(server.requests()).hasSize(MOST_ATTEMPTS);
    }

    /** A body that is too long to be kept is read to its end and dropped; a further attempt is made nevertheless. */
    @Test
    void aFailedResponseThatIsTooLongToBeKeptIsRetriedAndIsAnErrorAtTheEnd() throws Throwable {
        server.script(Answers.large(503, 2 << 20), Answers.status(200), Answers.large(404, 2 << 20));
        Retry retry = service(policy()).build();
        HttpCaller http = client(retry);

        assertThat(make(Mode.ASYNCHRONOUS, http, call("GET")).status()).isEqualTo(200);
        Throwable thrown = catchThrowable(() -> make(Mode.ASYNCHRONOUS, http, call("GET")));

        assertThat(thrown).isInstanceOf(IOException.class).hasMessageContaining("too long");
        assertThat(server.requests()).hasSize(3);
        assertThat(retry.snapshot().stopped(StopReason.NOT_RETRYABLE)).isEqualTo(1);
    }

    @Test
    void cancellingWhileABodyComesEndsTheExchange() throws Exception {
        server.script(Answers.slowBody(200));
        Retry retry = service(policy()).build();
        HttpCaller http = client(retry);
        CompletableFuture<HttpCaller.Reply> future = http.sendAsync(call("GET"));
        await(() -> retry.snapshot().successes() == 1);

        future.cancel(true);

        assertThat(http.sendAsync(call("GET"))
                        .get(LONG.toSeconds(), TimeUnit.SECONDS)
                        .status())
                .as("the only connection of the pool is free")
                .isEqualTo(200);
    }

    @Test
    void headersOfTheCallGoWithEachAttempt() throws Throwable {
        server.script(Answers.status(503), Answers.status(200));

        make(Mode.ASYNCHRONOUS, client(service(policy()).build()), call("GET").with("Tenant", "ann"));

        assertThat(server.requests())
                .extracting(request -> request.header("Tenant"))
                .containsExactly("ann", "ann");
    }
}
