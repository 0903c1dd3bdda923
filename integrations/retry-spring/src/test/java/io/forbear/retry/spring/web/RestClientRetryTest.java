package io.forbear.retry.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.http.NoResponseException;
import io.forbear.retry.spring.ForbearRetry;
import io.forbear.retry.spring.RetryLookup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** {@link RestClientRetry} in the clients of Spring, over the client of the JDK. */
public class RestClientRetryTest extends HttpFixture {

    /** As an application has it: the client of the JDK, whose HTTP/1.1 is what the server speaks. */
    private static JdkClientHttpRequestFactory factory() {
        return new JdkClientHttpRequestFactory(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    private RestClient client(ClientHttpRequestInterceptor... interceptors) {
        return RestClient.builder()
                .requestFactory(factory())
                .requestInterceptors(all -> all.addAll(List.of(interceptors)))
                .build();
    }

    private String get(RestClient client) {
        return client.get().uri(uri()).retrieve().body(String.class);
    }

    // ---- what is retried

    @Test
    void aGetIsRepeatedUntilItSucceeds() {
        answers(503, 500);

        assertThat(get(client(RestClientRetry.of(orders)))).isEqualTo("status 200");

        assertThat(requests).extracting(one -> one.header(AttemptHeader.NAME)).containsExactly(null, "2", "3");
        assertThat(time.sleeper().sleeps()).hasSize(2);
    }

    @Test
    void theErrorIsThatOfTheLastResponse() {
        answers(503, 500, 502);

        assertThatThrownBy(() -> get(client(RestClientRetry.of(orders))))
                .isInstanceOfSatisfying(HttpServerErrorException.class, error -> {
                    assertThat(error.getStatusCode().value()).isEqualTo(502);
                    assertThat(error.getResponseBodyAsString()).isEqualTo("status 502");
                });
        assertThat(requests).hasSize(3);
    }

    @Test
    void aPostIsSentOnceUnlessTheUserSaysThatItMayBeRepeated() {
        answers(503, 503);
        RestClient once = client(RestClientRetry.of(orders));
        RestClient again =
                client(RestClientRetry.of(orders.with(CallOptions.defaults().idempotent())));

        assertThatThrownBy(() -> post(once)).isInstanceOf(HttpServerErrorException.class);
        assertThat(requests).hasSize(1);
        assertThat(post(again)).isEqualTo("status 200");
        assertThat(requests).extracting(Received::body).containsExactly("body", "body", "body");
    }

    private String post(RestClient client) {
        return client.post().uri(uri()).body("body").retrieve().body(String.class);
    }

    @Test
    void whatTheServerAsksForIsWaitedFor() {
        answers(429);
        Retry patient = open(service("patient")
                .policy(policy().reset(ErrorCategory.RATE_LIMIT).build())
                .build());

        assertThat(get(client(RestClientRetry.of(patient)))).isEqualTo("status 200");

        assertThat(time.sleeper().sleeps()).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void theTimeThatIsLeftIsSentWhereTheCallHasADeadline() {
        answers(503);
        Retry hurried = orders.with(CallOptions.defaults().deadline(Duration.ofSeconds(2)));

        get(client(RestClientRetry.of(hurried)));

        assertThat(requests).extracting(one -> one.header("forbear-timeout-ms")).containsExactly("2000", "1900");
    }

    @Test
    void anAttemptThatHangsIsInterruptedWhereThePolicySaysSo() {
        Retry retry = open(io.forbear.retry.core.Retries.named("hanging")
                .policy(policy().maxAttempts(1)
                        .attemptTimeout(Duration.ofMillis(500)) // in which the first attempt loads classes
                        .interruptOnTimeout()
                        .build())
                .build());
        ClientHttpRequestInterceptor hangs = (request, body, execution) -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                throw new IOException(interrupt);
            }
            return execution.execute(request, body);
        };

        assertThatThrownBy(() -> get(client(RestClientRetry.of(retry), hangs)))
                .isInstanceOf(ResourceAccessException.class)
                .hasCauseInstanceOf(java.net.SocketTimeoutException.class);

        assertThat(Thread.interrupted()).isFalse();
        assertThat(requests).isEmpty();
    }

    @Test
    void aCallThatIsRefusedSaysWhyAndReachesNoServer() {
        Retry guarded = open(service("guarded")
                .circuitBreaker(CircuitBreakers.failureRate(0.5))
                .build());
        guarded.circuitBreaker().orElseThrow().forceOpen();

        assertThatThrownBy(() -> get(client(RestClientRetry.of(guarded))))
                .isInstanceOf(ResourceAccessException.class)
                .hasCauseInstanceOf(NoResponseException.class)
                .hasRootCauseInstanceOf(CircuitOpenException.class);
        assertThat(requests).isEmpty();
    }

    @Test
    void theExceptionOfTheLastAttemptSaysWhyTheCallStopped() {
        ClientHttpRequestInterceptor broken = (request, body, execution) -> {
            throw new IOException("reset");
        };

        Throwable thrown = catchThrowable(() -> get(client(RestClientRetry.of(orders), broken)));

        assertThat(thrown).isInstanceOf(ResourceAccessException.class);
        assertThat(thrown.getCause().getSuppressed())
                .singleElement()
                .isInstanceOfSatisfying(
                        RetryStopped.class, note -> assertThat(note.reason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED));
    }

    // ---- the other interceptors

    /** Adds to a header, as one does who thinks of one attempt only. */
    private static ClientHttpRequestInterceptor adding(String name, List<String> seen) {
        return (request, body, execution) -> {
            seen.add(name);
            request.getHeaders().add("trace", name + seen.size());
            request.getAttributes().put(name, seen.size());
            return execution.execute(request, body);
        };
    }

    @Test
    void interceptorsBeforeItRunOnceAndThoseAfterItForEachAttempt() {
        answers(503, 503);
        List<String> before = new ArrayList<>();
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();

        get(client(
                adding("before", before),
                RestClientRetry.of(orders),
                adding("first", first),
                adding("second", second)));

        assertThat(before).hasSize(1);
        assertThat(first).hasSize(3);
        assertThat(second).hasSize(3);
        assertThat(requests)
                .extracting(one -> one.headers().get("trace"))
                .containsExactly(
                        List.of("before1", "first1", "second1"),
                        List.of("before1", "first2", "second2"),
                        List.of("before1", "first3", "second3"));
    }

    @Test
    void theSameHoldsForARestTemplateAndForAClientThatIsMadeOfOne() {
        List<String> after = new ArrayList<>();
        RestTemplate template = new RestTemplate(factory());
        template.setInterceptors(List.of(RestClientRetry.of(orders), adding("after", after)));

        answers(503, 503);
        assertThat(template.getForObject(uri(), String.class)).isEqualTo("status 200");
        assertThat(requests)
                .extracting(one -> one.headers().get("trace"))
                .hasSize(3)
                .doesNotContainNull();

        requests.clear();
        answers(503, 503);
        assertThat(get(RestClient.create(template))).isEqualTo("status 200");
        assertThat(requests)
                .extracting(one -> one.headers().get("trace"))
                .hasSize(3)
                .doesNotContainNull();
        assertThat(orders.snapshot().calls()).as("once for each call").isEqualTo(2);
    }

    @Test
    void aRetryThatStandsLastIsTheSameInBothVersionsOfSpring() {
        answers(503, 503);
        List<String> before = new ArrayList<>();

        get(client(adding("before", before), RestClientRetry.of(orders)));

        assertThat(before).hasSize(1);
        assertThat(requests).hasSize(3);
    }

    @Test
    void aResponseIsClosedBeforeTheWait() {
        List<ClosedResponse> responses = new ArrayList<>();
        ClientHttpRequestInterceptor server = (request, body, execution) -> {
            ClosedResponse response = new ClosedResponse(responses.size() < 2 ? 503 : 200);
            responses.add(response);
            return response;
        };
        time.sleeper().onSleep(() -> assertThat(responses).allMatch(one -> one.closed));

        get(client(RestClientRetry.of(orders), server));

        assertThat(responses).hasSize(3);
        assertThat(time.sleeper().sleeps()).hasSize(2);
    }

    /** Knows whether it is closed. */
    private static class ClosedResponse extends MockClientHttpResponse {
        private boolean closed;

        ClosedResponse(int status) {
            super(new byte[0], HttpStatusCode.valueOf(status));
        }

        @Override
        public void close() {
            closed = true;
            super.close();
        }
    }

    @Test
    void eachCallAsksForItsRetry() {
        answers(503);
        Retry other = open(service("other").build());
        RestClient client =
                client(RestClientRetry.of(request -> request.getURI().getQuery() == null ? orders : other));

        get(client);
        client.get().uri(URI.create(uri() + "?other")).retrieve().toBodilessEntity();

        assertThat(orders.snapshot().attempts()).isEqualTo(2);
        assertThat(other.snapshot().attempts()).isEqualTo(1);
    }

    // ---- clients that are an interface

    /** A client of which there is no class, and so no object behind its proxy. */
    public interface OrdersApi {
        @GetExchange("/orders")
        @ForbearRetry(value = "orders", fallbackMethod = "none")
        String all();

        default String none(Exception failure) {
            return "none for " + failure.getClass().getSimpleName();
        }
    }

    private OrdersApi api(ClientHttpRequestInterceptor... interceptors) {
        RestClient client = client(interceptors)
                .mutate()
                .baseUrl(uri().replace("/orders", ""))
                .build();
        AnnotationConfigApplicationContext context = open(new AnnotationConfigApplicationContext());
        context.registerBean(RetryLookup.class, () -> name -> orders);
        context.registerBean(OrdersApi.class, () -> HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
                .build()
                .createClient(OrdersApi.class));
        context.register(Enabled.class);
        context.refresh();
        return context.getBean(OrdersApi.class);
    }

    @Test
    void anAnnotatedClientWithoutAnObjectBehindItsProxyIsRetried() {
        answers(503, 503);

        assertThat(api().all()).isEqualTo("status 200");

        assertThat(requests).hasSize(3);
    }

    @Test
    void anAnnotatedClientWithoutAnObjectHasItsDefaultMethodAsFallback() {
        answers(503, 503, 503);

        assertThat(api().all()).isEqualTo("none for ServiceUnavailable");
    }

    /** What the interceptor is given by code that is not of Spring is left alone. */
    @Test
    void anExecutionThatIsNotOfSpringIsUsedAsItIs() throws IOException {
        List<Integer> calls = new ArrayList<>();
        ClientHttpRequestExecution execution = (request, body) -> {
            calls.add(calls.size());
            return new ClosedResponse(calls.size() < 3 ? 503 : 200);
        };

        ClientHttpResponse response = RestClientRetry.of(orders)
                .intercept(
                        new AttemptRequest(new org.springframework.mock.http.client.MockClientHttpRequest()),
                        new byte[0],
                        execution);

        assertThat(response.getStatusCode().value()).isEqualTo(200);
        assertThat(calls).hasSize(3);
    }

    @Test
    void aResponseWhoseStatusCannotBeReadIsClosed() throws IOException {
        List<ClosedResponse> responses = new ArrayList<>();
        ClientHttpRequestExecution execution = (request, body) -> {
            ClosedResponse response = new ClosedResponse(200) {
                @Override
                public HttpStatusCode getStatusCode() {
                    throw new IllegalArgumentException("status 99");
                }
            };
            responses.add(response);
            return response;
        };

        assertThatThrownBy(() -> RestClientRetry.of(orders)
                        .intercept(
                                new AttemptRequest(new org.springframework.mock.http.client.MockClientHttpRequest()),
                                new byte[0],
                                execution))
                .hasMessage("status 99");

        assertThat(responses).isNotEmpty().allMatch(one -> one.closed);
    }
}
