package io.forbear.retry.it.soak;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.Sleeper;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryListeners;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One service all of whose parts are the test's, and its books. */
final class Rig {

    static final String OK = "ok";
    static final String BAD = "bad";

    /** Time and threads that a rig runs on. */
    record Surroundings(
            NanoClock clock,
            Sleeper sleeper,
            Executor executor,
            ScheduledExecutorService scheduler,
            RandomGenerator random) {}

    final Faults faults;
    final Tally tally = new Tally();
    final Retry retry;
    private final Parts.@Nullable Budget budget;
    private final Parts.@Nullable Breaker breaker;
    private final Parts.@Nullable Gate gate;

    private Rig(
            Faults faults,
            Parts.@Nullable Budget budget,
            Parts.@Nullable Breaker breaker,
            Parts.@Nullable Gate gate,
            Surroundings around,
            RetryBudget.Spec budgetSpec,
            CircuitBreaker.@Nullable Spec breakerSpec) {
        this.faults = faults;
        this.budget = budget;
        this.breaker = breaker;
        this.gate = gate;
        Retries.Builder builder = Retries.named("users")
                .policy(policy(faults))
                .budget(budgetSpec)
                .runtime(r -> r.clock(around.clock())
                        .sleeper(nanos -> {
                            faults.at(Point.SLEEPER);
                            around.sleeper().sleep(nanos);
                        })
                        .executor(task -> {
                            faults.at(Point.EXECUTOR);
                            around.executor().execute(task);
                        })
                        .scheduler(Parts.scheduler(faults, around.scheduler()))
                        .random(Parts.random(faults, around.random())))
                .overloadSignal(() -> {
                    faults.at(Point.OVERLOAD_SIGNAL);
                    return false;
                });
        if (breakerSpec == null) {
            builder.withoutCircuitBreaker();
        } else {
            builder.circuitBreaker(breakerSpec);
        }
        if (gate != null) {
            builder.gate(clock -> gate).listener(new Parts.Listener(faults)).listener(RetryListeners.logging());
        }
        this.retry = builder.build();
    }

    /** Budget, breaker, gate and listeners that are a user's own. */
    static Rig ofOwnParts(Faults faults, Surroundings around) {
        Parts.Budget budget = new Parts.Budget(faults);
        Parts.Breaker breaker = new Parts.Breaker(faults);
        Parts.Gate gate = new Parts.Gate(faults);
        return new Rig(faults, budget, breaker, gate, around, RetryBudgets.shared(budget), (name, clock) -> breaker);
    }

    /** A budget and a breaker of the library's, and nobody who observes: a first attempt that costs next to nothing. */
    static Rig ofTheLibrarysParts(
            Faults faults, Surroundings around, RetryBudget.Spec budget, CircuitBreaker.@Nullable Spec breaker) {
        return new Rig(faults, null, null, null, around, budget, breaker);
    }

    private static RetryPolicy policy(Faults faults) {
        ErrorClassifier defaults = ErrorClassifier.defaults();
        return RetryPolicy.builder()
                .maxAttempts(3)
                .backoff(Backoff.custom(
                        attempt -> {
                            faults.at(Point.BACKOFF);
                            return Duration.ofMillis(attempt);
                        },
                        Duration.ofMillis(10)))
                .classifier(failure -> {
                    faults.at(Point.CLASSIFIER);
                    return failure instanceof Parts.Down
                            ? Classification.of(ErrorCategory.TRANSIENT)
                            : defaults.classify(failure);
                })
                .classifyResult(String.class, result -> {
                    if (!result.equals(BAD)) {
                        return null;
                    }
                    faults.at(Point.RESULT_RULE);
                    return Classification.of(ErrorCategory.SERVER_ERROR);
                })
                .build();
    }

    /** Says what does not balance, while no call is under way; empty where all does. */
    List<String> violations() {
        List<String> wrong = new ArrayList<>();
        RetrySnapshot snapshot = retry.snapshot();
        long stopped =
                Arrays.stream(StopReason.values()).mapToLong(snapshot::stopped).sum();
        equal(wrong, "calls that ended", tally.ended.get(), tally.calls.get());
        equal(wrong, "calls", snapshot.calls(), tally.calls.get());
        equal(wrong, "succeeded + stopped", snapshot.successes() + stopped, tally.calls.get());
        equal(wrong, "attempts", snapshot.attempts(), tally.attempts.get());
        long succeeded = snapshot.successes() - tally.succeeded.get();
        if (succeeded < 0 || succeeded > tally.doubtful.get()) {
            wrong.add("succeeded: " + snapshot.successes() + " (expected: " + tally.succeeded + " to "
                    + (tally.succeeded.get() + tally.doubtful.get()) + ")");
        }
        if (breaker != null) {
            equal(wrong, "permits settled", breaker.settled.get(), breaker.given.get());
            equal(wrong, "permits settled twice", breaker.settledAgain.get(), 0);
        }
        if (gate != null && faults.thrownAt(Point.GATE_WAIT) == 0) {
            equal(wrong, "places at the gate", gate.waiting.get(), 0);
        }
        if (budget != null) {
            long retries = tally.attempts.get() - tally.attempted.get();
            long unpaid = faults.thrownAt(Point.BUDGET_WITHDRAW);
            long paid = budget.out.get() / RetryBudget.TOKEN;
            if (paid > retries || paid < retries - unpaid) {
                wrong.add("tokens: " + paid + " (expected: " + retries + ", one for each retry)");
            }
        }
        return wrong;
    }

    private static void equal(List<String> wrong, String what, long found, long expected) {
        if (found != expected) {
            wrong.add(what + ": " + found + " (expected: " + expected + ")");
        }
    }
}
