import org.jspecify.annotations.NullMarked;

/** What adapters to HTTP clients share, and the client of the JDK. */
@NullMarked
module io.forbear.retry.http {
    requires transitive io.forbear.retry;
    requires transitive java.net.http;
    requires static jakarta.servlet;
    requires static transitive jdk.httpserver;
    requires static transitive org.jspecify;

    exports io.forbear.retry.http;
}
