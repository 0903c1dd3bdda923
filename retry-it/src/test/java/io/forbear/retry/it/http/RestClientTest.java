package io.forbear.retry.it.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forbear.retry.Retry;
import io.forbear.retry.it.http.ScriptedServer.Answer;
import io.forbear.retry.spring.web.RestClientRetry;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.util.StreamUtils;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/** Spring's {@code RestClient} behind {@link RestClientRetry}, over Apache HttpClient 5, whose own retries are off. */
class RestClientTest extends HttpAdapterContract {

    @Override
    protected HttpCaller caller(Retry retry) {
        return new Rest(client(60).disableAutomaticRetries().build(), retry);
    }

    @Override
    protected HttpCaller impatientCaller(Retry retry) {
        return new Rest(client(2).disableAutomaticRetries().build(), retry);
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

    /** Closing a response of Apache reads the rest of its body. */
    @Override
    protected boolean readsFailedBodiesInTheAttempt() {
        return true;
    }

    /** Time-outs are settings of Spring's request factories, and none of a request. */
    @Override
    void theDeadlineBoundsAnAttempt(Mode mode) {
        assumeTrue(false, "skipped: the read time-out of the client bounds an attempt, or interruptOnTimeout()");
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

    private static final class Rest implements HttpCaller {

        private final CloseableHttpClient http;
        private final RestClient client;

        private Rest(CloseableHttpClient http, Retry retry) {
            this.http = http;
            this.client = RestClient.builder()
                    .requestFactory(new HttpComponentsClientHttpRequestFactory(http))
                    .requestInterceptor(RestClientRetry.of(retry))
                    .build();
        }

        @Override
        public Reply send(Call call) throws IOException {
            RestClient.RequestBodySpec request = client.method(HttpMethod.valueOf(call.method()))
                    .uri(call.uri())
                    .headers(headers -> call.headers().forEach(headers::set));
            if (call.body() != Body.NONE) {
                request.body("body");
            }
            try {
                return request.exchange((sent, response) -> new Reply(
                        response.getStatusCode().value(),
                        StreamUtils.copyToString(response.getBody(), java.nio.charset.StandardCharsets.UTF_8)));
            } catch (ResourceAccessException wrapped) {
                throw wrapped.getCause() instanceof IOException io ? io : new IOException(wrapped);
            }
        }

        @Override
        public void close() {
            http.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
        }
    }

    /** Why the client's own retries have to be off: it repeats a POST too, after a second. */
    @Test
    void theBareClientRepeatsA503AsTheGuideSays() {
        try (Rest bare = new Rest(
                client(60).build(),
                io.forbear.retry.core.Retries.named("none")
                        .policy(policy().enabled(false).build())
                        .build())) {
            Executable post = () -> bare.send(call("POST"));
            for (Answer answer : List.of(Answers.status(503), Answers.status(429))) {
                assertThat(requestsOf(answer, false, post)).isEqualTo(2);
            }
        }
    }
}
