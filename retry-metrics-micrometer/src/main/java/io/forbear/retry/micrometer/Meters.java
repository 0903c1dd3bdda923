package io.forbear.retry.micrometer;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The table of the meters that read figures, and how those of one service are registered. */
final class Meters {

    private static final String SERVICE = "service";
    private static final String STATE = "state";

    /** One meter: a counter or a gauge, its tags beside the service, and how it is read. */
    private record Row(
            String name,
            boolean counter,
            @Nullable String unit,
            String description,
            Tags tags,
            ToDoubleFunction<Figures> value) {

        Meter register(MeterRegistry registry, String service, ServiceFigures source) {
            ToDoubleFunction<ServiceFigures> read = figures -> value.applyAsDouble(figures.read());
            Tags all = tags.and(SERVICE, service);
            return counter
                    ? FunctionCounter.builder(name, source, read)
                            .tags(all)
                            .baseUnit(unit)
                            .description(description)
                            .register(registry)
                    : Gauge.builder(name, source, read)
                            .tags(all)
                            .baseUnit(unit)
                            .description(description)
                            .register(registry);
        }
    }

    private static final List<Row> ROWS = rows();

    private Meters() {}

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        calls(rows, "success", Words.NONE, figures -> figures.firstTry);
        calls(rows, "recovered", Words.NONE, figures -> figures.recovered);
        for (StopReason reason : StopReason.values()) {
            calls(rows, "failure", Words.of(reason), figures -> figures.stopped(reason));
        }
        counter(rows, "retry.attempts", "Attempts made by calls that have ended", f -> f.attempts);
        for (ErrorCategory category : ErrorCategory.values()) {
            rows.add(new Row(
                    "retry.failed.attempts",
                    true,
                    null,
                    "Attempts that failed",
                    Tags.of("category", Words.of(category)),
                    figures -> figures.failed(category)));
        }
        rows.add(new Row(
                "retry.delay", true, "seconds", "Delays decided on, summed", Tags.empty(), Figures::delaySeconds));
        counter(rows, "retry.nested", "Retries granted inside a retry of an outer layer", f -> f.nested);
        gauge(rows, "retry.amplification", "Attempts per call since the start", Figures::amplification);
        gauge(rows, "retry.budget.balance", "Tokens left in the budget of the service", f -> f.budgetBalance);
        gauge(rows, "retry.budget.capacity", "Most tokens that the budget can hold", f -> f.budgetCapacity);
        counter(
                rows,
                "retry.budget.denied",
                "Calls that a budget stopped",
                figures -> figures.stopped(StopReason.BUDGET_EXHAUSTED));
        for (CircuitBreaker.State state : CircuitBreaker.State.values()) {
            breaker(rows, state);
        }
        gauge(rows, "retry.clients.tracked", "Clients with state of their own", f -> f.clientsTracked);
        counter(rows, "retry.clients.evicted", "Clients whose state made room", f -> f.clientsEvicted);
        return List.copyOf(rows);
    }

    private static void calls(List<Row> rows, String outcome, String reason, ToDoubleFunction<Figures> value) {
        Tags tags = Tags.of("outcome", outcome, "reason", reason);
        rows.add(new Row("retry.calls", true, null, "Calls that have ended", tags, value));
    }

    private static void breaker(List<Row> rows, CircuitBreaker.State state) {
        Tags tags = Tags.of(STATE, Words.of(state));
        rows.add(new Row(
                "retry.breaker.state",
                false,
                null,
                "1 for the state that the circuit breaker is in",
                tags,
                figures -> figures.breakersIn(state)));
        rows.add(new Row(
                "retry.breaker.transitions",
                true,
                null,
                "How often the circuit breaker entered the state",
                tags,
                figures -> figures.transitions(state)));
    }

    private static void counter(List<Row> rows, String name, String description, ToDoubleFunction<Figures> value) {
        rows.add(new Row(name, true, null, description, Tags.empty(), value));
    }

    private static void gauge(List<Row> rows, String name, String description, ToDoubleFunction<Figures> value) {
        rows.add(new Row(name, false, null, description, Tags.empty(), value));
    }

    /** Registers every meter of a service; one that the registry does not take is left out and logged. */
    static List<Meter> register(MeterRegistry registry, String service, ServiceFigures source) {
        List<Meter> registered = new ArrayList<>(ROWS.size());
        for (Row row : ROWS) {
            Throttled.guard("meter registry", () -> registered.add(row.register(registry, service, source)));
        }
        return registered;
    }
}
