package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryRuntime;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.client.TopClients;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.execution.Means;
import io.forbear.retry.core.execution.ServiceRetry;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.internal.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes services of given parts: the one place where a builder's settings become a {@link Service} and the {@link
 * ServiceRetry} over it. It holds the settings that both builders have. Not thread-safe while a builder fills it.
 */
final class ServiceMaker {

    static final int DEFAULT_TOP_CLIENTS = 10;

    private RetryRuntime runtime = RetryRuntime.system();
    private final List<RetryListener> listeners = new ArrayList<>();
    private @Nullable BooleanSupplier overloaded;
    private AttemptGate.@Nullable Spec gate;
    private int topClients = DEFAULT_TOP_CLIENTS;

    ServiceMaker() {}

    /** Makes a copy, which a builder that is used again does not change. */
    ServiceMaker(ServiceMaker from) {
        this.runtime = from.runtime;
        this.listeners.addAll(from.listeners);
        this.overloaded = from.overloaded;
        this.gate = from.gate;
        this.topClients = from.topClients;
    }

    /** Takes what text says of all services together, which goes before what was set here. */
    ServiceMaker follow(RetryConfig config) {
        this.topClients = config.topClients(topClients);
        BooleanSupplier signal = config.overloadSignal();
        if (signal != null) {
            this.overloaded = signal;
        }
        if (config.isLogged()) {
            listeners.add(
                    config.isLoggedWithClients() ? RetryListeners.loggingWithClients() : RetryListeners.logging());
        }
        return this;
    }

    void runtime(RetryRuntime value) {
        this.runtime = Objects.requireNonNull(value, "runtime");
    }

    void runtime(Consumer<? super RetryRuntime.Builder> change) {
        RetryRuntime.Builder builder = runtime.toBuilder();
        Objects.requireNonNull(change, "change").accept(builder);
        this.runtime = builder.build();
    }

    void listener(RetryListener value) {
        listeners.add(Objects.requireNonNull(value, "listener"));
    }

    void overloadSignal(BooleanSupplier value) {
        this.overloaded = Objects.requireNonNull(value, "overloadSignal");
    }

    void gate(AttemptGate.Spec value) {
        this.gate = Objects.requireNonNull(value, "gate");
    }

    void topClients(int value) {
        this.topClients = Checks.between(0, TopClients.MOST, value, "topClients");
    }

    NanoClock clock() {
        return runtime.clock();
    }

    AttemptGate.@Nullable Spec gate() {
        return gate;
    }

    /**
     * Makes a service and its own view.
     *
     * @param budget does not throw, see {@link io.forbear.retry.core.service.GuardedParts}
     * @param breaker does not throw either
     * @param more listeners of this service alone
     * @param ownGate the gate of this service, which replaces that of this maker; {@code null} for none
     */
    Made make(
            String name,
            RetryPolicy policy,
            @Nullable RetryBudget budget,
            @Nullable CircuitBreaker breaker,
            ClientTable clients,
            List<RetryListener> more,
            AttemptGate.@Nullable Spec ownGate) {
        List<RetryListener> all = new ArrayList<>(listeners);
        all.addAll(more);
        Service service = new Service(
                name,
                clock(),
                runtime.random().orElse(null),
                policy,
                budget,
                breaker,
                clients,
                all,
                overloaded,
                ownGate == null ? null : ownGate.create(clock()));
        service.operators.topClients(topClients);
        return new Made(service, new ServiceRetry(service, Means.of(runtime)));
    }

    /**
     * What was made.
     *
     * @param service the state that the calls of the service share
     * @param retry the view without client and options
     */
    record Made(Service service, ServiceRetry retry) {}
}
