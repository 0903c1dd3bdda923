package io.forbear.examples;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.okhttp.OkHttpRetry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** HTTP through the adapters to clients that are not the JDK's. */
final class HttpClients implements AutoCloseable {

    private final Retry orders = Retries.named("order-service")
            .policy(RetryPolicy.builder()
                    .backoff(Backoff.exponential(Duration.ofMillis(10), Duration.ofSeconds(1)))
                    .deadline(Duration.ofSeconds(3))
                    .build())
            .build();

    private final OkHttpClient okHttp = new OkHttpClient();

    private final Call.Factory okHttpCalls = OkHttpRetry.over(okHttp, orders);

    String okHttp(URI uri) throws IOException {
        Request request = new Request.Builder().url(uri.toString()).build();
        try (Response response = okHttpCalls.newCall(request).execute()) {
            return response.body().string();
        }
    }

    CompletableFuture<Integer> okHttpAsync(URI uri) {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Request request = new Request.Builder().url(uri.toString()).build();
        okHttpCalls.newCall(request).enqueue(new Callback() {
            @Override
            public void onResponse(Call call, Response response) {
                response.close();
                status.complete(response.code());
            }

            @Override
            public void onFailure(Call call, IOException failure) {
                status.completeExceptionally(failure);
            }
        });
        return status;
    }

    int okHttpClient(URI uri) throws IOException {
        OkHttpClient client = OkHttpRetry.client(okHttp, orders);
        Request request = new Request.Builder().url(uri.toString()).build();
        try (Response response = client.newCall(request).execute()) {
            return response.code();
        }
    }

    @Override
    public void close() {
        okHttp.dispatcher().executorService().shutdown();
        okHttp.connectionPool().evictAll();
    }
}
