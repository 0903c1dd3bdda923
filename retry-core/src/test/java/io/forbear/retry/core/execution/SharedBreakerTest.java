package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.fixture.ToldBreaker;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.core.service.Service;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A breaker that outlives the services that use it holds on to none of them. */
class SharedBreakerTest {

    private final World world = new World();
    private final ToldBreaker breaker = new ToldBreaker();
    private final ClientTable clients = new ClientTable(10, null, NanoClock.system());

    private Retry service(String name) {
        return world.named(name).circuitBreaker((service, clock) -> breaker).build();
    }

    @Test
    void aClosedServiceIsNotAmongTheListenersOfTheBreaker() {
        Retry users = service("users");
        Retry orders = service("orders");
        assertThat(breaker.listeners).hasSize(2);

        users.close();
        users.close();
        assertThat(breaker.listeners).hasSize(1);

        orders.forClient("tenant").close();
        assertThat(breaker.listeners).isEmpty();
    }

    @Test
    void aServiceLeavesTheBreakerThatItsPlanNoLongerNames() {
        ToldBreaker next = new ToldBreaker();
        Service service = new Service(
                "users", () -> 0, null, RetryPolicy.defaults(), null, breaker, clients, List.of(), null, null);

        service.update(RetryPolicy.defaults(), null, breaker, clients);
        assertThat(breaker.listeners).as("the same breaker").hasSize(1);

        service.update(RetryPolicy.defaults(), null, next, clients);
        assertThat(breaker.listeners).isEmpty();
        assertThat(next.listeners).hasSize(1);

        service.update(RetryPolicy.defaults(), null, null, clients);
        assertThat(next.listeners).isEmpty();
    }

    @Test
    void aClosedServiceListensToNoOtherBreaker() {
        Service service =
                new Service("users", () -> 0, null, RetryPolicy.defaults(), null, null, clients, List.of(), null, null);
        service.close(new ServiceRetry(service, Means.DEFAULT));

        service.update(RetryPolicy.defaults(), null, breaker, clients);

        assertThat(breaker.listeners).isEmpty();
    }
}
