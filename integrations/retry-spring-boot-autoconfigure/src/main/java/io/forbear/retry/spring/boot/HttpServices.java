package io.forbear.retry.spring.boot;

import io.forbear.retry.Retry;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.spring.web.RestClientRetry;
import io.forbear.retry.spring.web.WebClientRetry;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;

/**
 * The requests that the HTTP clients of an application retry without being told so one by one: those to the hosts that
 * {@code forbear.http.<service>} names. Other requests pass as if it were not there. The starters add it to each client
 * that is built by a builder of Boot. Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class HttpServices {

    private final HttpHosts hosts;
    private final RetryRegistry registry;

    HttpServices(HttpHosts hosts, RetryRegistry registry) {
        this.hosts = hosts;
        this.registry = registry;
    }

    /**
     * Returns whether no property names a host.
     *
     * @return {@code true} if no client is to be changed
     */
    public boolean isEmpty() {
        return hosts.isEmpty();
    }

    /**
     * Returns the {@code Retry} of a request.
     *
     * @param request where it goes to
     * @return that of the service of its host; {@code null} if the host belongs to none
     */
    public @Nullable Retry retry(URI request) {
        String service = hosts.service(request);
        return service == null ? null : registry.get(service);
    }

    private Retry known(URI request) {
        return Objects.requireNonNull(retry(request), "retry");
    }

    /**
     * Returns what retries the requests of {@code RestClient} and {@code RestTemplate}.
     *
     * @return an interceptor that belongs before all others, which then run for each attempt
     */
    public ClientHttpRequestInterceptor interceptor() {
        ClientHttpRequestInterceptor retrying = RestClientRetry.of(request -> known(request.getURI()));
        return (request, body, execution) -> hosts.service(request.getURI()) == null
                ? execution.execute(request, body)
                : retrying.intercept(request, body, execution);
    }

    /**
     * Returns what retries the requests of {@code WebClient}.
     *
     * @return a filter that belongs before all others, which then run for each attempt
     */
    public ExchangeFilterFunction filter() {
        ExchangeFilterFunction retrying = WebClientRetry.of(request -> known(request.url()));
        return (request, next) ->
                hosts.service(request.url()) == null ? next.exchange(request) : retrying.filter(request, next);
    }
}
