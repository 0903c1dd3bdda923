import org.jspecify.annotations.NullMarked;

/** One budget of retries for the whole fleet. The modules of Lettuce and Micrometer are automatic. */
@NullMarked
module io.forbear.retry.redis {
    requires transitive io.forbear.retry;
    requires static transitive io.forbear.retry.core;
    requires static transitive lettuce.core;
    requires static transitive micrometer.core;
    requires static transitive org.jspecify;

    exports io.forbear.retry.redis;
}
