package io.forbear.retry.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.it.http.ScriptedServer.Received;
import io.forbear.retry.okhttp.OkHttpRetry;
import io.forbear.retry.testkit.ManualRuntime;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.http.GET;
import retrofit2.http.POST;

/** Retrofit through {@link OkHttpRetry}: its calls need no change. */
class RetrofitTest {

    interface Orders {
        @GET("orders")
        Call<ResponseBody> all();

        @POST("orders")
        Call<ResponseBody> add();
    }

    private final ManualRuntime time = new ManualRuntime();
    private final OkHttpClient client = new OkHttpClient();
    private ScriptedServer server;
    private Retry retry;
    private Orders orders;

    @BeforeEach
    void starts() throws IOException {
        server = ScriptedServer.start();
        retry = Retries.named("orders").runtime(time.runtime()).build();
        orders = new Retrofit.Builder()
                .baseUrl(server.uri("/").toString())
                .callFactory(OkHttpRetry.over(client, retry))
                .build()
                .create(Orders.class);
    }

    @AfterEach
    void stops() throws IOException {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
        retry.close();
        server.close();
    }

    @Test
    void aBlockingCallIsRetried() throws IOException {
        server.script(Answers.status(503), Answers.status(200));

        Response<ResponseBody> response = orders.all().execute();

        assertThat(response.body().string()).isEqualTo("status 200");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void anEnqueuedCallIsRetriedAndWaitsOnNoThread() throws Exception {
        server.script(Answers.status(503), Answers.status(200));
        CompletableFuture<Integer> status = new CompletableFuture<>();

        orders.all().enqueue(new Callback<>() {
            @Override
            public void onResponse(Call<ResponseBody> call, Response<ResponseBody> response) {
                status.complete(response.code());
            }

            @Override
            public void onFailure(Call<ResponseBody> call, Throwable failure) {
                status.completeExceptionally(failure);
            }
        });
        HttpAdapterFixture.await(() -> time.scheduler().pending() > 0);
        HttpAdapterFixture.await(() -> client.dispatcher().runningCallsCount() == 0);
        time.scheduler().runNext();

        assertThat(status.get()).isEqualTo(200);
        assertThat(server.requests()).extracting(Received::method).containsExactly("GET", "GET");
    }

    @Test
    void aPostIsMadeOnceAndItsErrorIsTheCallers() throws IOException {
        server.always(Answers.status(503));

        assertThat(orders.add().execute().code()).isEqualTo(503);

        assertThat(server.requests()).hasSize(1);
    }
}
