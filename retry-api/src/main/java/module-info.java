import org.jspecify.annotations.NullMarked;

/** The words: values that describe how to retry, and the interfaces of the parts. */
@NullMarked
@SuppressWarnings("module") // the engine is compiled later
module io.forbear.retry {
    requires static java.sql;
    requires static transitive org.jspecify;

    exports io.forbear.retry;
    exports io.forbear.retry.error;
    exports io.forbear.retry.operations;
    exports io.forbear.retry.internal to
            io.forbear.retry.core;
}
