package io.forbear.examples;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.http.IncomingCall;
import io.forbear.retry.spring.EnableForbearRetry;
import io.forbear.retry.spring.ForbearRetry;
import io.forbear.retry.spring.RetryLookup;
import io.forbear.retry.spring.RetryableBridge;
import io.forbear.retry.spring.web.RestClientRetry;
import io.forbear.retry.spring.web.WebClientRetry;
import java.util.Map;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** Beans of Spring whose methods retry, and its HTTP clients. */
final class SpringBeans {

    private SpringBeans() {}

    @Configuration
    @EnableForbearRetry
    static class Application {

        @Bean
        RetryRegistry retries() {
            return RetryRegistry.load(Map.of("service.orders.max-attempts", "4"));
        }

        @Bean
        RetryLookup lookup(RetryRegistry retries) {
            return retries::get;
        }
    }

    static class OrderClient {

        private final RestClient http;

        OrderClient(RestClient http) {
            this.http = http;
        }

        @ForbearRetry(value = "orders", fallbackMethod = "unknown")
        public String find(String id) {
            String order = http.get().uri("/orders/{id}", id).retrieve().body(String.class);
            return order == null ? "" : order;
        }

        String unknown(String id, Exception failure) {
            return "order " + id + " is not known now";
        }
    }

    /** The HTTP clients of Spring, and a bridge for methods that are annotated with {@code @Retryable}. */
    static final class Others {

        private Others() {}

        static RestClient restClient(Retry orders, String url) {
            return RestClient.builder()
                    .baseUrl(url)
                    .requestInterceptor(RestClientRetry.of(request -> orders.with(IncomingCall.current())))
                    .build();
        }

        static WebClient webClient(Retry orders, String url) {
            return WebClient.builder()
                    .baseUrl(url)
                    .filter(WebClientRetry.of(orders))
                    .build();
        }

        static RetryableBridge bridge() {
            return (service, policy) -> Retries.named(service).policy(policy).build();
        }
    }

    public static void main(String[] args) {
        try (CountingServer server = CountingServer.answering(503, 503, 200);
                AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            RestClient http = RestClient.create(server.uri("").toString());
            context.register(Application.class);
            context.registerBean(OrderClient.class, () -> new OrderClient(http));
            context.refresh();
            String order = context.getBean(OrderClient.class).find("7");
            System.out.println(order + " after " + server.requests() + " requests");
        }
        try (CountingServer server = CountingServer.answering(503, 200);
                Retry orders = Retries.named("orders").build()) {
            RestClient client = Others.restClient(orders, server.uri("").toString());
            String order = client.get().uri("/orders/7").retrieve().body(String.class);
            System.out.println(order + " after " + server.requests() + " requests");
        }
        try (CountingServer server = CountingServer.answering(503, 200);
                Retry orders = Retries.named("orders").build()) {
            WebClient client = Others.webClient(orders, server.uri("").toString());
            String order = client.get()
                    .uri("/orders/7")
                    .retrieve()
                    .bodyToMono(String.class)
                    .block();
            System.out.println(order + " after " + server.requests() + " requests");
        }
        try (Retry made = Others.bridge().retry("Orders.find", RetryPolicy.defaults())) {
            System.out.println(made.name());
        }
    }
}
