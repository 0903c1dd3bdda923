package io.forbear.retry.redis;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One message to the store and its answer. The script is sent by its hash. A server that does not have it, as each
 * primary of a cluster and each promoted replica may say, is sent the text once. No other failure is repeated here:
 * afterwards it is not known whether the script ran, and the totals of the next message find out.
 */
final class LeaseRequest implements BiConsumer<@Nullable List<Long>, @Nullable Throwable> {
    /*
     * State      answer, failure: one of them, published by done. sent: the stage that is awaited now.
     * Writers    the lease thread sends; the thread that completes a stage writes the end, or sends the text.
     * Ordering   volatile: who reads done as true reads what was written before it.
     */

    final long ask;
    final long sentNanos;

    /** What the message told of each total; becomes what the store knows if it answers. */
    final Totals told;

    private final StoreConnection store;
    private final List<String> keys;
    private final List<String> arguments;
    private @Nullable List<Long> answer;
    private @Nullable Throwable failure;
    private volatile @Nullable CompletionStage<List<Long>> sent;
    private volatile boolean cancelled;
    private volatile boolean done;
    private boolean sentText;

    LeaseRequest(
            StoreConnection store, List<String> keys, List<String> arguments, Totals told, long ask, long sentNanos) {
        this.store = store;
        this.keys = keys;
        this.arguments = arguments;
        this.told = told;
        this.ask = ask;
        this.sentNanos = sentNanos;
    }

    void send() {
        try {
            await(store.evalsha(LeaseScript.SHA, keys, arguments));
        } catch (RuntimeException refused) {
            end(null, refused);
        }
    }

    private void await(CompletionStage<List<Long>> stage) {
        sent = stage;
        stage.whenComplete(this);
    }

    @Override
    public void accept(@Nullable List<Long> result, @Nullable Throwable thrown) {
        if (thrown == null || sentText || cancelled || !FloorReason.hasCode(thrown, "NOSCRIPT")) {
            end(result, thrown);
            return;
        }
        sentText = true;
        try {
            await(store.eval(LeaseScript.TEXT, keys, arguments));
        } catch (RuntimeException refused) {
            end(null, refused);
        }
    }

    private void end(@Nullable List<Long> result, @Nullable Throwable thrown) {
        answer = result;
        failure = thrown;
        done = true;
        LeaseThread.wake();
    }

    boolean isDone() {
        return done;
    }

    /** Returns the answer; {@code null} after a failure. */
    @Nullable
    List<Long> answer() {
        return answer;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Ignores the answer from now on, and tells the client that it need not send what it has not sent. */
    void cancel() {
        cancelled = true;
        CompletionStage<List<Long>> stage = sent;
        if (stage != null) {
            try {
                stage.toCompletableFuture().cancel(false);
            } catch (RuntimeException unsupported) {
                return; // a stage need not be a future; its answer is ignored in any case
            }
        }
    }
}
