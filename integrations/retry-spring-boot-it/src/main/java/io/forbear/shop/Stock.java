package io.forbear.shop;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** The service of stock. No line here retries: the property forbear.http names its host. */
@Service
class Stock {

    private final RestClient rest;
    private final WebClient web;

    Stock(RestClient.Builder rest, WebClient.Builder web, @Value("${shop.stock}") String url) {
        this.rest = rest.baseUrl(url)
                .requestInterceptor((request, body, execution) -> {
                    request.getHeaders().set("shop-signature", "of this attempt");
                    return execution.execute(request, body);
                })
                .build();
        this.web = web.baseUrl(url)
                .filter((request, next) -> next.exchange(ClientRequest.from(request)
                        .header("shop-signature", "of this attempt")
                        .build()))
                .build();
    }

    String find(String id) {
        return rest.get().uri("/stock/{id}", id).retrieve().body(String.class);
    }

    Mono<String> findLater(String id) {
        return web.get().uri("/stock/{id}", id).retrieve().bodyToMono(String.class);
    }

    String reserve(String id) {
        return rest.post().uri("/stock/{id}", id).body("1").retrieve().body(String.class);
    }
}
