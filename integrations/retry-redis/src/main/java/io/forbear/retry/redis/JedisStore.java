package io.forbear.retry.redis;

import java.util.Objects;
import redis.clients.jedis.UnifiedJedis;

/**
 * Connections of Jedis, for {@link FleetBudget}.
 *
 * @since 0.1
 */
public final class JedisStore {

    private JedisStore() {}

    /**
     * Makes a store of a client of one node, or of a cluster. Jedis blocks, so the store has a daemon thread of its
     * own, {@code forbear-fleet-jedis}, which ends when it has been idle for a minute. Give the client a short socket
     * time-out: while the store hangs, the thread hangs as long. The caller closes the client, after the budgets.
     *
     * @param client a client that threads may share, such as a {@code RedisClient} or a {@code RedisClusterClient}
     * @return a store that sends by this client
     */
    public static StoreConnection of(UnifiedJedis client) {
        Objects.requireNonNull(client, "client");
        return new BlockingStore("jedis", client::evalsha, client::eval);
    }
}
