package io.forbear.retry.core.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.config.RetryConfig;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.RMISocketFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RetryMBeansTest {

    private static final String[] HOSTILE = {
        "users",
        "a,b=c",
        "a:b",
        "*",
        "?",
        "\"quoted\"",
        "back\\slash",
        "line\nbreak",
        "line\r\nbreak",
        "tab\t",
        "nul\0",
        "ü€😀",
        "\ud800",
        "x".repeat(5_000),
        "type=Service",
        ",",
        "=",
        "$",
        "%n",
        "../../etc"
    };

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final int before = server.getMBeanCount();

    private ObjectName name(String service) throws Exception {
        return new ObjectName("io.forbear.retry:type=Service,group=\"default\",name=" + ObjectName.quote(service));
    }

    private ServiceMXBean bean(String service) throws Exception {
        return JMX.newMXBeanProxy(server, name(service), ServiceMXBean.class);
    }

    @Tag("bounds")
    @Test
    void tenThousandServicesOfHostileNamesComeAndGoAndLeaveNothing() throws Exception {
        RetryMBeans beans = RetryMBeans.of(server, "default");
        RetryRegistry registry = RetryRegistry.builder().listener(beans).build(RetryConfig.of(Map.of()));
        for (int i = 0; i < 10_000; i++) {
            registry.get(HOSTILE[i % HOSTILE.length] + (i < HOSTILE.length ? "" : i));
        }

        assertThat(server.getMBeanCount()).isEqualTo(before + 10_001);
        for (String service : HOSTILE) {
            assertThat(bean(service).getService()).isEqualTo(service);
            registry.get(service).close();
            assertThat(server.isRegistered(name(service))).isFalse();
        }
        registry.close();
        assertThat(server.getMBeanCount()).isEqualTo(before + 1);
        beans.close();
        assertThat(server.getMBeanCount()).isEqualTo(before);
    }

    @Test
    void closingTakesAllAwayAndShowsNoMore() {
        RetryMBeans beans = RetryMBeans.of(server, "default");
        Retry users = Retries.named("users").listener(beans).build();
        beans.close();
        beans.close();
        Retries.named("orders").listener(beans).build();
        users.close();

        assertThat(server.getMBeanCount()).isEqualTo(before);
    }

    @Test
    void ofTwoServicesOfOneNameTheLaterIsShownUntilItIsClosed() throws Exception {
        RetryMBeans beans = RetryMBeans.of(server, "default");
        Retry first = Retries.named("users").listener(beans).build();
        Retry second = Retries.named("users").listener(beans).build();
        second.run(() -> {});

        assertThat(bean("users").getCalls()).isEqualTo(1);
        first.close();
        assertThat(bean("users").getCalls()).isEqualTo(1);
        second.close();
        assertThat(server.isRegistered(name("users"))).isFalse();
    }

    @Test
    void aGroupIsShownOnceAndTwoGroupsSideBySide() {
        RetryMBeans.of(server, "one");
        RetryMBeans.of(server, "two,\"*");

        assertThatThrownBy(() -> RetryMBeans.of(server, "one"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("MBean: io.forbear.retry:type=AllServices,group=\"one\""
                        + " (expected: a name that is not registered yet)");
    }

    @Test
    void thePlatformsServerIsTheUsualOne() {
        try (RetryMBeans beans = RetryMBeans.ofPlatform()) {
            assertThatThrownBy(RetryMBeans::ofPlatform).isInstanceOf(IllegalStateException.class);
            assertThat(beans).isNotNull();
        }
        RetryMBeans.ofPlatform().close();
    }

    @Test
    void allServicesArePausedAtOnceAndLaterOnesToo() throws Exception {
        RetryMBeans beans = RetryMBeans.of(server, "default");
        Retry users = Retries.named("users").listener(beans).build();
        AllServicesMXBean all = JMX.newMXBeanProxy(
                server, new ObjectName("io.forbear.retry:type=AllServices,group=\"default\""), AllServicesMXBean.class);

        all.pauseRetries(60, "alice", "INC-7");
        Retry orders = Retries.named("orders").listener(beans).build();

        assertThat(all.getServices()).containsExactly("orders", "users");
        assertThat(users.operations().pause()).isPresent();
        assertThat(orders.operations().pause()).isPresent();
        assertThat(bean("orders").isPaused()).isTrue();
        assertThat(bean("orders").getPausedBy()).isEqualTo("alice: INC-7");
        assertThat(bean("orders").getPauseSeconds()).isBetween(0.0, 60.0);
        all.resumeRetries("bob", "over");
        assertThat(orders.operations().pause()).isEmpty();
        assertThat(Retries.named("late").listener(beans).build().operations().pause())
                .isEmpty();
        assertThatThrownBy(() -> all.pauseRetries(0, "alice", "INC-7"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeToLive: PT0S (expected: from PT0.000000001S to PT24H)");
    }

    /** A client of JMX beyond a socket reads every figure, forces the breaker, and the HTTP server hears no more. */
    @Test
    void aRemoteConsoleReadsEveryFigureAndForcesTheBreaker() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        AtomicInteger status = new AtomicInteger(500);
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        http.start();
        JMXConnectorServer connector = connector();
        connector.start();
        try (RetryMBeans beans = RetryMBeans.of(server, "default");
                JMXConnector console = JMXConnectorFactory.connect(connector.getAddress())) {
            Retry users = Retries.named("users")
                    .policy(RetryPolicy.builder()
                            .maxAttempts(2)
                            .backoff(Backoff.none())
                            .build())
                    .circuitBreaker(CircuitBreakers.failureRate(1).minimumCalls(1_000))
                    .listener(beans)
                    .build();
            URL url = new URL("http", "127.0.0.1", http.getAddress().getPort(), "/");
            MBeanServerConnection remote = console.getMBeanServerConnection();
            ServiceMXBean bean = JMX.newMXBeanProxy(remote, name("users"), ServiceMXBean.class);

            for (int i = 0; i < 10; i++) {
                catchThrowable(() -> users.forClient("tenant").run(() -> get(url)));
            }
            assertThat(readAll(remote))
                    .containsKeys("Calls", "Events", "Configuration", "BreakerState", "TopClientsByBudget");
            assertThat(bean.getCalls()).isEqualTo(10);
            assertThat(bean.getAttempts()).isEqualTo(requests.get());
            assertThat(bean.getFailedAttempts().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(requests.get());
            assertThat(bean.getBreakerWindowCalls()).isEqualTo(requests.get());
            assertThat(bean.getBreakerFailureRate()).isEqualTo(1);
            assertThat(bean.getTopClientsByFailures()).singleElement().satisfies(client -> {
                assertThat(client.getClient()).isEqualTo("tenant");
                assertThat(client.getValue()).isEqualTo(requests.get());
                assertThat(client.getError()).isZero();
            });
            assertThat(bean.getBudgetDenied()).isPositive();
            assertThat(bean.getEvents()).singleElement().satisfies(event -> {
                assertThat(event.getKind()).isEqualTo("BUDGET_DENIED");
                assertThat(event.getFields()).containsEntry("topClient", "tenant");
            });
            assertThat(bean.getConfiguration()).anySatisfy(setting -> {
                assertThat(setting.getName()).isEqualTo("max-attempts");
                assertThat(setting.getValue()).isEqualTo("2");
                assertThat(setting.getSource()).isEqualTo("BUILDER");
            });

            bean.forceBreakerOpen("alice", "INC-7");
            int heard = requests.get();
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> users.run(() -> get(url))).isInstanceOf(CircuitOpenException.class);
            }
            assertThat(requests).hasValue(heard);
            assertThat(bean.getRefused()).isEqualTo(5);
            assertThat(bean.getBreakerState()).isEqualTo("FORCED_OPEN");

            bean.resetBreaker("alice", "INC-7 is over");
            bean.pauseRetries(60, "alice", "the database is being moved");
            catchThrowable(() -> users.run(() -> get(url)));
            assertThat(requests).hasValue(heard + 1);
            assertThat(bean.getStopped()).containsEntry("DISABLED", 1L);
            bean.resumeRetries("alice", "moved");
            status.set(200);
            users.run(() -> get(url));
            assertThat(bean.getSuccesses()).isEqualTo(1);
            assertThat(bean.getEvents().get(bean.getEvents().size() - 1).getText())
                    .isEqualTo("retries resumed by alice: moved");
            users.close();
            assertThat(remote.isRegistered(name("users"))).isFalse();
        } finally {
            connector.stop();
            http.stop(0);
        }
    }

    /** The stub names the address that a client goes to: that of the property, or of the machine. */
    private JMXConnectorServer connector() throws IOException {
        System.setProperty("java.rmi.server.hostname", "127.0.0.1");
        Map<String, Object> environment = new HashMap<>();
        environment.put("jmx.remote.rmi.server.socket.factory", new LoopbackOnly());
        return JMXConnectorServerFactory.newJMXConnectorServer(
                new JMXServiceURL("rmi", "127.0.0.1", 0), environment, server);
    }

    /** Reads every attribute, as a console does that knows no class of the library. */
    private Map<String, Object> readAll(MBeanServerConnection remote) throws Exception {
        Map<String, Object> values = new HashMap<>();
        for (MBeanAttributeInfo attribute : remote.getMBeanInfo(name("users")).getAttributes()) {
            Object value = remote.getAttribute(name("users"), attribute.getName());
            values.put(attribute.getName(), value);
            if (value instanceof CompositeData[] rows) {
                for (CompositeData row : rows) {
                    assertThat(row.getCompositeType().keySet())
                            .isSubsetOf(Set.of(
                                    "time", "kind", "text", "fields", "name", "value", "source", "detail", "client",
                                    "error"));
                }
            }
        }
        return values;
    }

    private static void get(URL url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setConnectTimeout(60_000);
        connection.setReadTimeout(60_000);
        try {
            if (connection.getResponseCode() != 200) {
                throw new IOException("HTTP " + connection.getResponseCode());
            }
        } finally {
            connection.disconnect();
        }
    }

    private static final class LoopbackOnly implements RMIServerSocketFactory {

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof LoopbackOnly;
        }

        @Override
        public int hashCode() {
            return RMISocketFactory.class.hashCode();
        }
    }
}
