package io.forbear.retry.it.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.CallOptions;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.apache.HttpClient5Retry;
import io.forbear.retry.error.Classification;
import io.forbear.retry.it.http.ScriptedServer.Received;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classic client of Apache HttpClient 5 behind {@link HttpClient5Retry}, with a pool of one connection. */
class ApacheClassicTest extends HttpAdapterContract {

    @Override
    protected HttpCaller caller(Retry retry) {
        return new Classic(HttpClient5Retry.install(client(60), retry));
    }

    @Override
    protected HttpCaller impatientCaller(Retry retry) {
        return new Classic(HttpClient5Retry.install(client(2), retry));
    }

    @Override
    protected Set<Mode> modes() {
        return EnumSet.of(Mode.BLOCKING);
    }

    @Override
    protected boolean readsBodiesInTheAttempt() {
        return false;
    }

    private static HttpClientBuilder client(long responseSeconds) {
        return HttpClients.custom()
                .disableRedirectHandling()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(1)
                        .setMaxConnTotal(1)
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(responseSeconds, TimeUnit.SECONDS)
                        .setConnectionRequestTimeout(20, TimeUnit.SECONDS)
                        .build());
    }

    private static HttpUriRequestBase request(HttpCaller.Call call) {
        HttpUriRequestBase request = new HttpUriRequestBase(call.method(), call.uri());
        call.headers().forEach(request::setHeader);
        switch (call.body()) {
            case NONE -> {}
            case TEXT -> request.setEntity(new StringEntity("body"));
            case ONE_SHOT ->
                request.setEntity(new InputStreamEntity(
                        new ByteArrayInputStream("body".getBytes(StandardCharsets.UTF_8)), ContentType.TEXT_PLAIN));
        }
        return request;
    }

    private static HttpCaller.Reply reply(ClassicHttpResponse response) throws IOException {
        try {
            return new HttpCaller.Reply(response.getCode(), EntityUtils.toString(response.getEntity()));
        } catch (ParseException unreadable) {
            throw new IOException(unreadable);
        }
    }

    private static final class Classic implements HttpCaller {

        private final CloseableHttpClient client;

        private Classic(HttpClientBuilder builder) {
            client = builder.build();
        }

        @Override
        public Reply send(Call call) throws IOException {
            return client.execute(request(call), ApacheClassicTest::reply);
        }

        @Override
        public Optional<Cancellable> cancellable(Call call) {
            HttpUriRequestBase request = request(call);
            return Optional.of(new Cancellable() {
                @Override
                public Reply send() throws IOException {
                    return client.execute(request, ApacheClassicTest::reply);
                }

                @Override
                public void cancel() {
                    request.cancel();
                }
            });
        }

        @Override
        public void close() {
            try {
                client.close();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    private CloseableHttpClient apache(Retry retry) {
        return open(new Classic(HttpClient5Retry.install(client(60), open(retry)))).client;
    }

    /**
     * The column of the guide that says what the client does without the adapter; its pause of a second is none here.
     */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void theBareClientReachesTheServerAsOftenAsTheGuideSays(String method) throws IOException {
        int broken = method.equals("GET") ? 2 : 1;
        try (CloseableHttpClient bare = HttpClients.custom()
                .setRetryStrategy(new DefaultHttpRequestRetryStrategy(1, TimeValue.ofMilliseconds(1)))
                .build()) {
            Executable send = () -> bare.execute(request(call(method)), ApacheClassicTest::reply);

            assertThat(requestsOf(Answers.reset(), true, send)).isEqualTo(broken);
            assertThat(requestsOf(Answers.close(), true, send)).isEqualTo(broken);
            assertThat(requestsOf(Answers.reset(), false, send)).isEqualTo(broken);
            assertThat(requestsOf(Answers.close(), false, send)).isEqualTo(broken);
            assertThat(requestsOf(Answers.status(408), false, send)).isEqualTo(1);
            assertThat(requestsOf(Answers.status(429), false, send)).isEqualTo(2);
            assertThat(requestsOf(Answers.status(503), false, send)).isEqualTo(2);
            assertThat(requestsOf(Answers.status(421), false, send)).isEqualTo(1);
            assertThat(requestsOf(Answers.status(425), false, send)).isEqualTo(1);
        }
    }

    @Test
    void retriesThatTheUserHadSwitchedOffAreNoHindrance() throws IOException {
        server.script(Answers.status(503), Answers.status(200));
        Retry retry = open(service(policy()).build());
        HttpClientBuilder builder = client(60).disableAutomaticRetries();
        CloseableHttpClient http = open(new Classic(HttpClient5Retry.install(builder, retry))).client;

        assertThat(http.execute(request(call("GET")), ApacheClassicTest::reply).status())
                .isEqualTo(200);

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aContextNamesTheRetryOfOneCall() throws IOException {
        server.always(Answers.status(503));
        Retry retry = service(policy()).build();
        CloseableHttpClient http = apache(retry);
        HttpClientContext context = HttpClient5Retry.by(
                retry.forClient("ann").with(CallOptions.defaults().idempotent()), HttpClientContext.create());

        http.execute(request(call("POST")), context, ApacheClassicTest::reply);

        assertThat(server.requests()).hasSize(MOST_ATTEMPTS);
    }

    @Test
    void aRedirectIsACallOfItsOwn() throws IOException {
        server.script(Answers.status(302, "Location: /there"), Answers.status(503), Answers.status(200));
        Retry retry = open(service(policy()).build());
        CloseableHttpClient http = open(new Classic(HttpClient5Retry.install(HttpClients.custom(), retry))).client;

        assertThat(http.execute(request(call("GET")), ApacheClassicTest::reply).status())
                .isEqualTo(200);

        assertThat(server.requests()).extracting(Received::path).containsExactly("/orders", "/there", "/there");
        assertThat(retry.snapshot().calls()).isEqualTo(2);
    }

    @Test
    void aRuleOfThePolicyGoesBeforeTheStatus() throws IOException {
        server.script(Answers.status(200, "Busy: yes"), Answers.status(404));
        Retry retry = service(policy().classifyResult(
                                HttpResponse.class,
                                response -> response.containsHeader("Busy")
                                        ? Classification.of(io.forbear.retry.error.ErrorCategory.TRANSIENT)
                                        : Classification.success()))
                .build();

        assertThat(apache(retry)
                        .execute(request(call("GET")), ApacheClassicTest::reply)
                        .status())
                .isEqualTo(404);

        assertThat(server.requests()).hasSize(2);
        assertThat(retry.snapshot().successes()).isEqualTo(1);
    }

    @Test
    void aFailedResponseThatIsThrownIsTheClients() {
        server.always(Answers.status(503));
        Retry retry = service(policy().throwFailedResults()).build();

        Throwable thrown = catchThrowable(() -> apache(retry).execute(request(call("GET")), ApacheClassicTest::reply));

        assertThat(thrown).isInstanceOfSatisfying(FailedResultException.class, bad -> assertThat(bad.result())
                .isInstanceOfSatisfying(ClassicHttpResponse.class, response -> assertThat(response.getCode())
                        .isEqualTo(503)));
    }
}
