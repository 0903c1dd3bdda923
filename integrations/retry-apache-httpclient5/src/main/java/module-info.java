import org.jspecify.annotations.NullMarked;

/** Apache HttpClient 5 whose calls retry. */
@NullMarked
module io.forbear.retry.apache {
    requires transitive io.forbear.retry;
    requires io.forbear.retry.http;
    requires transitive org.apache.httpcomponents.client5.httpclient5;
    requires transitive org.apache.httpcomponents.core5.httpcore5;
    requires static transitive org.jspecify;

    exports io.forbear.retry.apache;
}
