package io.forbear.retry.it;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes calls at each of the last frames of a stack, so that the error comes up anywhere, in the engine too, and prints
 * what is left. A program of its own, since what the JVM fails to link at the end of a stack stays broken in it.
 */
final class EndOfStack {

    private static final RetryPolicy POLICY =
            RetryPolicy.builder().backoff(Backoff.none()).build();
    private static final int WARM_UP = 3_000;
    private static final int PASSES = 30;
    private static final int FRAMES = 400;
    private static final long SMALL_STACK = 200_000;

    private int made;

    /** Goes down to the end of the stack, and makes a call at each of the last frames on the way back. */
    private void dive(Runnable call) {
        try {
            dive(call);
        } catch (StackOverflowError end) {
            // the way back begins
        }
        if (made < FRAMES) {
            made++;
            try {
                call.run();
            } catch (StackOverflowError | RuntimeException expected) {
                // from anywhere
            }
        }
    }

    private void sweep(Runnable call) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            call.run(); // all classes are loaded then
        }
        for (int pass = 0; pass < PASSES; pass++) {
            FutureTask<Boolean> task = new FutureTask<>(() -> {
                made = 0;
                dive(call);
                return true;
            });
            Thread thread = new Thread(null, task, "small stack", SMALL_STACK);
            thread.setDaemon(true);
            thread.start();
            task.get(2, TimeUnit.MINUTES);
        }
        call.run(); // settles what was left
    }

    private static void failTwice(Retry retry) {
        int[] failures = {0};
        try {
            retry.call(() -> {
                if (failures[0]++ < 2) {
                    throw new IOException("down");
                }
                return "ok";
            });
        } catch (IOException expected) {
            return;
        }
    }

    private void noProbeStaysUnderWay() throws Exception {
        AtomicReference<CircuitBreaker> made = new AtomicReference<>();
        Retry retry = Retries.named("probed")
                .policy(POLICY)
                .withoutBudget()
                .circuitBreaker((name, clock) -> {
                    made.set(CircuitBreakers.failureRate(0.5)
                            .probes(50)
                            .openFor(Duration.ofNanos(1))
                            .probeTimeout(Duration.ofDays(1))
                            .create(name, clock));
                    return made.get();
                })
                .build();
        CircuitBreaker breaker = made.get();
        StackOverflowError thrown = new StackOverflowError();

        sweep(() -> {
            if (breaker.state() != CircuitBreaker.State.HALF_OPEN) {
                breaker.open();
            }
            try {
                retry.run(() -> {
                    throw thrown;
                });
            } catch (StackOverflowError | CircuitOpenException expected) {
                return;
            }
        });

        int free = 0;
        while (breaker.tryAcquire() != null) {
            free++;
        }
        System.out.println("free probes " + free);
    }

    private void noCallStaysUnderWay() throws Exception {
        AtomicReference<RetryBudget> made = new AtomicReference<>();
        Retry retry = Retries.named("shared")
                .policy(POLICY)
                .withoutCircuitBreaker()
                .budget(clock -> {
                    made.set(RetryBudgets.concurrencyShare(1.0, 0).create(clock));
                    return made.get();
                })
                .build();

        sweep(() -> failTwice(retry));

        System.out.println("calls under way " + made.get().balance() / RetryBudget.TOKEN);
    }

    private void noThreadStaysMarked() throws Exception {
        Retry retry = Retries.named("plain")
                .policy(POLICY)
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
        int[] mark = {1};

        sweep(() -> {
            mark[0] = Math.max(mark[0], Retries.currentAttempt());
            failTwice(retry);
        });

        System.out.println("attempt " + mark[0]);
    }

    /** Runs all three. */
    public static void main(String[] args) throws Exception {
        EndOfStack program = new EndOfStack();
        program.noProbeStaysUnderWay();
        program.noCallStaysUnderWay();
        program.noThreadStaysMarked();
    }
}
