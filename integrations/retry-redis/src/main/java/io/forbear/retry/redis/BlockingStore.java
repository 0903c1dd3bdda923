package io.forbear.retry.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A store over a client whose commands block: they run on a daemon thread of its own, one after the other, so that
 * neither a call nor the lease thread waits for them. While the store hangs, the thread hangs in the client for as long
 * as the client's own time-out lets it; commands that queue up behind it are refused above {@link #MOST_WAITING}.
 */
final class BlockingStore implements StoreConnection {

    /** A command of each budget at most waits; more budgets than these would be a surprise. */
    private static final int MOST_WAITING = 256;

    private static final int IDLE_SECONDS = 60;

    /** What a client does with a script, and throws where that fails. */
    @FunctionalInterface
    interface Command {
        Object run(String script, List<String> keys, List<String> arguments);
    }

    private final Command bySha;
    private final Command byText;
    private final ThreadPoolExecutor thread;

    BlockingStore(String client, Command bySha, Command byText) {
        this.bySha = bySha;
        this.byText = byText;
        this.thread = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
                    Thread made = new Thread(null, task, "forbear-fleet-" + client, 0, false);
                    made.setDaemon(true);
                    return made;
                });
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletionStage<List<Long>> evalsha(String sha, List<String> keys, List<String> arguments) {
        return run(bySha, sha, keys, arguments);
    }

    @Override
    public CompletionStage<List<Long>> eval(String script, List<String> keys, List<String> arguments) {
        return run(byText, script, keys, arguments);
    }

    private CompletionStage<List<Long>> run(Command command, String script, List<String> keys, List<String> arguments) {
        CompletableFuture<List<Long>> answer = new CompletableFuture<>();
        thread.execute(() -> {
            if (answer.isDone()) {
                return; // given up while it waited for its turn
            }
            try {
                answer.complete(integers(command.run(script, keys, arguments)));
            } catch (Throwable failure) {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    /** Returns an answer of the script as what it is. */
    static List<Long> integers(Object answer) {
        List<Long> integers = new ArrayList<>();
        for (Object each : (List<?>) answer) {
            integers.add((Long) each);
        }
        return integers;
    }
}
