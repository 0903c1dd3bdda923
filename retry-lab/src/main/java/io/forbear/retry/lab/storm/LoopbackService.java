package io.forbear.retry.lab.storm;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A real HTTP service on loopback with bounded workers and a bounded queue.
 *
 * <p>The server's own thread reads requests and counts them; it refuses with status 503 what the queue cannot take.
 * Workers answer the others after the service time. As in real services, a worker does not know that the client of a
 * request has given up: under overload it works on requests that no caller waits for any more. That is what keeps an
 * overloaded service down after its fault is mended.
 */
final class LoopbackService implements Backend {

    private final Scenario scenario;
    private final Supplier<Phase> phase;
    private final LongConsumer onArrival;
    private final Listener listener;
    private final ThreadPoolExecutor workers;
    /** Used by the server's thread alone. A stream of its own: the calls are due at instants from the same seed. */
    private final SplittableRandom chance;

    /**
     * Starts the service on a free port.
     *
     * @param phase tells the present phase
     * @param onArrival is told {@link System#nanoTime()} of each request
     */
    LoopbackService(Scenario scenario, Supplier<Phase> phase, LongConsumer onArrival) throws IOException {
        this.scenario = scenario;
        this.phase = phase;
        this.onArrival = onArrival;
        this.chance = new SplittableRandom(scenario.seed()).split();
        this.workers = new ThreadPoolExecutor(
                scenario.workers(),
                scenario.workers(),
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(scenario.queue()),
                DaemonThreads.named("storm-worker"));
        workers.prestartAllCoreThreads();
        this.listener = new Listener(this::arrived);
    }

    @Override
    public List<URI> uris() {
        return List.of(listener.uri());
    }

    @Override
    public int queued() {
        return workers.getQueue().size();
    }

    /** On the server's thread: must not block. */
    private void arrived(HttpExchange exchange) {
        onArrival.accept(System.nanoTime());
        Phase now = phase.get();
        boolean stray = now == Phase.TRANSIENT && chance.nextDouble() < scenario.transientRate();
        if (stray || now == Phase.ERRORS) {
            Listener.answer(exchange, 503);
            return;
        }
        try {
            workers.execute(() -> work(exchange));
        } catch (RejectedExecutionException full) {
            Listener.answer(exchange, 503);
        }
    }

    private void work(HttpExchange exchange) {
        try {
            TimeUnit.NANOSECONDS.sleep(serviceNanos());
            Listener.answer(exchange, 200);
        } catch (InterruptedException closing) {
            exchange.close();
            Thread.currentThread().interrupt();
        }
    }

    private long serviceNanos() {
        double fill = (double) queued() / scenario.queue();
        double factor = 1 + (scenario.overloadFactor() - 1) * fill;
        if (phase.get() == Phase.SLOW) {
            factor *= scenario.slowFactor();
        }
        return (long) (scenario.serviceMillis() * factor * TimeUnit.MILLISECONDS.toNanos(1));
    }

    @Override
    public void close() {
        workers.shutdownNow();
        listener.close();
    }
}
