package io.forbear.shop;

import io.forbear.retry.spring.ForbearRetry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** The service of prices, which is asked by WebClient. */
@Service
class Prices {

    private final WebClient prices;

    Prices(WebClient.Builder builder, @Value("${shop.prices}") String url) {
        this.prices = builder.baseUrl(url).build();
    }

    @ForbearRetry("prices")
    Mono<String> find(String id) {
        return prices.get().uri("/prices/{id}", id).retrieve().bodyToMono(String.class);
    }
}
