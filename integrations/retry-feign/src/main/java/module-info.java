import org.jspecify.annotations.NullMarked;

/** Feign whose calls retry. */
@NullMarked
module io.forbear.retry.feign {
    requires transitive feign.core;
    requires transitive io.forbear.retry;
    requires io.forbear.retry.http;
    requires static transitive org.jspecify;

    exports io.forbear.retry.feign;
}
