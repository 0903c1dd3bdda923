package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.ClientSnapshot;
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
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.core.internal.FedGate;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
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

    private Service heard(Consumer<Service> whileRegistered) {
        Service[] made = new Service[1];
        RetryListener listener = new RetryListener() {
            @Override
            public void registered(Retry retry) {
                whileRegistered.accept(made[0]);
                told.add("registered");
            }

            @Override
            public void closed(Retry retry) {
                told.add("closed");
            }
        };
        made[0] = new Service(
                "users",
                NanoClock.system(),
                null,
                RetryPolicy.defaults(),
                null,
                null,
                clients,
                List.of(listener),
                null,
                null);
        return made[0];
    }

    @Test
    void aServiceThatIsClosedBeforeItIsToldOfIsNotToldOf() {
        Service service = heard(registered -> {});
        Retry retry = new ServiceRetry(service, Means.DEFAULT);

        service.close(retry);
        service.open(retry);

        assertThat(told).isEmpty();
    }

    @Test
    void aServiceThatIsClosedWhileListenersAreToldOfItIsToldGoneAfterwards() {
        Service service = heard(registered -> registered.close(new ServiceRetry(registered, Means.DEFAULT)));

        service.open(new ServiceRetry(service, Means.DEFAULT));

        assertThat(told).containsExactly("registered", "closed");
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
                    return nothing(method.getReturnType());
                });

        service.update(RetryPolicy.defaults(), budget, null, clients);

        assertThat(whenFed).hasSize(1).doesNotContain(service.plan());
    }

    /** A part that says nothing and keeps who feeds it. */
    private static <P> P fed(Class<P> kind, List<CallFeed> feeds) {
        return kind.cast(
                Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, (proxy, method, arguments) -> {
                    if (method.getName().equals("feed")) {
                        feeds.add((CallFeed) arguments[0]);
                    } else if (method.getName().equals("equals")) {
                        return proxy == arguments[0];
                    }
                    return nothing(method.getReturnType());
                }));
    }

    private static @Nullable Object nothing(Class<?> type) {
        return type == boolean.class ? Boolean.FALSE : type == long.class ? (Object) 0L : null;
    }

    private final List<CallFeed> ofBudget = new ArrayList<>();
    private final List<CallFeed> ofBreaker = new ArrayList<>();
    private final FedBudget fedBudget = fed(FedBudget.class, ofBudget);
    private final FedBreaker fedBreaker = fed(FedBreaker.class, ofBreaker);

    @Test
    void feedsItsBudgetAndItsBreakerAlsoWhenItIsClosed() {
        Service service = service(fedBudget, fedBreaker);
        Counters counters = service.plan().counters;
        assertThat(ofBudget).containsExactly(counters);
        assertThat(ofBreaker).containsExactly(counters);

        service.close(new ServiceRetry(service, Means.DEFAULT));
        service.close(new ServiceRetry(service, Means.DEFAULT));

        assertThat(ofBudget).containsExactly(counters);
        assertThat(ofBreaker).containsExactly(counters);
        assertThat(service.plan().counters).isSameAs(counters);
    }

    @Test
    void feedsItsGate() {
        List<CallFeed> ofGate = new ArrayList<>();
        Service service = new Service(
                "users",
                NanoClock.system(),
                null,
                RetryPolicy.defaults(),
                null,
                null,
                clients,
                List.of(),
                null,
                fed(FedGate.class, ofGate));

        service.plan().succeededAtOnce(null, CallOptions.defaults());
        assertThat(ofGate).singleElement().extracting(CallFeed::successes).isEqualTo(1L);
    }

    @Test
    void feedsWhatStaysInANewPlanOnce() {
        Service service = service(fedBudget, fedBreaker);

        service.update(RetryPolicy.defaults(), fedBudget, fedBreaker, clients);

        assertThat(ofBudget).hasSize(1);
        assertThat(ofBreaker).hasSize(1);
    }

    @Test
    void eachPlanFeedsItsOwnPartsAndNoOthers() {
        Service service = service(fedBudget, fedBreaker);
        Plan first = service.plan();
        List<CallFeed> later = new ArrayList<>();

        service.update(RetryPolicy.defaults(), fed(FedBudget.class, later), fedBreaker, clients);
        Plan second = service.plan();
        assertThat(ofBudget).containsExactly(first.counters);
        assertThat(later).containsExactly(second.counters);
        assertThat(ofBreaker).containsExactly(first.counters, second.counters);
        first.succeededAtOnce(null, CallOptions.defaults());
        second.succeededAtOnce(null, CallOptions.defaults());
        assertThat(service.snapshot().calls()).isEqualTo(2);
        assertThat(first.counters.successes()).isEqualTo(1);
    }

    @Test
    void feedsWhatComesAlsoOnceItIsClosed() {
        Service service = service(null, null);
        service.close(new ServiceRetry(service, Means.DEFAULT));

        service.update(RetryPolicy.defaults(), fedBudget, fedBreaker, clients);

        assertThat(ofBudget).containsExactly(service.plan().counters);
        assertThat(ofBreaker).containsExactly(service.plan().counters);
    }

    /** Thousands of reloads under a held service: what they counted stays, and they do not. */
    @Tag("bounds")
    @Test
    void plansThatHaveGoneAreAddedUp() {
        Service service = service(null, null);
        for (int i = 1; i <= 3_000; i++) {
            service.plan().succeededAtOnce(null, CallOptions.defaults());
            service.update(RetryPolicy.defaults(), RetryBudgets.ratio().create(NanoClock.system()), null, clients);
            assertThat(service.snapshot().successes()).isEqualTo(i);
        }
        for (int before = service.totals().epochs(); service.totals().epochs() >= Math.max(3, before); ) {
            System.gc();
            service.update(RetryPolicy.defaults(), RetryBudgets.ratio().create(NanoClock.system()), null, clients);
        }
        assertThat(service.snapshot().successes()).isEqualTo(3_000);
    }

    @Test
    void listenersHearNothingOfABreakerThatWasReplaced() {
        CircuitBreaker first = CircuitBreakers.failureRate(0.5).create("users", NanoClock.system());
        CircuitBreaker second = CircuitBreakers.failureRate(0.5).create("users", NanoClock.system());
        Service service = service(null, first);

        service.update(RetryPolicy.defaults(), null, second, clients);
        first.open();
        assertThat(told).isEmpty();
        assertThat(service.snapshot().breakerTransitions()).isZero();

        second.open();
        assertThat(told).containsExactly("CLOSED -> OPEN");
        assertThat(service.snapshot().breakerTransitions(CircuitBreaker.State.OPEN))
                .isEqualTo(1);
    }

    @Test
    void listenersOfAClosedServiceHearNothingOfABreakerThatOthersUse() {
        CircuitBreaker breaker = CircuitBreakers.failureRate(0.5).create("users", NanoClock.system());
        Service service = service(null, breaker);
        breaker.open();

        service.close(new ServiceRetry(service, Means.DEFAULT));
        breaker.reset();

        assertThat(told).containsExactly("CLOSED -> OPEN");
    }

    @Tag("bounds")
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
                isConsistent(client.clientSnapshot().orElseThrow());
            }
        } finally {
            caller.interrupt();
            caller.join();
        }
    }

    private static void isConsistent(RetrySnapshot snapshot) {
        assertThat(snapshot.successes()).isLessThanOrEqualTo(snapshot.calls());
        assertThat(snapshot.successRate()).isBetween(0.0, 1.0);
        assertThat(snapshot.amplification()).isGreaterThanOrEqualTo(1);
    }

    private static void isConsistent(ClientSnapshot snapshot) {
        assertThat(snapshot.successes()).isLessThanOrEqualTo(snapshot.calls());
        assertThat(snapshot.successRate()).isBetween(0.0, 1.0);
        assertThat(snapshot.amplification()).isGreaterThanOrEqualTo(1);
    }
}
