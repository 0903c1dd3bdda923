package io.forbear.retry.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import software.amazon.awssdk.core.client.builder.SdkAsyncClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.SdkHttpService;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpService;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * Sizes the connection pool of a client, whichever HTTP client there is: as a default with which the SDK builds it, so
 * that the SDK owns it and closes it.
 */
final class ConnectionPools {

    private ConnectionPools() {}

    static void size(SdkClientBuilder<?, ?> builder, int connections) {
        if (builder instanceof SdkAsyncClientBuilder<?, ?> async) {
            SdkAsyncHttpClient.Builder<?> http = only(SdkAsyncHttpService.class).createAsyncHttpClientFactory();
            async.httpClientBuilder(new Async(http, connections));
        } else if (builder instanceof SdkSyncClientBuilder<?, ?> sync) {
            SdkHttpClient.Builder<?> http = only(SdkHttpService.class).createHttpClientBuilder();
            sync.httpClientBuilder(new Sync(http, connections));
        }
    }

    /** Returns the service of the one HTTP client that the class path has. */
    private static <S> S only(Class<S> type) {
        List<S> found = new ArrayList<>();
        ServiceLoader.load(type).forEach(found::add);
        if (found.size() != 1) {
            throw new IllegalStateException("maxConnections: HTTP clients on the class path "
                    + found.stream().map(one -> one.getClass().getSimpleName()).toList()
                    + " (expected: one; or set the size on the HTTP client of the builder)");
        }
        return found.get(0);
    }

    private static AttributeMap sized(int connections, AttributeMap defaults) {
        return AttributeMap.builder()
                .put(SdkHttpConfigurationOption.MAX_CONNECTIONS, connections)
                .build()
                .merge(defaults);
    }

    private record Sync(SdkHttpClient.Builder<?> http, int connections) implements SdkHttpClient.Builder<Sync> {
        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return http.buildWithDefaults(sized(connections, defaults));
        }
    }

    private record Async(SdkAsyncHttpClient.Builder<?> http, int connections)
            implements SdkAsyncHttpClient.Builder<Async> {
        @Override
        public SdkAsyncHttpClient buildWithDefaults(AttributeMap defaults) {
            return http.buildWithDefaults(sized(connections, defaults));
        }
    }
}
