import org.jspecify.annotations.NullMarked;

/** Retries for the unary calls of gRPC, whose own modules are automatic. */
@NullMarked
module io.forbear.retry.grpc {
    requires transitive io.forbear.retry;
    requires transitive io.grpc;
    requires static transitive org.jspecify;

    exports io.forbear.retry.grpc;
}
