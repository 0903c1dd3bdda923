import org.jspecify.annotations.NullMarked;

/** Time and chance in the hands of a test, and a listener that remembers. */
@NullMarked
module io.forbear.retry.testkit {
    requires transitive io.forbear.retry;
    requires static transitive org.jspecify;

    exports io.forbear.retry.testkit;
}
