package io.forbear.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the shop does while its services fail, seen from outside: the services count, the actuator tells. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ShopContract {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Downstream orders = new Downstream();
    private final Downstream prices = new Downstream();
    private final Downstream stock = new Downstream();

    /** Starts the shop. */
    abstract void start(String... arguments) throws Exception;

    /** Stops the shop. */
    abstract void stop() throws Exception;

    /** Returns the port of the shop. */
    abstract int port();

    @BeforeAll
    void begins() throws Exception {
        start(
                "--server.port=0",
                "--shop.orders=" + orders.url(),
                "--shop.prices=" + prices.url(),
                "--shop.stock=" + stock.url(),
                "--forbear.http.stock=" + stock.authority());
    }

    @AfterAll
    void ends() throws Exception {
        try {
            stop();
        } finally {
            orders.close();
            prices.close();
            stock.close();
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Returns the sum of a meter of a service, as Prometheus would read it. */
    private double meter(String name, String service) throws IOException, InterruptedException {
        return Arrays.stream(get("/actuator/prometheus").body().split("\n"))
                .filter(line -> line.startsWith(name + "{") && line.contains("retry_service=\"" + service + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aBlockingMethodIsRetriedAndTheServerSawEachAttempt() throws Exception {
        orders.script(503, 503);

        assertThat(get("/blocking/1").body()).isEqualTo("answer to /orders/1");

        assertThat(orders.requests("/orders/1")).isEqualTo(3);
    }

    @Test
    void aFutureIsRetriedAndTheServerSawEachAttempt() throws Exception {
        orders.script(503);

        assertThat(get("/future/2").body()).isEqualTo("answer to /orders/2");

        assertThat(orders.requests("/orders/2")).isEqualTo(2);
    }

    @Test
    void aMonoIsRetriedAndTheServerSawEachAttempt() throws Exception {
        prices.script(503);

        assertThat(get("/mono/3").body()).isEqualTo("answer to /prices/3");

        assertThat(prices.requests("/prices/3")).isEqualTo(2);
    }

    @Test
    void aRestClientRetriesToTheHostOfAPropertyAndEachAttemptIsSigned() throws Exception {
        stock.script(503, 503);

        assertThat(get("/stock/rest/8").body()).isEqualTo("answer to /stock/8");

        assertThat(stock.requests("/stock/8")).isEqualTo(3);
        assertThat(stock.unsigned()).isZero();
    }

    @Test
    void aWebClientRetriesToTheHostOfAPropertyAndEachAttemptIsSigned() throws Exception {
        stock.script(503, 503);

        assertThat(get("/stock/web/9").body()).isEqualTo("answer to /stock/9");

        assertThat(stock.requests("/stock/9")).isEqualTo(3);
        assertThat(stock.unsigned()).isZero();
    }

    @Test
    void aPostToAHostOfAPropertyIsNotRepeatedAfterTheServerMayHaveCarriedItOut() throws Exception {
        stock.script(500);

        assertThat(get("/stock/reserve/10").statusCode()).isEqualTo(500);

        assertThat(stock.requests("/stock/10")).isEqualTo(1);
    }

    @Test
    void aClientErrorIsNotRetriedAndItsFallbackAnswers() throws Exception {
        orders.script(404);

        assertThat(get("/blocking/4").body()).isEqualTo("no 4: NotFound");

        assertThat(orders.requests("/orders/4")).isEqualTo(1);
    }

    @Test
    void metersAndEndpointCountWhatTheServerCounted() throws Exception {
        orders.script(503);
        get("/blocking/5");
        get("/future/5");
        prices.script(503);
        get("/mono/5");

        for (int i = 0; i < 2; i++) {
            Downstream server = i == 0 ? orders : prices;
            String service = i == 0 ? "orders" : "prices";
            Thread.sleep(150); // one reading of the counters serves all meters of 100 ms
            assertThat(meter("forbear_attempts_total", service)).as(service).isEqualTo(server.requests());
            assertThat(get("/actuator/forbear").body())
                    .contains("\"attempts\":" + server.requests())
                    .contains("\"" + service + "\"");
        }
    }

    @Test
    void theEndpointNamesFileAndLineOfEachValue() throws Exception {
        get("/blocking/6");

        HttpResponse<String> one = get("/actuator/forbear/orders");

        assertThat(one.statusCode()).isEqualTo(200);
        assertThat(one.body())
                .contains("\"max-attempts\":{\"value\":\"3\",\"source\":\"file\","
                        + "\"origin\":\"forbear.services.orders.max-attempts (application.yml:9)\"}")
                .contains("\"breaker\":{\"state\":\"closed\"")
                .contains("\"budget\":{\"balance\":");
        assertThat(get("/actuator/forbear/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void aBreakerIsForcedAndResetOverHttpAndHealthStaysUp() throws Exception {
        get("/mono/7");
        HttpResponse<String> forced = post(
                "/actuator/forbear/prices",
                "{\"action\": \"force-breaker-open\", \"who\": \"ann\", \"why\": \"prices move\"}");
        assertThat(forced.statusCode()).isEqualTo(200);
        int before = prices.requests();

        assertThat(get("/mono/7").statusCode()).isEqualTo(500);
        HttpResponse<String> health = get("/actuator/health");

        assertThat(prices.requests()).isEqualTo(before);
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).contains("\"prices\":\"FORCED_OPEN\"");
        post("/actuator/forbear/prices", "{\"action\": \"reset-breaker\", \"who\": \"ann\", \"why\": \"they have\"}");
        assertThat(get("/mono/7").statusCode()).isEqualTo(200);
    }

    @Test
    void settingsAreReadAgainOverHttp() throws Exception {
        HttpResponse<String> reloaded = post("/actuator/forbear", "{}");

        assertThat(reloaded.statusCode()).isEqualTo(200);
        assertThat(reloaded.body()).contains("\"problem\":null").contains("\"last\":\"20");
    }
}
