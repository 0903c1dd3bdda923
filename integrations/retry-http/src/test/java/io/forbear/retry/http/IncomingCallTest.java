package io.forbear.retry.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.CallOptions;
import io.forbear.retry.testkit.ManualClock;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server learns of its caller. */
class IncomingCallTest {

    private final BlockingQueue<CallOptions> seen = new LinkedBlockingQueue<>();
    private final ManualClock clock = new ManualClock();

    @Test
    void theDeadlineCountsFromTheArrival() {
        IncomingCall call = IncomingCall.of(Map.of("forbear-attempt", "3", "forbear-timeout-ms", "500")::get, clock);
        clock.advanceMillis(200);

        assertThat(call.attempt()).isEqualTo(3);
        assertThat(call.remaining()).hasValue(Duration.ofMillis(300));
        assertThat(call.options())
                .isEqualTo(CallOptions.defaults().upstreamAttempt(3).deadline(Duration.ofMillis(300)));

        clock.advanceMillis(301);
        assertThat(call.options().deadlineNanos()).as("one that has passed").isZero();
    }

    @Test
    void aCallerThatSaysNothingLeavesEverythingOpen() {
        IncomingCall call = IncomingCall.of(name -> null);

        assertThat(call.options()).isEqualTo(CallOptions.defaults());
        assertThat(call.remaining()).isEmpty();
    }

    @Test
    void aThreadServesTheInnermostRequest() {
        IncomingCall outer = IncomingCall.of(Map.of("forbear-attempt", "2")::get);
        IncomingCall inner = IncomingCall.of(Map.of("forbear-attempt", "5")::get);

        IncomingCall.Scope first = outer.enter();
        IncomingCall.Scope second = inner.enter();
        assertThat(IncomingCall.current().upstreamAttempt()).isEqualTo(5);
        second.close();
        assertThat(IncomingCall.current().upstreamAttempt()).isEqualTo(2);
        first.close();

        assertThat(IncomingCall.current()).isEqualTo(CallOptions.defaults());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "-1", "1.5", "soon", "1234567890123", "٣"})
    void whatDoesNotReadAsATimeoutIsNone(String value) {
        assertThat(DeadlineHeader.timeout(value)).isEmpty();
        assertThat(DeadlineHeader.options(value, CallOptions.defaults())).isEqualTo(CallOptions.defaults());
    }

    @Test
    void theNearerDeadlineHolds() {
        CallOptions near = CallOptions.defaults().deadline(Duration.ofMillis(100));

        assertThat(DeadlineHeader.options("50", near).deadlineNanos()).isEqualTo(50_000_000);
        assertThat(DeadlineHeader.options("500", near)).isEqualTo(near);
        assertThat(DeadlineHeader.value(Duration.ofNanos(1_999_999))).isEqualTo("1");
        assertThat(DeadlineHeader.value(Duration.ofMillis(-1))).isEqualTo("0");
        assertThat(DeadlineHeader.value(Duration.ofDays(1_000_000_000L))).isEqualTo("999999999999");
    }

    private static void call(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .header("forbear-attempt", "2")
                .header("forbear-timeout-ms", "60000")
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
    }

    private void hasSeenTheCaller() throws InterruptedException {
        CallOptions options = seen.poll(30, TimeUnit.SECONDS);
        assertThat(options).isNotNull();
        assertThat(options.upstreamAttempt()).isEqualTo(2);
        assertThat(options.deadlineNanos()).isBetween(1L, Duration.ofMinutes(1).toNanos());
    }

    @Test
    void theFilterOfTheJdksServerTellsTheHandler() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
                    seen.add(IncomingCall.current());
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                })
                .getFilters()
                .add(new CallOptionsFilter());
        server.start();
        try {
            call(server.getAddress().getPort());
            hasSeenTheCaller();
        } finally {
            server.stop(0);
        }
    }

    /** A servlet that tells what it knows on its own thread, and then on another. */
    private final class Telling extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            seen.add(IncomingCall.current());
            AsyncContext later = request.startAsync();
            later.start(() -> {
                seen.add(CallOptionsServletFilter.options(later.getRequest()));
                later.complete();
            });
        }
    }

    @Test
    void theServletFilterTellsTheServletAndOtherThreads() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        FilterHolder filter = new FilterHolder(new CallOptionsServletFilter());
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        ServletHolder servlet = new ServletHolder(new Telling());
        servlet.setAsyncSupported(true);
        context.addServlet(servlet, "/*");
        server.setHandler(context);
        server.start();
        try {
            call(connector.getLocalPort());
            hasSeenTheCaller();
            hasSeenTheCaller();
        } finally {
            server.stop();
        }
    }
}
