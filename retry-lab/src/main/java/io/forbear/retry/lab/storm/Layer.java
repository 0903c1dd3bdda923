package io.forbear.retry.lab.storm;

import com.sun.net.httpserver.HttpExchange;
import io.forbear.retry.CircuitBreaker;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A service between the clients and the service that is called: processes that listen, and that call on by the policy
 * under trial, each with its own state. A call that ends badly is status 503 for who called.
 */
final class Layer implements AutoCloseable {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final ExecutorService executor = Executors.newFixedThreadPool(2, DaemonThreads.named("storm-layer"));
    private final List<StormPolicy.Caller> callers = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final Sender sender;
    private final @Nullable Meter meter;

    private Layer(List<URI> next, long timeoutMillis, @Nullable Meter meter) {
        this.sender = new Sender(Sender.connections(executor), next, timeoutMillis, Instruments.NONE);
        this.meter = meter;
    }

    /**
     * Starts.
     *
     * @param next what the processes call
     * @param meter counts the attempts that they make; {@code null} if they do not count
     */
    static Layer open(int processes, StormPolicy policy, List<URI> next, long timeoutMillis, @Nullable Meter meter)
            throws IOException {
        Layer layer = new Layer(next, timeoutMillis, meter);
        try {
            for (int i = 0; i < processes; i++) {
                StormPolicy.Caller caller = policy.opener().apply(Layer::quiet);
                layer.callers.add(caller);
                layer.listeners.add(new Listener(exchange -> layer.arrived(caller, exchange)));
            }
        } catch (IOException e) {
            layer.close();
            throw e;
        }
        return layer;
    }

    /** The breakers that a run tells of are those of the clients. */
    private static void quiet(CircuitBreaker.State from, CircuitBreaker.State to) {}

    List<URI> uris() {
        return listeners.stream().map(Listener::uri).toList();
    }

    private void arrived(StormPolicy.Caller caller, HttpExchange exchange) {
        double place = ScenarioBackend.place(exchange);
        try {
            caller.call(() -> {
                        if (meter != null) {
                            meter.attempted(System.nanoTime());
                        }
                        return sender.send(place);
                    })
                    .whenComplete((status, failure) -> answer(exchange, failure == null ? OK : UNAVAILABLE));
        } catch (RuntimeException refused) {
            answer(exchange, UNAVAILABLE);
        }
    }

    private void answer(HttpExchange exchange, int status) {
        try {
            executor.execute(() -> Listener.answer(exchange, status));
        } catch (RejectedExecutionException closed) {
            exchange.close();
        }
    }

    @Override
    public void close() {
        callers.forEach(StormPolicy.Caller::close);
        listeners.forEach(Listener::close);
        executor.shutdownNow();
    }
}
