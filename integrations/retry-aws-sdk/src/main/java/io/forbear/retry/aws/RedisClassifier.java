package io.forbear.retry.aws;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells what kind of failure a client of Redis or Valkey, such as of ElastiCache, throws: by the words with which the
 * server begins its error reply. The clients Lettuce and Jedis are known by name; neither is needed to use this.
 *
 * <p>Retried are the replies of a server that is loading, is no primary, has lost its cluster or its replicas, or has
 * no room for a client: it has not executed the command. All other replies are {@code CLIENT_ERROR}. A time-out may
 * have come after the command was executed. Stateless.
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

    /** As go-redis has them, with the reply to a write that too few replicas would get. */
    private static final List<String> PASSING = List.of(
            "LOADING ",
            "READONLY ",
            "MASTERDOWN ",
            "CLUSTERDOWN ",
            "TRYAGAIN ",
            "NOREPLICAS ",
            "ERR max number of clients reached");

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
        return PASSING.stream().anyMatch(reply::startsWith) ? NOT_NOW : REFUSED;
    }

    /**
     * Classifies what a client threw.
     *
     * @param failure the failure
     * @return what is known of it, {@code null} where no exception of Lettuce or Jedis with a reply is in the chain
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

    private static @Nullable Classification ofType(Throwable link) {
        String type = link.getClass().getName();
        String message = link.getMessage() == null ? "" : link.getMessage();
        if (type.startsWith("io.lettuce.core.")) {
            if (type.endsWith("RedisCommandTimeoutException")) {
                return Classification.of(ErrorCategory.TIMEOUT);
            }
            if (type.endsWith("RedisConnectionException")) {
                return link.getCause() == null ? NOT_CONNECTED : null; // the cause says why
            }
            return message.contains("not connected") ? NOT_CONNECTED : ofReply(message);
        }
        return type.startsWith("redis.clients.jedis.exceptions.") && type.endsWith("DataException")
                ? ofReply(message)
                : null;
    }

    @Override
    public String toString() {
        return "RedisClassifier";
    }
}
