package io.forbear.retry.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/**
 * For {@code com.sun.net.httpserver}: reads which attempt a request is and how long its caller waits, so that {@link
 * IncomingCall#current()} tells the handler.
 *
 * <pre>{@code
 * server.createContext("/orders", handler).getFilters().add(new CallOptionsFilter());
 * }</pre>
 *
 * <p>Stateless and thread-safe. A handler that goes on on another thread takes {@link IncomingCall#of} with it, made
 * from the headers of the exchange.
 *
 * @since 0.1
 */
public final class CallOptionsFilter extends Filter {

    /** Creates the filter. */
    public CallOptionsFilter() {}

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        IncomingCall.Scope scope =
                IncomingCall.of(exchange.getRequestHeaders()::getFirst).enter();
        try {
            chain.doFilter(exchange);
        } finally {
            scope.close();
        }
    }

    @Override
    public String description() {
        return "reads the attempt and the deadline of the caller";
    }
}
