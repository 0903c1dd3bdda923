package io.forbear.retry.benchmarks.contender;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Operation;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * This library. <i>Full</i> is what {@code Retries.named(...).build()} gives but for the wait: a ratio budget, a
 * breaker over ten seconds, counters.
 *
 * <p>Where every call fails at first, a budget and a breaker with the usual settings would rightly stop the retries,
 * and nothing would be left to measure. So a retry costs a thousandth of a token, the least that is still withdrawn,
 * and the breaker asks for more calls than there are. Both do all their work: each failure is counted in the window,
 * each retry takes and books its tokens.
 */
final class Forbear {

    private static final double LEAST_COST = 0.001;
    private static final int CALLS_BETWEEN_NEWCOMERS = 20;
    /** More tokens than the retries of any client, each of which costs a whole one. */
    private static final int ROOM = 1_000_000;

    private static final RetryPolicy POLICY =
            RetryPolicy.builder().maxAttempts(3).backoff(Backoff.none()).build();

    private Forbear() {}

    static Retry bareRetry() {
        return named().withoutBudget().withoutCircuitBreaker().build();
    }

    static Retry fullRetry() {
        return full().build();
    }

    static Retries.Builder full() {
        return named().budget(ratio()).circuitBreaker(patient());
    }

    private static CircuitBreaker.Spec patient() {
        return CircuitBreakers.failureRate(0.5).minimumCalls(Integer.MAX_VALUE);
    }

    private static Retries.Builder named() {
        return Retries.named("measured").policy(POLICY);
    }

    private static RetryBudget.Spec ratio() {
        return cheap(RetryBudgets.ratio(0.1).minPerSecond(10_000).window(Duration.ofSeconds(60)));
    }

    private static RetryBudget.Spec cheap(io.forbear.retry.core.budget.RatioSpec spec) {
        return spec.cost(ErrorCategory.NETWORK_ERROR, LEAST_COST).cost(ErrorCategory.TRANSIENT, LEAST_COST);
    }

    static Library bare() {
        return library(bareRetry());
    }

    static Library budget() {
        return library(named().budget(ratio()).withoutCircuitBreaker().build());
    }

    static Library breaker() {
        return library(named().withoutBudget().circuitBreaker(patient()).build());
    }

    static Library fullLibrary() {
        return library(fullRetry());
    }

    /** Every call has a deadline, so it reads the clock when it begins. */
    static Library fullDeadline() {
        return library(fullRetry().with(CallOptions.defaults().deadline(Duration.ofHours(1))));
    }

    /** The service has a bucket for its budget, large enough for calls that all fail and so never deposit. */
    static Library fullBucket() {
        return library(full().budget(RetryBudgets.tokenBucket(Integer.MAX_VALUE)
                        .refill(10, Duration.ofSeconds(1))
                        .cost(ErrorCategory.NETWORK_ERROR, LEAST_COST)
                        .cost(ErrorCategory.TRANSIENT, LEAST_COST))
                .build());
    }

    /** The service's counters are shown by a registry that keeps meters in memory, as a scraped one does. */
    static Library fullMetrics() {
        return library(full().listener(MicrometerRetry.bindTo(new SimpleMeterRegistry()))
                .build());
    }

    /** An agent or an SDK that is not there, or switched off: all tracers are no-ops. */
    static Library fullTraced() {
        return library(
                full().listener(OpenTelemetryRetry.create(OpenTelemetry.noop())).build());
    }

    /**
     * Every call is some client's, out of many in random order, each with a budget of its own. All are known before, as
     * in the map beside it; they came as clients do, a new one among many calls of known ones, so that the compiler has
     * seen what it sees in a service that runs.
     */
    static Library fullClient() {
        Retry retry = full().maxClients(Ids.COUNT)
                .clientBudget(RetryBudgets.tokenBucket(ROOM).refill(10, Duration.ofMinutes(1)))
                .build();
        introduce(retry, attempt(new Script(0)));
        return operation -> {
            Operation<Object, Exception> attempt = attempt(operation);
            Ids ids = new Ids();
            return () -> retry.forClient(ids.next()).call(attempt);
        };
    }

    private static void introduce(Retry retry, Operation<Object, Exception> attempt) {
        String[] all = Ids.all();
        try {
            for (int known = 1; known <= all.length; known++) {
                for (int call = 0; call < CALLS_BETWEEN_NEWCOMERS; call++) {
                    retry.forClient(all[(known * 31 + call * 7919) % known]).call(attempt);
                }
                retry.forClient(all[known - 1]).call(attempt);
            }
        } catch (Exception failure) {
            throw new IllegalStateException("a call that cannot fail", failure);
        }
    }

    /** One place, so one class: the compiler is taught no other type of operation than the one that is measured. */
    private static Operation<Object, Exception> attempt(Callable<Object> operation) {
        return operation::call;
    }

    private static Library library(Retry retry) {
        return operation -> {
            Operation<Object, Exception> attempt = attempt(operation);
            return new Retried(retry, attempt);
        };
    }

    private record Retried(Retry retry, Operation<Object, Exception> attempt) implements Callable<Object> {

        @Override
        public Object call() throws Exception {
            return retry.call(attempt);
        }
    }
}
