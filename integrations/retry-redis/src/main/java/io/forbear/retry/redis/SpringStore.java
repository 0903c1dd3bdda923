package io.forbear.retry.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.springframework.data.redis.connection.ReactiveScriptingCommands;
import org.springframework.data.redis.connection.RedisScriptingCommands;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.core.ReactiveRedisTemplate;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisTemplate;
import reactor.core.publisher.Flux;

/**
 * Templates of Spring Data Redis, for {@link FleetBudget}. The reactive one is to be preferred: it never blocks.
 *
 * @since 0.1
 */
public final class SpringStore {

    private SpringStore() {}

    /**
     * Makes a store of a reactive template. Its serializers are not used.
     *
     * @param template a template over any connection factory
     * @return a store that sends by this template
     */
    public static StoreConnection of(ReactiveRedisTemplate<?, ?> template) {
        return new Reactive(Objects.requireNonNull(template, "template"));
    }

    /**
     * Makes a store of a blocking template. The store has a daemon thread of its own, {@code forbear-fleet-spring},
     * which ends when it has been idle for a minute. Give the connection factory a short command time-out: while the
     * store hangs, the thread hangs as long. The template's serializers are not used.
     *
     * @param template a template over any connection factory
     * @return a store that sends by this template
     */
    public static StoreConnection of(RedisTemplate<?, ?> template) {
        Objects.requireNonNull(template, "template");
        return new BlockingStore(
                "spring",
                (sha, keys, arguments) -> run(
                        template,
                        commands -> commands.evalSha(sha, ReturnType.MULTI, keys.size(), bytes(keys, arguments))),
                (script, keys, arguments) -> run(
                        template,
                        commands -> commands.eval(
                                script.getBytes(StandardCharsets.UTF_8),
                                ReturnType.MULTI,
                                keys.size(),
                                bytes(keys, arguments))));
    }

    private interface Script {
        Object run(RedisScriptingCommands commands);
    }

    private static Object run(RedisTemplate<?, ?> template, Script script) {
        RedisCallback<Object> callback = connection -> script.run(connection.scriptingCommands());
        return Objects.requireNonNull(template.execute(callback), "answer");
    }

    private static byte[][] bytes(List<String> keys, List<String> arguments) {
        return Stream.concat(keys.stream(), arguments.stream())
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    private record Reactive(ReactiveRedisTemplate<?, ?> template) implements StoreConnection {

        private interface Sending {
            Flux<Object> run(ReactiveScriptingCommands commands, ByteBuffer[] keysAndArguments);
        }

        @Override
        public CompletionStage<List<Long>> evalsha(String sha, List<String> keys, List<String> arguments) {
            return run(keys, arguments, (commands, all) -> commands.evalSha(sha, ReturnType.MULTI, keys.size(), all));
        }

        @Override
        public CompletionStage<List<Long>> eval(String script, List<String> keys, List<String> arguments) {
            ByteBuffer text = ByteBuffer.wrap(script.getBytes(StandardCharsets.UTF_8));
            return run(keys, arguments, (commands, all) -> commands.eval(text, ReturnType.MULTI, keys.size(), all));
        }

        private CompletionStage<List<Long>> run(List<String> keys, List<String> arguments, Sending sending) {
            ByteBuffer[] all =
                    Stream.of(bytes(keys, arguments)).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
            return template.execute(connection -> sending.run(connection.scriptingCommands(), all))
                    .next()
                    .map(BlockingStore::integers)
                    .toFuture();
        }
    }
}
