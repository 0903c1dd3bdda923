package io.forbear.retry.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Connections of Lettuce, for {@link FleetBudget}.
 *
 * @since 0.1
 */
public final class LettuceStore {

    private LettuceStore() {}

    /**
     * Makes a store of a connection to one node, to a primary with replicas, or to a cluster. The connection may be
     * shared with other commands, but not with blocking ones, nor with a transaction. The caller closes it, after the
     * budgets.
     *
     * @param commands what {@code connection.async()} returns
     * @return a store that sends on this connection
     */
    public static StoreConnection of(RedisScriptingAsyncCommands<String, String> commands) {
        return new Commands(Objects.requireNonNull(commands, "commands"));
    }

    /**
     * Makes a store that connects by itself, so that a process starts also while the store is down:
     *
     * <pre>{@code
     * LettuceStore.connecting(() ->
     *         client.connectAsync(StringCodec.UTF8, uri).thenApply(StatefulRedisConnection::async))
     * }</pre>
     *
     * <p>The connection is asked for when a budget first needs it, and again with each lease as long as that fails; a
     * connection that has been made is kept, and Lettuce reconnects it. Until there is one, a budget has its floor. The
     * caller shuts the client down, after the budgets.
     *
     * @param connect starts to connect and does not wait; called by one thread at a time
     * @return a store that sends on the connection that {@code connect} makes
     */
    public static StoreConnection connecting(
            Supplier<? extends CompletionStage<? extends RedisScriptingAsyncCommands<String, String>>> connect) {
        Objects.requireNonNull(connect, "connect");
        return new ConnectingStore(() -> connect.get().thenApply(Commands::new));
    }

    private record Commands(RedisScriptingAsyncCommands<String, String> commands) implements StoreConnection {

        @Override
        public CompletionStage<List<Long>> evalsha(String sha, List<String> keys, List<String> arguments) {
            return commands.evalsha(sha, ScriptOutputType.MULTI, array(keys), array(arguments));
        }

        @Override
        public CompletionStage<List<Long>> eval(String script, List<String> keys, List<String> arguments) {
            return commands.eval(script, ScriptOutputType.MULTI, array(keys), array(arguments));
        }

        private static String[] array(List<String> texts) {
            return texts.toArray(String[]::new);
        }
    }
}
