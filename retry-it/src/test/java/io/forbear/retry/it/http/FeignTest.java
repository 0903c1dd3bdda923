package io.forbear.retry.it.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import feign.Body;
import feign.Client;
import feign.Feign;
import feign.FeignException;
import feign.HeaderMap;
import feign.Param;
import feign.Request;
import feign.RequestLine;
import feign.Response;
import feign.Retryer;
import feign.Util;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.feign.FeignRetry;
import io.forbear.retry.it.http.ScriptedServer.Answer;
import io.forbear.retry.okhttp.OkHttpRetry;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Feign behind {@link FeignRetry}, over OkHttp, whose own retries are off. */
class FeignTest extends HttpAdapterContract {

    /** One method for each method of HTTP; the address is that of the call. */
    interface Api {
        @RequestLine("GET")
        Response get(URI uri, @HeaderMap Map<String, String> headers);

        @RequestLine("PUT")
        @Body("{body}")
        Response put(URI uri, @HeaderMap Map<String, String> headers, @Param("body") String body);

        @RequestLine("POST")
        @Body("{body}")
        Response post(URI uri, @HeaderMap Map<String, String> headers, @Param("body") String body);

        @RequestLine("POST")
        Response postNothing(URI uri);

        @RequestLine("GET")
        String text(URI uri);
    }

    @Override
    protected HttpCaller caller(Retry retry) {
        return new FeignCaller(FeignRetry.of(retry), 60);
    }

    @Override
    protected HttpCaller impatientCaller(Retry retry) {
        return new FeignCaller(FeignRetry.of(retry), 2);
    }

    @Override
    protected Set<Mode> modes() {
        return EnumSet.of(Mode.BLOCKING);
    }

    @Override
    protected boolean hasOneShotBodies() {
        return false;
    }

    @Override
    protected boolean readsBodiesInTheAttempt() {
        return false;
    }

    private static Api api(Client client, FeignRetry retry, long readSeconds) {
        return Feign.builder()
                .client(client)
                .options(new Request.Options(10, TimeUnit.SECONDS, readSeconds, TimeUnit.SECONDS, false))
                .addCapability(retry)
                .target(Api.class, "http://127.0.0.1");
    }

    private static final class FeignCaller implements HttpCaller {

        private final OkHttpClient http = OkHttpRetry.withoutOwnRetries(new OkHttpClient());
        private final Api api;

        private FeignCaller(FeignRetry retry, long readSeconds) {
            api = api(new feign.okhttp.OkHttpClient(http), retry, readSeconds);
        }

        @Override
        public Reply send(Call call) throws IOException {
            try (Response response =
                    switch (call.method()) {
                        case "GET" -> api.get(call.uri(), call.headers());
                        case "PUT" -> api.put(call.uri(), call.headers(), "body");
                        default -> api.post(call.uri(), call.headers(), "body");
                    }) {
                Reader body = response.body().asReader(StandardCharsets.UTF_8);
                return new Reply(response.status(), Util.toString(body));
            } catch (FeignException thrown) {
                throw cause(thrown);
            }
        }

        @Override
        public void close() {
            http.dispatcher().executorService().shutdown();
            http.connectionPool().evictAll();
        }
    }

    /** Feign wraps what a client throws, and what it meets while it reads a body. */
    private static IOException cause(FeignException thrown) throws IOException {
        if (thrown.getCause() instanceof IOException io) {
            return io;
        }
        throw thrown;
    }

    /** The column of the guide that says what Feign does without the capability; its pauses are none here. */
    @Test
    void theBareFeignReachesTheServerAsOftenAsTheGuideSays() {
        Api bare = Feign.builder().retryer(new Retryer.Default(1, 1, 5)).target(Api.class, "http://127.0.0.1");
        URI uri = server.uri("/orders");
        Executable get = () -> bare.text(uri);
        Executable post = () -> bare.post(uri, Map.of(), "body");

        for (Answer broken : List.of(Answers.reset(), Answers.close())) {
            assertThat(requestsOf(broken, false, get)).isEqualTo(10);
            assertThat(requestsOf(broken, false, post)).isEqualTo(5);
        }
        for (int status : new int[] {408, 421, 425, 429, 503}) {
            assertThat(requestsOf(Answers.status(status), false, get)).isEqualTo(1);
            assertThat(requestsOf(Answers.status(status), false, post)).isEqualTo(1);
        }
        for (int status : new int[] {408, 429, 503}) {
            assertThat(requestsOf(Answers.status(status, "Retry-After: 0"), false, get))
                    .isEqualTo(5);
        }
    }

    /** What {@code HttpURLConnection} repeats by itself remains, as the guide says. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void overTheDefaultClientAGetWhoseConnectionBreaksReachesTheServerTwicePerAttempt(boolean reset) {
        server.always(reset ? Answers.reset() : Answers.close());
        Retry retry = open(service(policy()).build());
        Api api = api(new Client.Default(null, null), FeignRetry.of(retry), 60);

        catchThrowable(() -> api.get(server.uri("/orders"), Map.of()));

        assertThat(retry.snapshot().attempts()).isEqualTo(MOST_ATTEMPTS);
        assertThat(server.requests()).hasSize(2 * MOST_ATTEMPTS);
    }

    @Test
    void overTheDefaultClientAPostReachesTheServerOnce() {
        server.always(Answers.close());
        Retry retry = open(service(policy()).build());
        Api api = api(new Client.Default(null, null), FeignRetry.of(retry), 60);

        catchThrowable(() -> api.post(server.uri("/orders"), Map.of(), "body"));
        catchThrowable(() -> api.postNothing(server.uri("/orders")));

        assertThat(server.requests())
                .extracting(request -> request.method() + " " + request.body())
                .containsExactly("POST body", "POST ");
    }

    @Test
    void aResultIsDecodedFromTheLastResponse() {
        server.script(Answers.status(503), Answers.status(200));
        Retry retry = open(service(policy()).build());
        Api api = api(new Client.Default(null, null), FeignRetry.of(retry), 60);

        assertThat(api.text(server.uri("/orders"))).isEqualTo("status 200");

        assertThat(server.requests()).hasSize(2);
    }

    /** The {@code Retry-After} of an error would make Feign's own retryer call again. */
    @Test
    void anErrorIsThatOfTheLastResponseAndFeignMakesNoAttemptOfItsOwn() {
        server.always(Answers.status(503, "Retry-After: 0"));
        Retry retry = open(service(policy()).build());
        Api api = api(new Client.Default(null, null), FeignRetry.of(retry), 60);

        Throwable thrown = catchThrowable(() -> api.text(server.uri("/orders")));

        assertThat(thrown).isInstanceOfSatisfying(FeignException.class, error -> assertThat(error.status())
                .isEqualTo(503));
        assertThat(server.requests()).hasSize(MOST_ATTEMPTS);
    }

    @Test
    void eachCallAsksForItsRetry() {
        server.always(Answers.status(503));
        Retry retry = open(service(policy()).build());
        FeignRetry byRequest = FeignRetry.of(request -> request.headers().containsKey("Safe")
                ? retry.with(CallOptions.defaults().idempotent())
                : retry);
        Api api = api(new Client.Default(null, null), byRequest, 60);

        api.post(server.uri("/orders"), Map.of(), "body").close();
        api.post(server.uri("/orders"), Map.of("Safe", "yes"), "body").close();

        assertThat(server.requests()).hasSize(1 + MOST_ATTEMPTS);
    }
}
