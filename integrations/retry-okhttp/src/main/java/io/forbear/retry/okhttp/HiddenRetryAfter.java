package io.forbear.retry.okhttp;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Keeps the {@code Retry-After} of a 503 out of the sight of OkHttp, which sends the request again where it is zero,
 * whatever its settings say, and throws a {@code NumberFormatException} where it is too large. A network interceptor
 * writes it under another name, the last application interceptor writes it back.
 */
enum HiddenRetryAfter implements Interceptor {
    /** Between the network and OkHttp. */
    HIDES("Retry-After", "Forbear-Hidden-Retry-After"),

    /** Between OkHttp and the application. */
    RESTORES("Forbear-Hidden-Retry-After", "Retry-After");

    private static final int UNAVAILABLE = 503;

    private final String from;
    private final String to;

    HiddenRetryAfter(String from, String to) {
        this.from = from;
        this.to = to;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        if (response.code() != UNAVAILABLE || response.header(from) == null) {
            return response;
        }
        Response.Builder renamed = response.newBuilder().removeHeader(from).removeHeader(to);
        response.headers(from).forEach(value -> renamed.addHeader(to, value));
        return renamed.build();
    }
}
