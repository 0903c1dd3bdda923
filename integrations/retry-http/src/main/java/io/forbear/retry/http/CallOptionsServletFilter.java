package io.forbear.retry.http;

import io.forbear.retry.CallOptions;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * For Jakarta Servlet 6: reads which attempt a request is and how long its caller waits. {@link IncomingCall#current()}
 * tells the servlet on its own thread, {@link #options} on any other.
 *
 * <p>Stateless and thread-safe. It may be mapped to {@code ASYNC} and {@code FORWARD} too: the time counts from the
 * first passage.
 *
 * @since 0.1
 */
@SuppressWarnings("exports") // not transitive: a module that needs no filter need not have the servlets
public final class CallOptionsServletFilter implements Filter {

    private static final String ATTRIBUTE = IncomingCall.class.getName();

    /** Creates the filter. */
    public CallOptionsServletFilter() {}

    /**
     * Returns the options for the calls that are made for a request, on any thread.
     *
     * @param request a request that has passed this filter
     * @return those of {@link IncomingCall#options()}; {@link CallOptions#defaults()} where it has not passed
     */
    public static CallOptions options(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof IncomingCall call ? call.options() : CallOptions.defaults();
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http)) {
            chain.doFilter(request, response);
            return;
        }
        IncomingCall call;
        if (request.getAttribute(ATTRIBUTE) instanceof IncomingCall passed) {
            call = passed;
        } else {
            call = IncomingCall.of(http::getHeader);
            request.setAttribute(ATTRIBUTE, call);
        }
        IncomingCall.Scope scope = call.enter();
        try {
            chain.doFilter(request, response);
        } finally {
            scope.close();
        }
    }
}
