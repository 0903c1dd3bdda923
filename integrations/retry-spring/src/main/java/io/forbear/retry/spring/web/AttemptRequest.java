package io.forbear.retry.spring.web;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;

/** A request whose headers and attributes are its own: what an interceptor adds to one attempt is not in the next. */
final class AttemptRequest implements HttpRequest {

    private final HttpRequest request;
    private final HttpHeaders headers = new HttpHeaders();
    private final Map<String, Object> attributes;

    AttemptRequest(HttpRequest request) {
        this.request = request;
        this.attributes = new HashMap<>(request.getAttributes());
        request.getHeaders().forEach((name, values) -> headers.addAll(name, values));
    }

    AttemptRequest copy() {
        return new AttemptRequest(this);
    }

    @Override
    public HttpMethod getMethod() {
        return request.getMethod();
    }

    @Override
    public URI getURI() {
        return request.getURI();
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }
}
