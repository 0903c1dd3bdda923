package io.forbear.retry.spring.web;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.ReflectionUtils;

/**
 * The interceptors after an interceptor, gone through as often as it wants.
 *
 * <p>The chain of Spring 6 is an iterator, and is used up by the first attempt: a second one would go out without what
 * the interceptors after it add, such as credentials (spring-framework#34169). So the iterator is read to its end here,
 * after which the execution of Spring sends a request at once. The chain of Spring 7 needs none of this.
 */
final class RestOfChain implements ClientHttpRequestExecution {

    private final List<ClientHttpRequestInterceptor> interceptors;
    private final int next;
    private final ClientHttpRequestExecution end;

    private RestOfChain(List<ClientHttpRequestInterceptor> interceptors, int next, ClientHttpRequestExecution end) {
        this.interceptors = interceptors;
        this.next = next;
        this.end = end;
    }

    /** Returns an execution that does what another one does, each time that it is asked to. */
    static ClientHttpRequestExecution of(ClientHttpRequestExecution execution) {
        Class<?> type = execution.getClass();
        if (!type.getName().equals(RestClientRetryHints.EXECUTION_OF_SPRING_6)) {
            return execution;
        }
        List<ClientHttpRequestInterceptor> left = new ArrayList<>();
        iterator(type, execution).forEachRemaining(one -> left.add((ClientHttpRequestInterceptor) one));
        return left.isEmpty() ? execution : new RestOfChain(List.copyOf(left), 0, execution);
    }

    private static Iterator<?> iterator(Class<?> type, ClientHttpRequestExecution execution) {
        Field field = ReflectionUtils.findField(type, RestClientRetryHints.ITERATOR);
        @Nullable Object value = null;
        if (field != null) {
            ReflectionUtils.makeAccessible(field);
            value = ReflectionUtils.getField(field, execution);
        }
        if (value instanceof Iterator<?> iterator) {
            return iterator;
        }
        throw new IllegalStateException(
                "RestClientRetry: chain of interceptors: " + type + " (expected: that of Spring 6.2, or Spring 7)");
    }

    @Override
    public ClientHttpResponse execute(HttpRequest request, byte[] body) throws IOException {
        return next == interceptors.size()
                ? end.execute(request, body)
                : interceptors.get(next).intercept(request, body, new RestOfChain(interceptors, next + 1, end));
    }
}
