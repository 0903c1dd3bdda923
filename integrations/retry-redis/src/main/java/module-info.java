import org.jspecify.annotations.NullMarked;

/** One budget of retries for the whole fleet. The modules of the clients and of Micrometer are automatic. */
@NullMarked
module io.forbear.retry.redis {
    requires transitive io.forbear.retry;
    requires static transitive io.forbear.retry.core;
    requires static transitive lettuce.core;
    requires static transitive micrometer.core;
    requires static org.reactivestreams;
    requires static reactor.core;
    requires static transitive redis.clients.jedis;
    requires static transitive spring.data.redis;
    requires static spring.core;
    requires static spring.tx;
    requires static transitive org.jspecify;

    exports io.forbear.retry.redis;
}
