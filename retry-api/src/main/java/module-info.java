import org.jspecify.annotations.NullMarked;

/** The words: values that describe how to retry, and the interfaces of the parts. */
@NullMarked
module io.forbear.retry {
    requires static java.sql;
    requires static transitive org.jspecify;

    exports io.forbear.retry;
}
