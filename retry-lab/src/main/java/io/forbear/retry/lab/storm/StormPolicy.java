package io.forbear.retry.lab.storm;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetrySnapshot;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A policy to be tried: a name, and the way to give it to a client.
 *
 * @param name as the option takes it
 * @param title for a reader
 * @param description what it does, for a reader
 * @param settings its figures, in the order in which a reader wants them
 * @param opener makes what one client calls through
 */
public record StormPolicy(
        String name, String title, String description, Map<String, String> settings, Function<Watcher, Caller> opener) {

    public StormPolicy {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** How one client of the fleet makes its calls; closed at the end of the run. */
    public interface Caller extends AutoCloseable {

        /**
         * Makes a call.
         *
         * @param attempt begins one attempt
         * @return the end of the call
         */
        CompletableFuture<Integer> call(Supplier<? extends CompletionStage<Integer>> attempt);

        /**
         * Returns the figures of every layer, the outermost first.
         *
         * @return one snapshot for each
         */
        List<RetrySnapshot> snapshots();

        @Override
        void close();
    }

    /** Is told what happens to the circuit breakers of a client. */
    @FunctionalInterface
    public interface Watcher {

        /**
         * A circuit breaker changed its state.
         *
         * @param from the state before
         * @param to the state after
         */
        void onTransition(CircuitBreaker.State from, CircuitBreaker.State to);

        /**
         * Returns the listener that is told of the retries of a client too.
         *
         * @return listeners; none by default
         */
        default List<RetryListener> listeners() {
            return List.of();
        }
    }
}
