package io.forbear.retry.core.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.execution.Means;
import io.forbear.retry.core.execution.ServiceRetry;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBudget;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceTest {

    private final List<String> told = new ArrayList<>();
    private final ClientTable clients = new ClientTable(10, null, NanoClock.system());

    private Service service(@Nullable RetryBudget budget, @Nullable CircuitBreaker breaker) {
        RetryListener listener = new RetryListener() {
            @Override
            public void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
                told.add(from + " -> " + to);
            }
        };
        return new Service(
                "users",
                NanoClock.system(),
                null,
                RetryPolicy.defaults(),
                budget,
                breaker,
                clients,
                List.of(listener),
                null,
                null);
    }

    @Test
    void aBudgetIsFedBeforeCallsFollowIt() {
        Service service = service(null, null);
        List<Plan> whenFed = new ArrayList<>();
        FedBudget budget = (FedBudget) Proxy.newProxyInstance(
                FedBudget.class.getClassLoader(), new Class<?>[] {FedBudget.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("feed") && arguments[0] instanceof CallFeed) {
                        whenFed.add(service.plan());
                    }
                    return method.getReturnType() == boolean.class ? false : null;
                });

        service.update(RetryPolicy.defaults(), budget, null, clients);

        assertThat(whenFed).hasSize(1).doesNotContain(service.plan());
    }

    @Test
    void listenersOfAClosedServiceHearNothingOfABreakerThatOthersUse() {
        CircuitBreaker breaker = CircuitBreakers.failureRate(0.5).create("users", NanoClock.system());
        Service service = service(null, breaker);
        CircuitBreakers.open(breaker);

        service.close(new ServiceRetry(service, Means.DEFAULT));
        CircuitBreakers.reset(breaker);

        assertThat(told).containsExactly("CLOSED -> OPEN");
    }

    @Test
    void aSnapshotWhileCallsGoOnNeverShowsMoreSuccessesThanCalls() throws Exception {
        Service service = service(RetryBudgets.ratio().create(NanoClock.system()), null);
        Retry retry = new ServiceRetry(service, Means.DEFAULT);
        Retry client = retry.forClient("tenant");
        Thread caller = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                client.call(() -> "result");
            }
        });
        caller.start();
        try {
            for (int i = 0; i < 50_000; i++) {
                isConsistent(retry.snapshot());
                isConsistent(client.snapshot());
            }
        } finally {
            caller.interrupt();
            caller.join();
        }
    }

    private static void isConsistent(RetrySnapshot snapshot) {
        assertThat(snapshot.successes()).isLessThanOrEqualTo(snapshot.calls());
        assertThat(snapshot.successRate()).isBetween(0.0, 1.0);
        assertThat(snapshot.averageAttempts()).isGreaterThanOrEqualTo(1);
    }
}
