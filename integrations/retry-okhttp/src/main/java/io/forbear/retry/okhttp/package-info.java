/**
 * OkHttp whose calls retry: {@link io.forbear.retry.okhttp.OkHttpRetry}, a {@code Call.Factory} for blocking and
 * asynchronous calls, and an interceptor for code that needs an {@code OkHttpClient}.
 */
@NullMarked
package io.forbear.retry.okhttp;

import org.jspecify.annotations.NullMarked;
