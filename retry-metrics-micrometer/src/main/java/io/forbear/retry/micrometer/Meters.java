package io.forbear.retry.micrometer;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The table of the meters that read figures, and how those of one service are registered. */
final class Meters {

    private static final String STATE = "state";

    /** Why a call can end before its first attempt. */
    private static final Set<StopReason> REFUSALS = EnumSet.of(
            StopReason.CIRCUIT_OPEN,
            StopReason.DEADLINE_EXCEEDED,
            StopReason.RATE_LIMITED,
            StopReason.REJECTED,
            StopReason.CANCELLED,
            StopReason.INTERRUPTED);

    /** One meter: a counter or a gauge, its tags beside the service, and how it is read. */
    private record Row(
            String name,
            boolean counter,
            @Nullable String unit,
            String description,
            Tags tags,
            ToDoubleFunction<Figures> value) {

        Meter register(MeterRegistry registry, Naming naming, String service, ServiceFigures source) {
            ToDoubleFunction<ServiceFigures> read = figures -> value.applyAsDouble(figures.read());
            Tags all = tags.and(naming.serviceTag(), service);
            return counter
                    ? FunctionCounter.builder(naming.of(name), source, read)
                            .tags(all)
                            .baseUnit(unit)
                            .description(description)
                            .register(registry)
                    : Gauge.builder(naming.of(name), source, read)
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
        calls(rows);
        counter(rows, "attempts", "Attempts made by calls that have ended", f -> f.attempts);
        String retries = "Retries made by calls that have ended: those that rescued their call, and the others";
        counter(rows, "retries", retries, Tags.of("result", "rescued"), f -> f.recovered);
        counter(rows, "retries", retries, Tags.of("result", "wasted"), Figures::wasted);
        for (ErrorCategory category : ErrorCategory.values()) {
            counter(
                    rows,
                    "failed.attempts",
                    "Attempts that failed",
                    Tags.of("category", Words.of(category)),
                    figures -> figures.failed(category));
        }
        rows.add(new Row("delay", true, "seconds", "Delays decided on, summed", Tags.empty(), Figures::delaySeconds));
        layers(rows);
        gauge(rows, "budget.balance", "Tokens left in the budget of the service", f -> f.budgetBalance);
        gauge(rows, "budget.capacity", "Tokens that the budget can hold now", f -> f.budgetCapacity);
        gauge(rows, "budget.left", "Share of the budget that is left, 0 to 1", f -> f.budgetLeft);
        counter(
                rows,
                "budget.denied",
                "Calls that a budget stopped",
                Tags.empty(),
                figures -> figures.stopped(StopReason.BUDGET_EXHAUSTED));
        breaker(rows);
        gauge(rows, "clients.tracked", "Clients with state of their own", f -> f.clientsTracked);
        counter(rows, "clients.evicted", "Clients whose state made room", f -> f.clientsEvicted);
        gauge(rows, "paused", "1 while an operator has paused retries", f -> f.paused);
        return List.copyOf(rows);
    }

    private static void calls(List<Row> rows) {
        calls(rows, "success", Words.NONE, figures -> figures.firstTry);
        calls(rows, "recovered", Words.NONE, figures -> figures.recovered);
        for (StopReason reason : StopReason.values()) {
            boolean refuses = REFUSALS.contains(reason);
            calls(
                    rows,
                    "failure",
                    Words.of(reason),
                    figures -> refuses ? figures.failedCalls(reason) : figures.stopped(reason));
            if (refuses) {
                calls(rows, "refused", Words.of(reason), figures -> figures.refused(reason));
            }
        }
    }

    private static void calls(List<Row> rows, String outcome, String reason, ToDoubleFunction<Figures> value) {
        counter(rows, "calls", "Calls that have ended", Tags.of("outcome", outcome, "reason", reason), value);
    }

    private static void layers(List<Row> rows) {
        counter(rows, "nested", "Retries granted inside a retry of an outer layer", f -> f.nested);
        for (int attempt = 2; attempt <= RetrySnapshot.LAST_UPSTREAM_ATTEMPT; attempt++) {
            int number = attempt;
            counter(
                    rows,
                    "repeated.calls",
                    "Calls that an outer layer made as a retry of its own",
                    Tags.of("upstream", Words.attempt(number, RetrySnapshot.LAST_UPSTREAM_ATTEMPT)),
                    figures -> figures.repeated(number));
        }
        gauge(
                rows,
                "amplification",
                "Attempts for each call that was attempted, over the last minute",
                f -> f.amplification);
    }

    private static void breaker(List<Row> rows) {
        for (CircuitBreaker.State state : CircuitBreaker.State.values()) {
            Tags tags = Tags.of(STATE, Words.of(state));
            rows.add(new Row(
                    "breaker.state",
                    false,
                    null,
                    "1 for the state that the circuit breaker is in",
                    tags,
                    figures -> figures.breakersIn(state)));
            counter(
                    rows,
                    "breaker.transitions",
                    "How often the circuit breaker entered the state",
                    tags,
                    figures -> figures.transitions(state));
        }
        gauge(
                rows,
                "breaker.not.closed",
                "1 while the circuit breaker is open, half open or forced open",
                Figures::breakersNotClosed);
        gauge(rows, "breaker.window.calls", "Attempts in the circuit breaker's window", Figures::windowCalls);
        gauge(rows, "breaker.failure.rate", "Share of these that failed, 0 to 1", Figures::failureRate);
        gauge(rows, "breaker.slow.rate", "Share of these that were slow, 0 to 1", Figures::slowRate);
    }

    private static void counter(List<Row> rows, String name, String description, ToDoubleFunction<Figures> value) {
        counter(rows, name, description, Tags.empty(), value);
    }

    private static void counter(
            List<Row> rows, String name, String description, Tags tags, ToDoubleFunction<Figures> value) {
        rows.add(new Row(name, true, null, description, tags, value));
    }

    private static void gauge(List<Row> rows, String name, String description, ToDoubleFunction<Figures> value) {
        rows.add(new Row(name, false, null, description, Tags.empty(), value));
    }

    /** Registers every meter of a service; one that the registry does not take is left out and logged. */
    static List<Meter> register(MeterRegistry registry, Naming naming, String service, ServiceFigures source) {
        List<Meter> registered = new ArrayList<>(ROWS.size());
        for (Row row : ROWS) {
            Throttled.guard("meter registry", () -> registered.add(row.register(registry, naming, service, source)));
        }
        return registered;
    }
}
