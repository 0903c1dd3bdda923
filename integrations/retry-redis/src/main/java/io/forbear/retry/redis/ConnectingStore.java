package io.forbear.retry.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store whose connection is made when it is first needed, and asked for again as long as that fails. */
final class ConnectingStore implements StoreConnection {
    /*
     * State      connection: the connection that was made, is being made, or could not be made; null at first.
     * Writers    commands, one at a time.
     * Ordering   the monitor of this.
     */

    private final Supplier<? extends CompletionStage<? extends StoreConnection>> connect;
    private @Nullable CompletableFuture<StoreConnection> connection;

    ConnectingStore(Supplier<? extends CompletionStage<? extends StoreConnection>> connect) {
        this.connect = connect;
    }

    @Override
    public CompletionStage<List<Long>> evalsha(String sha, List<String> keys, List<String> arguments) {
        return send(store -> store.evalsha(sha, keys, arguments));
    }

    @Override
    public CompletionStage<List<Long>> eval(String script, List<String> keys, List<String> arguments) {
        return send(store -> store.eval(script, keys, arguments));
    }

    private CompletionStage<List<Long>> send(Function<StoreConnection, CompletionStage<List<Long>>> command) {
        CompletableFuture<StoreConnection> made = connection();
        if (made.isDone() && !made.isCompletedExceptionally()) {
            return command.apply(made.join());
        }
        CompletableFuture<List<Long>> answer = new CompletableFuture<>();
        made.whenComplete((store, failure) -> {
            if (store == null) {
                answer.completeExceptionally(failure);
            } else if (!answer.isDone()) { // given up while the connection was made
                pass(command, store, answer);
            }
        });
        return answer;
    }

    private static void pass(
            Function<StoreConnection, CompletionStage<List<Long>>> command,
            StoreConnection store,
            CompletableFuture<List<Long>> answer) {
        try {
            command.apply(store).whenComplete((integers, failure) -> {
                if (failure == null) {
                    answer.complete(integers);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException refused) {
            answer.completeExceptionally(refused);
        }
    }

    private synchronized CompletableFuture<StoreConnection> connection() {
        CompletableFuture<StoreConnection> known = connection;
        if (known == null || known.isCompletedExceptionally()) {
            known = new CompletableFuture<>();
            connection = known;
            connect(known);
        }
        return known;
    }

    private void connect(CompletableFuture<StoreConnection> made) {
        try {
            connect.get().whenComplete((store, failure) -> {
                if (failure == null) {
                    made.complete(store);
                } else {
                    made.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException refused) {
            made.completeExceptionally(refused);
        }
    }
}
