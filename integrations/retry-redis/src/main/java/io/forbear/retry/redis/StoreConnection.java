package io.forbear.retry.redis;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What a fleet budget needs of a connection to Redis or Valkey: to run one script.
 *
 * <p>Implementations are thread-safe and never block: the first method is called on the one thread that leases for all
 * budgets of the process, the second on the thread that completes the first one's stage. The stages complete on any
 * thread. If the server answers with an error, the stage completes with an exception. The message of that exception, or
 * of a cause of it, begins with the server's error code, such as {@code NOSCRIPT} or {@code READONLY}. Commands go to a
 * primary. A command whose stage was cancelled need not be sent.
 *
 * @since 0.1
 */
public interface StoreConnection {

    /**
     * Sends {@code EVALSHA}.
     *
     * @param sha the SHA-1 of the script, 40 hexadecimal digits
     * @param keys its keys, all in one hash slot
     * @param arguments its arguments
     * @return the integers that the script returns
     */
    CompletionStage<List<Long>> evalsha(String sha, List<String> keys, List<String> arguments);

    /**
     * Sends {@code EVAL}, after the server has answered {@code NOSCRIPT}.
     *
     * @param script the text of the script
     * @param keys its keys, all in one hash slot
     * @param arguments its arguments
     * @return the integers that the script returns
     */
    CompletionStage<List<Long>> eval(String script, List<String> keys, List<String> arguments);
}
