package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ScriptedRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A service on virtual time that calls are played on in one of three ways, and every decision that it took. */
final class Flow implements RetryListener {

    /** The ways to make a call. */
    enum Shell {
        BLOCKING,
        ASYNC,
        DECISIONS
    }

    /**
     * What an attempt comes to.
     *
     * @param failure {@code null} for a success, and for what is never classified
     * @param asResult whether it is a result that the policy calls a failure
     * @param never what is thrown that is never classified
     */
    record Outcome(
            @Nullable Classification failure,
            boolean asResult,
            @Nullable Throwable never) {

        static final Outcome SUCCESS = new Outcome(null, false, null);

        static Outcome failure(Classification what) {
            return new Outcome(what, false, null);
        }

        static Outcome badResult(Classification what) {
            return new Outcome(what, true, null);
        }

        static Outcome never(Throwable thrown) {
            return new Outcome(null, false, thrown);
        }
    }

    /** What a test does in between. */
    interface Happening {
        void run() throws InterruptedException;
    }

    /** What was decided after an attempt, the budget afterwards in tokens, and the delay. */
    record Step(String outcome, double quota, double seconds) {}

    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Classification what;

        Failed(Classification what) {
            super(what.toString());
            this.what = what;
        }
    }

    final ManualClock clock = new ManualClock(-5_000_000_000L);
    final ManualScheduler scheduler = new ManualScheduler(clock);
    final List<Step> steps = new ArrayList<>();

    /** The numbers of the attempts, as those who made them saw them. */
    final List<Integer> numbers = new ArrayList<>();

    final Retry retry;

    /** Who makes the calls: the service itself, unless a test takes a client of it. */
    Retry caller;

    /** Happens in every attempt, before it comes to its end. */
    Runnable duringAttempt = () -> {};

    /** Happens at the end of every wait, before the call goes on. */
    Happening atWaking = () -> {};

    /** The future of the last asynchronous call, or the last call without execution. */
    @Nullable
    Object running;

    /** What the last blocking call threw. */
    @Nullable
    Throwable thrown;

    private final Shell shell;
    private @Nullable RetryBudget budget;
    private int stops;

    Flow(Shell shell, RetryPolicy policy) {
        this(shell, policy, RetryBudgets.unlimited(), builder -> builder);
    }

    Flow(Shell shell, RetryPolicy policy, RetryBudget.Spec spec) {
        this(shell, policy, spec, builder -> builder);
    }

    Flow(Shell shell, RetryPolicy policy, RetryBudget.Spec spec, UnaryOperator<Retries.Builder> more) {
        this.shell = shell;
        RetryPolicy read = policy.toBuilder()
                .classifier(failure -> failure instanceof Failed failed ? failed.what : null)
                .classifyResult(Classification.class, what -> what)
                .build();
        Retries.Builder builder = Retries.named("service")
                .policy(read)
                .budget(time -> budget = spec.create(time))
                .withoutCircuitBreaker()
                .runtime(r -> r.clock(clock)
                        .random(ScriptedRandom.always(0.5))
                        .sleeper(nanos -> {
                            clock.advanceNanos(nanos);
                            atWaking.run();
                        })
                        .scheduler(scheduler)
                        .executor(task -> {
                            wakes();
                            task.run();
                        }))
                .listener(this);
        this.retry = more.apply(builder).build();
        this.caller = retry;
    }

    /** Makes calls until all outcomes have been played. */
    void play(List<Outcome> outcomes) throws InterruptedException {
        Iterator<Outcome> next = outcomes.iterator();
        while (next.hasNext()) {
            call(next);
        }
    }

    /** Makes one call; where its outcomes run out, its next attempt succeeds. */
    void call(Iterator<Outcome> next) throws InterruptedException {
        int before = stops;
        switch (shell) {
            case BLOCKING -> blocking(next);
            case ASYNC -> async(next);
            case DECISIONS -> decisions(next);
        }
        if (stops == before) {
            steps.add(new Step("success", tokens(), 0));
        }
    }

    private static Outcome outcome(Iterator<Outcome> next) {
        return next.hasNext() ? next.next() : Outcome.SUCCESS;
    }

    private @Nullable Object attempt(Iterator<Outcome> next) {
        numbers.add(Retries.currentAttempt());
        duringAttempt.run();
        Outcome outcome = outcome(next);
        Classification failure = outcome.failure();
        if (outcome.never() != null) {
            throw Flow.<RuntimeException>asIs(outcome.never());
        }
        if (failure != null && !outcome.asResult()) {
            throw new Failed(failure);
        }
        return failure;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X asIs(Throwable thrown) throws X {
        throw (X) thrown;
    }

    private void blocking(Iterator<Outcome> next) {
        try {
            caller.<@Nullable Object, RuntimeException>call(() -> attempt(next));
        } catch (Throwable known) {
            thrown = known;
        }
    }

    private void async(Iterator<Outcome> next) {
        CompletableFuture<@Nullable Object> call =
                caller.callAsync(() -> CompletableFuture.completedFuture(attempt(next)));
        running = call;
        scheduler.runAll();
        assertThat(call).isDone();
    }

    private void wakes() {
        try {
            atWaking.run();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private void decisions(Iterator<Outcome> next) throws InterruptedException {
        RetryCall call = caller.begin();
        running = call;
        boolean goesOn = true;
        while (goesOn) {
            numbers.add(call.attempt());
            duringAttempt.run();
            goesOn = decided(call, outcome(next)) instanceof RetryDecision.Again retrying
                    && resumes(call, retrying.delay());
        }
    }

    private static @Nullable RetryDecision decided(RetryCall call, Outcome outcome) {
        if (outcome.never() != null) {
            return call.failed(outcome.never());
        }
        if (outcome.failure() != null) {
            return call.failed(outcome.failure());
        }
        call.succeeded();
        return null;
    }

    private boolean resumes(RetryCall call, Duration delay) throws InterruptedException {
        clock.advance(delay);
        atWaking.run();
        return call.stopReason().isEmpty() && call.resume();
    }

    double tokens() {
        return Objects.requireNonNull(budget).balance() / 1000.0;
    }

    Step last() {
        return steps.get(steps.size() - 1);
    }

    @Override
    public void onRetry(FailedAttempt failed, Duration delay) {
        steps.add(new Step("retry_request", tokens(), delay.toNanos() / 1e9));
    }

    @Override
    public void onStop(FailedAttempt failed, StopReason reason) {
        stops++;
        steps.add(new Step(name(reason), tokens(), 0));
    }

    /** The words of the published cases. */
    private static String name(StopReason reason) {
        return switch (reason) {
            case ATTEMPTS_EXHAUSTED -> "max_attempts_exceeded";
            case BUDGET_EXHAUSTED -> "retry_quota_exceeded";
            case NOT_RETRYABLE -> "fail_request";
            default -> reason.name();
        };
    }
}
