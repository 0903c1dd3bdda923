package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which service the requests of an HTTP client belong to. */
class HttpHostsTest {

    private static String service(HttpHosts hosts, String uri) {
        return hosts.service(URI.create(uri));
    }

    @Test
    void aRequestBelongsToTheServiceOfItsHost() {
        HttpHosts hosts = new HttpHosts(new TestEnvironment().file("application.yml", """
                forbear.http:
                  orders: Orders.example.com
                  user_service: [users-1.example.com, "https://users-2.example.com/", localhost:8081]
                """));

        assertThat(hosts.problems()).isEmpty();
        assertThat(service(hosts, "https://orders.example.com/orders/1")).isEqualTo("orders");
        assertThat(service(hosts, "http://ORDERS.example.com:8080/orders/1")).isEqualTo("orders");
        assertThat(service(hosts, "http://users-1.example.com/")).isEqualTo("user_service");
        assertThat(service(hosts, "http://users-2.example.com/")).isEqualTo("user_service");
        assertThat(service(hosts, "http://localhost:8081/")).isEqualTo("user_service");
        assertThat(service(hosts, "http://localhost:8082/")).isNull();
        assertThat(service(hosts, "http://elsewhere.example.com/")).isNull();
        assertThat(service(hosts, "/relative")).isNull();
    }

    @Test
    void aPortIsStrongerThanItsHostAndThatOfTheSchemeIsKnown() {
        HttpHosts hosts = new HttpHosts(new TestEnvironment()
                .source("test", Map.of("forbear.http.all", "example.com", "forbear.http.tls", "example.com:443")));

        assertThat(service(hosts, "http://example.com/")).isEqualTo("all");
        assertThat(service(hosts, "https://example.com/")).isEqualTo("tls");
    }

    @Test
    void theHostsOfAServiceAreThoseOfTheStrongestSource() {
        HttpHosts hosts = new HttpHosts(new TestEnvironment()
                .variables(Map.of("FORBEAR_HTTP_ORDERS", "new.example.com"))
                .file("application.yml", "forbear.http.orders: [old-1.example.com, old-2.example.com]"));

        assertThat(service(hosts, "http://new.example.com/")).isEqualTo("orders");
        assertThat(service(hosts, "http://old-1.example.com/")).isNull();
    }

    @Test
    void whatIsNoHostIsRefusedWithAllThatIsWrong() {
        TestEnvironment environment = new TestEnvironment().file("application.yml", """
                forbear.http:
                  orders: https://example.com/orders
                  users: a.example.com
                  accounts: a.example.com
                """);

        assertThat(new HttpHosts(environment).problems())
                .containsExactly(
                        "application.yml:2: forbear.http.orders: https://example.com/orders (expected: hosts such as"
                                + " orders.example.com, localhost:8081 or https://orders.example.com)",
                        "application.yml:3: forbear.http.users: a.example.com"
                                + " (expected: a host of one service; it is one of accounts too)");
        assertThatThrownBy(() -> new TestEnvironment()
                        .file("application.yml", "forbear.http.orders.host: example.com")
                        .read())
                .hasMessageContaining(
                        "forbear.http.orders.host: example.com (expected: one of forbear.http.<service>,");
    }
}
