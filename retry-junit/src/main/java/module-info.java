import org.jspecify.annotations.NullMarked;

/** Services on virtual time for the tests of JUnit 5 and 6. */
@NullMarked
module io.forbear.retry.junit {
    requires transitive io.forbear.retry;
    requires transitive io.forbear.retry.testkit;
    requires io.forbear.retry.core;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;

    exports io.forbear.retry.junit;
}
