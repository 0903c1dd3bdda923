package io.forbear.retry.core.jmx;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.operations.BreakerWindow;
import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.RetryPause;
import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.operations.ServiceOperations;
import io.forbear.retry.operations.TopClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A service as its MXBean; each attribute is read when it is asked for. */
final class ServiceBean implements ServiceMXBean {

    private static final BreakerWindow NOTHING = new BreakerWindow(0, 0, 0);

    private final ServiceOperations service;

    ServiceBean(ServiceOperations service) {
        this.service = service;
    }

    @Override
    public String getService() {
        return service.service();
    }

    // ---- figures

    private RetrySnapshot figures() {
        return service.snapshot();
    }

    private static <E extends Enum<E>> Map<String, Long> notZero(E[] constants, ToLongFunction<E> figure) {
        Map<String, Long> figures = new TreeMap<>();
        for (E constant : constants) {
            long count = figure.applyAsLong(constant);
            if (count != 0) {
                figures.put(constant.name(), count);
            }
        }
        return figures;
    }

    @Override
    public long getCalls() {
        return figures().calls();
    }

    @Override
    public long getSuccesses() {
        return figures().successes();
    }

    @Override
    public long getRecovered() {
        return figures().recovered();
    }

    @Override
    public long getAttempts() {
        return figures().attempts();
    }

    @Override
    public long getRefused() {
        return figures().refused();
    }

    @Override
    public long getNested() {
        return figures().nested();
    }

    @Override
    public double getSuccessRate() {
        return figures().successRate();
    }

    @Override
    public double getAmplification() {
        return figures().amplification();
    }

    @Override
    public Map<String, Long> getStopped() {
        return notZero(StopReason.values(), figures()::stopped);
    }

    @Override
    public Map<String, Long> getFailedAttempts() {
        return notZero(ErrorCategory.values(), figures()::failedAttempts);
    }

    @Override
    public double getBudgetRemaining() {
        return figures().budgetRemaining();
    }

    @Override
    public double getBudgetCapacity() {
        return figures().budgetCapacity();
    }

    @Override
    public long getBudgetDenied() {
        return figures().budgetDenied();
    }

    @Override
    public @Nullable String getBreakerState() {
        return figures().breakerState().map(Enum::name).orElse(null);
    }

    @Override
    public Map<String, Long> getBreakerTransitions() {
        return notZero(CircuitBreaker.State.values(), figures()::breakerTransitions);
    }

    private BreakerWindow window() {
        return service.breakerWindow().orElse(NOTHING);
    }

    @Override
    public long getBreakerWindowCalls() {
        return window().calls();
    }

    @Override
    public double getBreakerFailureRate() {
        return window().failureRate();
    }

    @Override
    public double getBreakerSlowRate() {
        return window().slowRate();
    }

    @Override
    public long getClientsTracked() {
        return figures().clientsTracked();
    }

    @Override
    public long getClientsEvicted() {
        return figures().clientsEvicted();
    }

    // ---- to look inside

    @Override
    public List<EventData> getEvents() {
        return service.events().stream().<EventData>map(Event::new).toList();
    }

    @Override
    public List<SettingData> getConfiguration() {
        return service.configuration().stream().<SettingData>map(Setting::new).toList();
    }

    @Override
    public List<ClientData> getTopClientsByFailures() {
        return service.topClientsByFailures().stream()
                .<ClientData>map(Client::new)
                .toList();
    }

    @Override
    public List<ClientData> getTopClientsByBudget() {
        return service.topClientsByBudget().stream()
                .<ClientData>map(Client::new)
                .toList();
    }

    @Override
    public boolean isPaused() {
        return service.pause().isPresent();
    }

    @Override
    public double getPauseSeconds() {
        return service.pause().map(pause -> pause.remaining().toNanos() / 1e9).orElse(0.0);
    }

    @Override
    public @Nullable String getPausedBy() {
        RetryPause pause = service.pause().orElse(null);
        return pause == null ? null : pause.who() + ": " + pause.why();
    }

    // ---- switches

    @Override
    public void forceBreakerOpen(String who, String why) {
        service.forceBreakerOpen(who, why);
    }

    @Override
    public void forceBreakerClosed(String who, String why) {
        service.forceBreakerClosed(who, why);
    }

    @Override
    public void resetBreaker(String who, String why) {
        service.resetBreaker(who, why);
    }

    @Override
    public void pauseRetries(long seconds, String who, String why) {
        service.pauseRetries(Duration.ofSeconds(seconds), who, why);
    }

    @Override
    public void resumeRetries(String who, String why) {
        service.resumeRetries(who, why);
    }

    private record Event(ServiceEvent event) implements EventData {

        @Override
        public String getTime() {
            return event.time().toString();
        }

        @Override
        public String getKind() {
            return event.kind().name();
        }

        @Override
        public String getText() {
            return event.text();
        }

        @Override
        public Map<String, String> getFields() {
            Map<String, String> fields = new TreeMap<>();
            event.fields().forEach((name, value) -> fields.put(name, value.toString()));
            return fields;
        }
    }

    private record Setting(ConfiguredValue value) implements SettingData {

        @Override
        public String getName() {
            return value.name();
        }

        @Override
        public String getValue() {
            return value.value();
        }

        @Override
        public String getSource() {
            return value.source().name();
        }

        @Override
        public String getDetail() {
            return value.detail();
        }
    }

    private record Client(TopClient client) implements ClientData {

        @Override
        public String getClient() {
            return client.client();
        }

        @Override
        public long getValue() {
            return client.value();
        }

        @Override
        public long getError() {
            return client.error();
        }
    }
}
