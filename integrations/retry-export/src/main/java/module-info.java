import org.jspecify.annotations.NullMarked;

/** A policy in the settings of gRPC, proxies, AWS services and other libraries, and their settings as Forbear's. */
@NullMarked
module io.forbear.retry.export {
    requires transitive io.forbear.retry;
    requires transitive io.forbear.retry.core;
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.core;
    requires org.snakeyaml.engine;

    exports io.forbear.retry.export;
}
