package io.forbear.retry.it.soak;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.Sleeper;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The ways in which a call can be made. Each returns the end of the call, which has ended where the call blocks. */
enum Shell {
    BLOCKING {
        @Override
        CompletableFuture<String> make(Rig rig, Retry retry, Script script, Sleeper sleeper) throws Throwable {
            return CompletableFuture.completedFuture(retry.call(script::attempt));
        }
    },
    ASYNC {
        @Override
        CompletableFuture<String> make(Rig rig, Retry retry, Script script, Sleeper sleeper) {
            return retry.callAsync(() -> script.stage(script::attempt));
        }
    },
    BATCH {
        @Override
        CompletableFuture<String> make(Rig rig, Retry retry, Script script, Sleeper sleeper) throws Throwable {
            return CompletableFuture.completedFuture(resultOf(retry.callBatch(ITEMS, left -> script.items())));
        }
    },
    BATCH_ASYNC {
        @Override
        CompletableFuture<String> make(Rig rig, Retry retry, Script script, Sleeper sleeper) {
            CompletableFuture<BatchResult<String, String>> batch =
                    retry.callBatchAsync(ITEMS, left -> script.stage(script::items));
            CompletableFuture<String> end = new CompletableFuture<>();
            // handle, not whenComplete: a CompletionException asks its cause for its text
            batch.handle((result, thrown) -> {
                try {
                    if (thrown != null) {
                        throw thrown;
                    }
                    end.complete(resultOf(result));
                } catch (Throwable failure) {
                    end.completeExceptionally(failure);
                }
                return null;
            });
            end.handle((result, failure) -> {
                if (end.isCancelled()) {
                    batch.cancel(true);
                }
                return null;
            });
            return end;
        }
    },
    HAND_MADE {
        @Override
        CompletableFuture<String> make(Rig rig, Retry retry, Script script, Sleeper sleeper) throws Throwable {
            try (RetryCall call = retry.begin()) {
                while (passes(call, sleeper)) {
                    try {
                        String result = script.attempt();
                        if (result.equals(Rig.OK)) {
                            call.succeeded();
                            return CompletableFuture.completedFuture(result);
                        }
                        throw new Parts.Down(rig.faults);
                    } catch (Parts.Down failure) {
                        RetryDecision decision = call.failed(failure);
                        if (!(decision instanceof RetryDecision.Again next)) {
                            throw failure;
                        }
                        if (!next.delay().isZero()) {
                            sleeper.sleep(next.delay().toNanos());
                        }
                        if (!call.resume()) {
                            throw failure;
                        }
                    }
                }
                throw new Parts.Down(rig.faults);
            }
        }

        private boolean passes(RetryCall call, Sleeper sleeper) throws InterruptedException {
            RetryDecision decision = call.atGate();
            while (decision instanceof RetryDecision.Again wait && !wait.delay().isZero()) {
                sleeper.sleep(wait.delay().toNanos());
                decision = call.atGate();
            }
            return decision instanceof RetryDecision.Again;
        }
    };

    private static final List<String> ITEMS = List.of("item");

    abstract CompletableFuture<String> make(Rig rig, Retry retry, Script script, Sleeper sleeper) throws Throwable;

    private static String resultOf(BatchResult<String, String> batch) throws Throwable {
        ItemResult<String, String> item = batch.items().get(0);
        if (item instanceof ItemResult.Success<String, String> success) {
            return success.value();
        }
        Throwable failure = ((ItemResult.Failure<String, String>) item).failure();
        if (failure == null) {
            return Rig.BAD;
        }
        throw failure;
    }

    /** One call's operation: so many attempts fail, by a throw or by a result that is judged bad. */
    static final class Script {
        private final Rig rig;
        private final int failures;
        private final boolean byResult;
        private int made;

        Script(Rig rig, int failures, boolean byResult) {
            this.rig = rig;
            this.failures = failures;
            this.byResult = byResult;
        }

        synchronized String attempt() throws Parts.Down {
            rig.tally.attempts.incrementAndGet();
            if (made++ == 0) {
                rig.tally.attempted.incrementAndGet();
            }
            if (made > failures) {
                return Rig.OK;
            }
            if (byResult) {
                return Rig.BAD;
            }
            throw new Parts.Down(rig.faults);
        }

        BatchOutcome<String, String> items() throws Parts.Down {
            return BatchOutcome.byPosition(List.of(ItemOutcome.success(attempt())));
        }

        interface Attempt<T> {
            T make() throws Parts.Down;
        }

        <T> CompletableFuture<T> stage(Attempt<T> attempt) {
            Parts.Stage<T> stage = new Parts.Stage<>(rig.faults);
            try {
                stage.complete(attempt.make());
            } catch (Parts.Down down) {
                stage.completeExceptionally(down);
            }
            return stage;
        }

        /** Books the end of the call; returns what is wrong with it, or an empty text. */
        String ended(Object result, Throwable failure) {
            rig.tally.ended.incrementAndGet();
            if (failure == null) {
                if (Rig.OK.equals(result)) {
                    rig.tally.succeeded.incrementAndGet();
                    return "";
                }
                rig.tally.doubtful.addAndGet(rig.faults.thrownAt(Point.RESULT_RULE) > 0 ? 1 : 0);
                return Rig.BAD.equals(result) ? "" : "a result that nobody gave: " + result;
            }
            Throwable cause = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                    ? failure.getCause()
                    : failure;
            return mayEnd(cause)
                    ? ""
                    : "a failure that is not the operation's: "
                            + cause.getClass().getName()
                            + (cause instanceof Parts.Down ? "" : " " + cause.getMessage());
        }

        private boolean mayEnd(Throwable failure) {
            if (failure instanceof Parts.Down
                    || failure instanceof io.forbear.retry.CircuitOpenException
                    || failure instanceof io.forbear.retry.GateRefusedException
                    || failure instanceof io.forbear.retry.DeadlinePassedException
                    || failure instanceof java.util.concurrent.TimeoutException // of the deadline, under an attempt
                    || failure instanceof java.util.concurrent.CancellationException) {
                return true;
            }
            String message = failure instanceof Faults.Thrown || failure instanceof Faults.ThrownError
                    ? failure.getMessage()
                    : "";
            return message.equals(Point.STAGE.name()); // a stage that throws is an attempt that failed so
        }
    }
}
