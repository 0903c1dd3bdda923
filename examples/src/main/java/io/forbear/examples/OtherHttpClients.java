package io.forbear.examples;

import feign.Feign;
import feign.RequestLine;
import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.apache.HttpClient5Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.feign.FeignRetry;
import io.forbear.retry.http.IncomingCall;
import io.forbear.retry.okhttp.OkHttpRetry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/** HTTP through the adapters to clients that are not the JDK's. */
final class OtherHttpClients implements AutoCloseable {

    private final Retry orders = Retries.named("order-service")
            .policy(RetryPolicy.builder()
                    .backoff(Backoff.exponential(Duration.ofMillis(10), Duration.ofSeconds(1)))
                    .deadline(Duration.ofSeconds(10))
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

    private final CloseableHttpClient apache =
            HttpClient5Retry.install(HttpClients.custom(), orders).build();

    String apache(URI uri) throws IOException {
        ClassicHttpRequest request = ClassicRequestBuilder.get(uri).build();
        return apache.execute(request, response -> EntityUtils.toString(response.getEntity()));
    }

    String apacheFor(String tenant, URI uri) throws IOException {
        HttpClientContext context = HttpClient5Retry.by(orders.forClient(tenant), HttpClientContext.create());
        ClassicHttpRequest request = ClassicRequestBuilder.get(uri).build();
        return apache.execute(request, context, response -> EntityUtils.toString(response.getEntity()));
    }

    private final CloseableHttpAsyncClient apacheAsync =
            HttpClient5Retry.install(HttpAsyncClients.custom(), orders).build();

    Future<SimpleHttpResponse> apacheAsync(URI uri) {
        apacheAsync.start();
        SimpleHttpRequest request = SimpleRequestBuilder.get(uri).build();
        return apacheAsync.execute(request, null);
    }

    interface Orders {
        @RequestLine("GET /books")
        String books();
    }

    Orders feign(URI uri) {
        return Feign.builder().addCapability(FeignRetry.of(orders)).target(Orders.class, uri.toString());
    }

    Orders feignOverOkHttp(URI uri) {
        return Feign.builder()
                .client(new feign.okhttp.OkHttpClient(OkHttpRetry.withoutOwnRetries(okHttp)))
                .addCapability(FeignRetry.of(request -> orders.with(IncomingCall.current())))
                .target(Orders.class, uri.toString());
    }

    @Override
    public void close() throws IOException {
        apache.close();
        apacheAsync.close();
        okHttp.dispatcher().executorService().shutdown();
        okHttp.connectionPool().evictAll();
    }
}
