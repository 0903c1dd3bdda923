package io.forbear.shop;

import io.forbear.retry.spring.ForbearRetry;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;

/** The service of orders, which is asked by RestClient. */
@Service
class Orders {

    private final RestClient orders;

    Orders(RestClient.Builder builder, @Value("${shop.orders}") String url) {
        this.orders = builder.baseUrl(url).build();
    }

    @ForbearRetry(value = "orders", fallbackMethod = "unknown")
    String find(String id) {
        return get(id);
    }

    String unknown(String id, Exception failure) {
        return "no " + id + ": " + failure.getClass().getSimpleName();
    }

    @ForbearRetry("orders")
    CompletableFuture<String> findLater(String id) {
        return CompletableFuture.supplyAsync(() -> get(id));
    }

    private String get(String id) {
        return orders.get().uri("/orders/{id}", id).retrieve().body(String.class);
    }
}
