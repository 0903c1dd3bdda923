package io.forbear.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forbear.retry.testsupport.PostgresProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

    private PostgresProcess postgres;

    /** Starts the shop. */
    abstract void start(String... arguments) throws Exception;

    /** Stops the shop. */
    abstract void stop() throws Exception;

    /** Returns the port of the shop. */
    abstract int port();

    @BeforeAll
    void begins() throws Exception {
        postgres = PostgresProcess.startIfInstalled().orElse(null);
        start(
                "--server.port=0",
                "--spring.datasource.url=" + (postgres == null ? "jdbc:postgresql://localhost:1/none" : postgres.url()),
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
            if (postgres != null) {
                postgres.close();
            }
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
        HttpResponse<String> anonymous = post("/actuator/forbear/prices", "{\"action\": \"reset-breaker\"}");
        assertThat(anonymous.statusCode()).isEqualTo(400);
        assertThat(anonymous.body()).isEqualTo("{\"problem\":\"who:  (expected: one line of 1 to 100 characters)\"}");
        post("/actuator/forbear/prices", "{\"action\": \"reset-breaker\", \"who\": \"ann\", \"why\": \"they have\"}");
        assertThat(get("/mono/7").statusCode()).isEqualTo(200);
    }

    @Test
    void settingsAreReadAgainOverHttp() throws Exception {
        HttpResponse<String> reloaded = post("/actuator/forbear", "{}");

        assertThat(reloaded.statusCode()).isEqualTo(200);
        assertThat(reloaded.body()).contains("\"problem\":null").contains("\"last\":\"20");
    }

    // ---- transactions

    /** Waits until another transaction waits for a row that one of this test has locked. */
    private static void awaitWaiter(Statement statement) throws Exception {
        for (long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1); ; Thread.sleep(20)) {
            try (ResultSet waiting = statement.executeQuery("select count(*) from pg_locks where not granted")) {
                waiting.next();
                if (waiting.getInt(1) > 0) {
                    return;
                }
            }
            assertThat(System.nanoTime()).as("nothing waits for the lock").isLessThan(end);
        }
    }

    private static List<Long> numbers(Statement statement, String query) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (ResultSet found = statement.executeQuery(query)) {
            while (found.next()) {
                numbers.add(found.getLong(1));
            }
        }
        return numbers;
    }

    @Test
    void aSerializationFailureIsRetriedInATransactionOfItsOwnAndCommittedOnce() throws Exception {
        assumeTrue(postgres != null, PostgresProcess.MISSING);
        try (Connection locking = DriverManager.getConnection(postgres.url());
                Connection looking = DriverManager.getConnection(postgres.url());
                Statement lock = locking.createStatement();
                Statement look = looking.createStatement()) {
            lock.execute("create table account (id int primary key, balance int not null)");
            lock.execute("create table booking (id text, transaction bigint)");
            lock.execute("insert into account values (1, 100)");
            locking.setAutoCommit(false);
            lock.execute("update account set balance = 500 where id = 1");

            CompletableFuture<HttpResponse<String>> booked = http.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port() + "/book/b1/10"))
                            .build(),
                    BodyHandlers.ofString());
            awaitWaiter(look); // the first attempt has its snapshot, in which the balance is 100
            locking.commit();

            HttpResponse<String> answer = booked.get(1, TimeUnit.MINUTES);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            List<Long> transactions = Stream.of(answer.body().replaceAll("[^0-9,]", "").split(","))
                    .map(Long::valueOf)
                    .toList();
            assertThat(transactions).as("one for each attempt").hasSize(2).doesNotHaveDuplicates();
            assertThat(numbers(look, "select transaction from booking"))
                    .as("the first was rolled back")
                    .containsExactly(transactions.get(1));
            assertThat(numbers(look, "select balance from account")).containsExactly(510L);
        }
        Thread.sleep(150); // one reading of the counters serves all meters of 100 ms
        assertThat(meter("forbear_attempts_total", "ledger")).isEqualTo(2);
        assertThat(get("/actuator/forbear/ledger").body()).contains("\"calls\":1,").contains("\"attempts\":2,");
    }
}
