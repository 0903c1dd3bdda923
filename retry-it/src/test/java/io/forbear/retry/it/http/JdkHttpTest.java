package io.forbear.retry.it.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Retry;
import io.forbear.retry.http.HttpRetry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The client of the JDK behind {@link HttpRetry}. */
class JdkHttpTest extends HttpAdapterContract {

    private static final byte[] TEXT = "body".getBytes(StandardCharsets.UTF_8);

    @Override
    protected HttpCaller caller(Retry retry) {
        return new Jdk(retry, HttpClient.Version.HTTP_1_1);
    }

    @Override
    protected boolean readsBodiesInTheAttempt() {
        return true;
    }

    private HttpCaller overHttp2(Retry retry) {
        return open(new Jdk(open(retry), HttpClient.Version.HTTP_2));
    }

    private static final class Jdk implements HttpCaller {

        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final HttpRetry http;

        private Jdk(Retry retry, HttpClient.Version version) {
            HttpClient client =
                    HttpClient.newBuilder().version(version).executor(thread).build();
            http = HttpRetry.over(client, retry);
        }

        private static HttpRequest request(Call call) {
            BodyPublisher body =
                    switch (call.body()) {
                        case NONE -> BodyPublishers.noBody();
                        case TEXT -> BodyPublishers.ofByteArray(TEXT);
                        case ONE_SHOT -> onceOnly();
                    };
            HttpRequest.Builder request = HttpRequest.newBuilder(call.uri());
            call.headers().forEach(request::header);
            return call.method().equals("GET")
                    ? request.build()
                    : request.method(call.method(), body).build();
        }

        private static BodyPublisher onceOnly() {
            InputStream stream = new ByteArrayInputStream(TEXT);
            return BodyPublishers.ofInputStream(() -> stream);
        }

        private static Reply reply(HttpResponse<InputStream> response) {
            try (InputStream body = response.body()) {
                return new Reply(response.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        @Override
        public Reply send(Call call) throws IOException, InterruptedException {
            if (call.streamed()) {
                return reply(http.send(request(call), BodyHandlers.ofInputStream()));
            }
            HttpResponse<String> response = http.send(request(call), BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.body());
        }

        @Override
        public CompletableFuture<Reply> sendAsync(Call call) {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            CompletableFuture<?> sent = call.streamed()
                    ? http.sendAsync(request(call), BodyHandlers.ofInputStream())
                            .thenApplyAsync(Jdk::reply)
                            .whenComplete((value, thrown) -> complete(reply, value, thrown))
                    : null;
            if (sent == null) {
                CompletableFuture<HttpResponse<String>> future = http.sendAsync(request(call), BodyHandlers.ofString());
                future.whenComplete((response, thrown) -> complete(
                        reply, response == null ? null : new Reply(response.statusCode(), response.body()), thrown));
                reply.whenComplete((value, thrown) -> {
                    if (reply.isCancelled()) {
                        future.cancel(true);
                    }
                });
            }
            return reply;
        }

        private static void complete(CompletableFuture<Reply> reply, Reply value, Throwable thrown) {
            if (thrown == null) {
                reply.complete(value);
            } else {
                reply.completeExceptionally(thrown);
            }
        }

        @Override
        public Executor clientThread() {
            return thread;
        }

        @Override
        public void close() {
            thread.shutdown();
        }
    }

    /** Why the adapter refuses the client's own repetitions: without it the server is reached twice. */
    @Test
    void theBareClientRepeatsAGetAndCountsItNowhere() {
        server.always(Answers.close());
        HttpClient bare =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        catchThrowable(() -> bare.send(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofString()));

        assertThat(server.requests()).hasSizeGreaterThan(1);
    }

    @Test
    void whatTheClientWasKeptFromIsCounted() {
        server.always(Answers.close());
        Retry retry = open(service(policy()).build());
        HttpRetry http = HttpRetry.over(HttpClient.newHttpClient(), retry);

        catchThrowable(() -> http.send(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofString()));

        assertThat(server.requests()).hasSize(3);
        assertThat(http.repetitionsRefused()).isEqualTo(3);
    }

    /** The switch is read once for each JVM, so this one is of its own. */
    @Test
    void aPostIsSentOnceThoughTheClientIsToldToRepeatAllMethods() throws Exception {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.httpclient.enableAllMethodRetry=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AllMethodRetry.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(output).contains("adapter 1").doesNotContain("bare 1,");
        } finally {
            java.destroyForcibly();
        }
    }

    /** With redirects a second sending may be one, so the client is left alone: the guide says so. */
    @Test
    void aClientThatFollowsRedirectsFollowsThem() throws Exception {
        server.script(Answers.status(302, "Location: /there"), Answers.status(200));
        Retry retry = open(service(policy()).build());
        HttpRetry http = HttpRetry.over(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .build(),
                retry);

        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(server.requests()).hasSize(2);
    }

    /**
     * A newer client, as that of Java 25, itself sends a refused stream again, once, where the method is not guarded:
     * what remains, as the guide says.
     */
    @Test
    void aStreamThatTheServerRefusesUnreadIsRepeatedThoughItIsAPost() throws Throwable {
        assertThat(refused("POST")).isIn(3, 6);
    }

    @Test
    void aGetWhoseStreamIsRefusedReachesTheServerOncePerAttempt() throws Throwable {
        assertThat(refused("GET")).isEqualTo(3);
    }

    /** Returns how many streams the server refused of a call with three attempts. */
    private int refused(String method) throws Throwable {
        server.always(Answers.http2RefusingStreams());
        Retry retry = service(policy()).build();
        HttpCaller caller = overHttp2(retry);
        make(Mode.BLOCKING, caller, call("GET"));
        server.forget();

        end(Mode.BLOCKING, caller, call(method));

        assertThat(retry.snapshot().attempts())
                .as("with that of the call before")
                .isEqualTo(1 + 3);
        assertThat(server.requests()).allSatisfy(one -> assertThat(one.method()).isEqualTo("HTTP/2"));
        return server.requests().size();
    }

    @Test
    void aGetWhoseServerGoesAwayReachesItOncePerAttempt() throws Throwable {
        server.always(Answers.goAway());
        Retry retry = service(policy()).build();

        end(Mode.BLOCKING, overHttp2(retry), call("GET"));

        assertThat(retry.snapshot().attempts()).isEqualTo(3);
        assertThat(server.requests()).hasSize(3);
    }
}
