package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.DeadlinePassedException;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.http.IncomingCall;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** What the attributes of the annotation, and the request that is served, say of a call. */
class CallOptionsTest extends SpringFixture {

    /** A customer of a tenant. */
    record Customer(String tenant) {}

    static class Shop {

        @ForbearRetry(value = "orders", idempotent = ForbearRetry.Idempotent.NO)
        public void order(boolean refused) throws IOException {
            throw refused ? new ConnectException("refused") : new IOException("reset");
        }

        @ForbearRetry(value = "orders", deadline = "150ms")
        public void hurried() throws IOException {
            throw new IOException("hurried");
        }

        @ForbearRetry(value = "${orders.service}", deadline = "${orders.deadline:1h}")
        public void configured() throws IOException {
            throw new IOException("configured");
        }

        @ForbearRetry(value = "orders", criticality = Criticality.SHEDDABLE)
        public void prefetch() throws IOException {
            throw new IOException("prefetch");
        }

        @ForbearRetry(value = "orders", client = "#customer.tenant")
        public String by(Customer customer) {
            return customer.tenant();
        }

        @ForbearRetry(value = "orders", client = "#tenant")
        public void byName(String tenant) {}

        @ForbearRetry(value = "orders", client = "#p1")
        public void byNumber(int other, Long tenant) {}

        @ForbearRetry(value = "orders", client = "@tenants.current() + '-' + #root.area()")
        public void byBean() {}

        @ForbearRetry(value = "orders", client = "area + '/' + region.toUpperCase() + (isOpen ? '' : '-')")
        public void byProperties() {}

        public boolean isOpen = true;

        public String getRegion() {
            return "west";
        }

        public String area() {
            return "eu";
        }
    }

    /** Knows the tenant. */
    static class Tenants {
        public String current() {
            return "acme";
        }
    }

    private final List<String> clients = new ArrayList<>();

    private Shop shop() {
        AnnotationConfigApplicationContext context = open(new AnnotationConfigApplicationContext());
        context.getEnvironment()
                .getPropertySources()
                .addFirst(
                        new MapPropertySource("test", Map.of("orders.service", "orders", "orders.deadline", "250ms")));
        context.registerBean("tenants", Tenants.class);
        context.registerBean(RetryLookup.class, () -> name -> new ClientsSeen(orders, clients));
        context.register(Enabled.class, Shop.class);
        context.refresh();
        return context.getBean(Shop.class);
    }

    @Test
    void aMethodThatIsNotIdempotentIsRepeatedOnlyWhereNothingWasDone() {
        Shop shop = shop();

        assertThatThrownBy(() -> shop.order(false)).isInstanceOf(IOException.class);
        assertThat(orders.snapshot().attempts()).isEqualTo(1);
        assertThatThrownBy(() -> shop.order(true)).isInstanceOf(ConnectException.class);
        assertThat(orders.snapshot().attempts()).isEqualTo(1 + MOST_ATTEMPTS);
    }

    @Test
    void theDeadlineEndsTheCallBeforeAWaitThatIsTooLong() {
        Shop shop = shop();

        assertThatThrownBy(shop::hurried).hasMessage("hurried");

        assertThat(orders.snapshot().attempts()).isEqualTo(2);
        assertThat(orders.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    @Test
    void placeholdersNameTheServiceAndTheDeadline() {
        Shop shop = shop();

        assertThatThrownBy(shop::configured).hasMessage("configured");

        assertThat(orders.snapshot().attempts()).isEqualTo(3);
    }

    @Test
    void aSheddableCallHasTheAttemptsOfItsKind() {
        Shop shop = shop();

        assertThatThrownBy(shop::prefetch).hasMessage("prefetch");

        assertThat(orders.snapshot().attempts()).isEqualTo(2);
    }

    @Test
    void theClientOfACallIsReadFromItsArgumentsAndFromBeans() {
        Shop shop = shop();

        shop.by(new Customer("acme"));
        shop.byName("beta");
        shop.byName(null);
        shop.byNumber(1, 42L);
        shop.byBean();
        shop.byProperties();

        assertThat(clients).containsExactly("acme", "beta", "42", "acme-eu", "eu/WEST");
    }

    @Test
    void anExpressionThatFailsFailsTheCallBeforeAnyAttempt() {
        Shop shop = shop();

        assertThatThrownBy(() -> shop.by(null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(Shop.class.getName() + ".by(Customer): client: #customer.tenant: ");

        assertThat(orders.snapshot().attempts()).isZero();
    }

    @Test
    void aCallFollowsTheRequestThatItsThreadServes() {
        Shop shop = shop();
        IncomingCall request = IncomingCall.of(Map.of("forbear-timeout-ms", "0", "forbear-attempt", "2")::get);

        try (IncomingCall.Scope scope = request.enter()) {
            assertThat(scope).isNotNull();
            assertThatThrownBy(shop::prefetch).isInstanceOf(DeadlinePassedException.class);
        }

        assertThat(orders.snapshot().attempts()).isZero();
        assertThatThrownBy(shop::prefetch).hasMessage("prefetch");
    }

    /** Writes down the clients of the views that are made of it. */
    private static final class ClientsSeen extends RetryDelegate {

        private final List<String> clients;

        ClientsSeen(Retry retry, List<String> clients) {
            super(retry);
            this.clients = clients;
        }

        @Override
        public Retry forClient(String client) {
            clients.add(client);
            return super.forClient(client);
        }

        @Override
        public Retry with(CallOptions options) {
            return new ClientsSeen(super.with(options), clients);
        }
    }
}
