import org.jspecify.annotations.NullMarked;

/** OkHttp whose calls retry. */
@NullMarked
module io.forbear.retry.okhttp {
    requires transitive io.forbear.retry;
    requires io.forbear.retry.http;
    requires transitive okhttp3;
    requires static transitive org.jspecify;

    exports io.forbear.retry.okhttp;
}
