import org.jspecify.annotations.NullMarked;

/** An operator by which a {@code Mono} or a {@code Flux} of Reactor is retried. */
@NullMarked
module io.forbear.retry.reactor {
    requires transitive io.forbear.retry;
    requires transitive reactor.core;
    requires transitive org.reactivestreams;
    requires static reactor.blockhound;
    requires static transitive org.jspecify;

    exports io.forbear.retry.reactor;
}
