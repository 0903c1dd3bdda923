import org.jspecify.annotations.NullMarked;

/** One budget of retries for the whole fleet. The module of Lettuce is automatic. */
@NullMarked
module io.forbear.retry.redis {
    requires transitive io.forbear.retry;
    requires static transitive lettuce.core;
    requires static transitive org.jspecify;

    exports io.forbear.retry.redis;
}
