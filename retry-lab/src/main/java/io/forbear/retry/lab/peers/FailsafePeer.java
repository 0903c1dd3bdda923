package io.forbear.retry.lab.peers;

import dev.failsafe.Execution;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyConfig;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Failure;
import io.forbear.retry.lab.storm.StormPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Failsafe: its retry policy alone, for it has no composition by default. */
final class FailsafePeer {

    private static final RetryPolicy<Integer> POLICY = RetryPolicy.ofDefaults();

    private FailsafePeer() {}

    static Peer peer() {
        RetryPolicyConfig<Integer> config = POLICY.getConfig();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("attempts", Integer.toString(config.getMaxAttempts()));
        settings.put("wait", Peers.text(config.getDelay()));
        String description = settings.get("attempts") + " attempts, nothing between them";
        return new Peer("failsafe", "Failsafe", description, settings, watcher -> new Client(), world -> new Stepped());
    }

    /** On Failsafe's own threads, which all its users share: there are none to stop. */
    private static final class Client implements StormPolicy.Caller {

        private final FailsafeExecutor<Integer> executor = Failsafe.with(POLICY);

        @Override
        public CompletableFuture<Integer> call(Supplier<? extends CompletionStage<Integer>> attempt) {
            return executor.getStageAsync(attempt::get);
        }

        @Override
        public List<RetrySnapshot> snapshots() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    /**
     * By the executions that Failsafe has for code that makes its attempts itself. They compare the time with a maximum
     * duration only, which the default policy does not have. So no scheduler of Failsafe has to run on virtual time.
     */
    private static final class Stepped implements Control {

        @Override
        public Call begin() {
            return new Begun(Execution.of(POLICY));
        }
    }

    private record Begun(Execution<Integer> execution) implements Control.Call {

        @Override
        public void succeeded() {
            execution.complete();
        }

        @Override
        public long failed(Failure failure) {
            execution.recordException(Thrown.by(failure));
            return execution.isComplete() ? Control.STOP : execution.getDelay().toNanos();
        }

        @Override
        public boolean resume() {
            return true;
        }
    }
}
