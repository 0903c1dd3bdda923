package io.forbear.retry.redis;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what kind of failure a client of Redis or Valkey, such as of ElastiCache, throws: by the word with which the
 * server begins its error reply. The clients Lettuce and Jedis are known by the names of their exceptions; neither is
 * needed to use this, nor is the AWS SDK.
 *
 * <pre>{@code
 * RetryPolicy.builder().classifier(RedisClassifier.create())
 * }</pre>
 *
 * <p>Retried are the replies of a server that is loading or busy with a script, is no primary (any more), has not the
 * slot (any more), has lost its cluster, its primary or its replicas, or has no room for a client: it has not executed
 * the command, so it is retried even where it must not run twice. All other replies are {@code CLIENT_ERROR}: also
 * {@code OOM}, which does not pass in the time of a call, and {@code NOAUTH}, {@code WRONGTYPE}, {@code NOSCRIPT}.
 * After a time-out or a connection that broke the command may have been executed.
 *
 * <p>{@code READONLY} and {@code MOVED} pass where the operation asks for its connection each time, by the name of the
 * primary, or the client of a cluster refreshes its topology. Stateless.
 *
 * @since 0.1
 */
public final class RedisClassifier implements ErrorClassifier {

    private static final RedisClassifier INSTANCE = new RedisClassifier();
    private static final int LONGEST_CHAIN = 16;

    private static final Classification NOT_NOW =
            Classification.of(ErrorCategory.TRANSIENT).retryable().notExecuted();
    private static final Classification REFUSED =
            Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();
    private static final Classification NOT_CONNECTED =
            Classification.of(ErrorCategory.NETWORK_ERROR).retryable().notExecuted();
    private static final Classification BROKEN =
            Classification.of(ErrorCategory.NETWORK_ERROR).retryable();
    private static final Classification GAVE_UP =
            Classification.of(ErrorCategory.TRANSIENT).retryable();

    /** The command waits in this process for others. */
    private static final Classification NO_ROOM =
            Classification.of(ErrorCategory.TRANSIENT).retryable().notExecuted().local();

    /**
     * First words of replies. The list of go-redis, with the reply to a write that too few replicas would get, of a
     * server that runs a script, of another owner of the slot, and to a command that blocked on a primary that no
     * longer is one.
     */
    private static final Set<String> PASSING = Set.of(
            "LOADING",
            "READONLY",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "TRYAGAIN",
            "NOREPLICAS",
            "BUSY",
            "MOVED",
            "ASK",
            "UNBLOCKED");

    /** A server of a cluster goes on "+ cluster connections reached". */
    private static final String NO_ROOM_FOR_CLIENTS = "ERR max number of clients ";

    private static final String LETTUCE = "io.lettuce.core.";
    private static final String JEDIS = "redis.clients.jedis.exceptions.";

    private RedisClassifier() {}

    /**
     * Returns the classifier.
     *
     * @return a shared instance
     */
    public static RedisClassifier create() {
        return INSTANCE;
    }

    /**
     * Tells what an error reply says.
     *
     * @param reply the text of the reply, without the minus sign of the protocol
     * @return {@code TRANSIENT} and surely not executed where it passes, else {@code CLIENT_ERROR}
     */
    public static Classification ofReply(String reply) {
        int end = reply.indexOf(' ');
        String word = end < 0 ? reply : reply.substring(0, end);
        return PASSING.contains(word) || reply.startsWith(NO_ROOM_FOR_CLIENTS) ? NOT_NOW : REFUSED;
    }

    /**
     * Classifies what a client threw.
     *
     * @param failure the failure
     * @return what is known of it, {@code null} where no exception of Lettuce or Jedis in the chain says more than its
     *     cause: then the default classifier decides
     */
    @Override
    public @Nullable Classification classify(Throwable failure) {
        Throwable link = failure;
        for (int depth = 0; link != null && depth < LONGEST_CHAIN; depth++) {
            Classification found = ofType(link);
            if (found != null) {
                return found;
            }
            Throwable cause = link.getCause();
            link = cause == link ? null : cause;
        }
        return null;
    }

    /** By the nearest superclass that is known. */
    private static @Nullable Classification ofType(Throwable link) {
        String message = link.getMessage() == null ? "" : link.getMessage();
        boolean hasCause = link.getCause() != null && link.getCause() != link;
        for (Class<?> type = link.getClass(); type != null; type = type.getSuperclass()) {
            String name = type.getName();
            if (name.startsWith(LETTUCE)) {
                return ofLettuce(name.substring(LETTUCE.length()), message, hasCause);
            }
            if (name.startsWith(JEDIS)) {
                Classification found = ofJedis(name.substring(JEDIS.length()), message, hasCause);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static @Nullable Classification ofLettuce(String type, String message, boolean hasCause) {
        return switch (type) {
            case "RedisCommandExecutionException",
                    "RedisLoadingException",
                    "RedisBusyException",
                    "RedisNoScriptException",
                    "RedisReadOnlyException" -> ofReply(message);
            case "RedisCommandTimeoutException" -> Classification.of(ErrorCategory.TIMEOUT);
            // thrown where a connection is made; the cause says why, such as a reply
            case "RedisConnectionException" -> hasCause ? null : NOT_CONNECTED;
            // no node has the slot, or the node is not known yet
            case "cluster.PartitionException",
                    "cluster.PartitionSelectorException",
                    "cluster.UnknownPartitionException" -> NOT_NOW;
            case "RedisException" -> hasCause ? null : ofWords(message);
            default -> null;
        };
    }

    /** What Lettuce says of its connection, in words alone. */
    private static @Nullable Classification ofWords(String message) {
        if (message.contains("not connected") || message.equals("Connection is closed")) {
            return NOT_CONNECTED;
        }
        if (message.startsWith("Request queue size exceeded")) {
            return NO_ROOM;
        }
        return message.startsWith("Connection ") ? BROKEN : null;
    }

    private static @Nullable Classification ofJedis(String type, String message, boolean hasCause) {
        return switch (type) {
            case "JedisDataException" -> ofReply(message);
            // after attempts of its own, of which one may have been executed
            case "JedisClusterOperationException" -> hasCause ? null : GAVE_UP;
            case "JedisConnectionException" ->
                message.startsWith("Failed to connect to ") || message.startsWith("Failed to create socket")
                        ? NOT_CONNECTED
                        : hasCause ? null : BROKEN;
            default -> null;
        };
    }

    @Override
    public String toString() {
        return "RedisClassifier";
    }
}
