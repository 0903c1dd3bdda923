package io.forbear.retry.lab.storm;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetrySnapshot;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients that call one service, each with its own connections and its own state of the policy under trial.
 *
 * <p>Requests are PUT: a method that may be repeated, and one that the JDK's client does not repeat by itself as it
 * does GET, so that every request is one that the policy decided on.
 */
final class Fleet implements AutoCloseable {

    private final Meter meter;
    private final HttpRequest request;
    private final Instruments instruments;
    private final ExecutorService executor = Executors.newFixedThreadPool(4, DaemonThreads.named("storm-client"));
    private final List<HttpClient> connections = new ArrayList<>();
    private final List<StormPolicy.Caller> callers = new ArrayList<>();
    /** By the number of the call. */
    private final Map<Integer, CompletableFuture<Integer>> underWay = new ConcurrentHashMap<>();

    Fleet(Scenario scenario, URI uri, Meter meter, StormPolicy policy, TransitionLog log, Instruments instruments) {
        this.meter = meter;
        this.instruments = instruments;
        this.request = HttpRequest.newBuilder(uri)
                .PUT(HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofMillis(scenario.timeoutMillis()))
                .build();
        for (int i = 1; i <= scenario.clients(); i++) {
            String client = "client " + i;
            connections.add(HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(executor)
                    .build());
            callers.add(policy.opener().apply(new Watch(client, log, instruments.listeners())));
        }
    }

    /** Notes the transitions of one client, and lets the instruments listen. */
    private record Watch(String client, TransitionLog log, List<RetryListener> listeners)
            implements StormPolicy.Watcher {

        @Override
        public void onTransition(CircuitBreaker.State from, CircuitBreaker.State to) {
            log.add(client, from, to);
        }
    }

    /** Begins a call that was due at an instant; returns at once. */
    @SuppressWarnings(
            "CollectionUndefinedEquality") // futures are equal where they are the same, which is what is meant
    void call(int number, long dueNanos) {
        int client = number % callers.size();
        meter.called(dueNanos);
        AtomicBoolean made = new AtomicBoolean();
        CompletableFuture<Integer> call;
        try {
            call = callers.get(client).call(() -> {
                made.set(true);
                return attempt(connections.get(client));
            });
        } catch (RuntimeException refused) {
            ended(dueNanos, made.get(), false);
            return;
        }
        underWay.put(number, call);
        call.whenComplete((status, failure) -> {
            ended(dueNanos, made.get(), failure == null);
            underWay.remove(number);
        });
    }

    private void ended(long dueNanos, boolean made, boolean success) {
        if (!made) {
            meter.refused(dueNanos);
        }
        meter.ended(dueNanos, System.nanoTime(), success);
    }

    private CompletableFuture<Integer> attempt(HttpClient client) {
        meter.attempted(System.nanoTime());
        return instruments.request(request, instrumented -> send(client, instrumented));
    }

    private static CompletableFuture<Integer> send(HttpClient client, HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.discarding()).thenCompose(response -> {
            int status = response.statusCode();
            return status == 200
                    ? CompletableFuture.completedFuture(status)
                    : CompletableFuture.failedFuture(new StatusException(status));
        });
    }

    List<RetrySnapshot> snapshots() {
        return callers.stream().flatMap(caller -> caller.snapshots().stream()).toList();
    }

    /** Waits for calls under way. Those that take longer are cancelled, and count as failed. */
    void drain(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!underWay.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        underWay.values().forEach(call -> call.cancel(true));
    }

    @Override
    public void close() {
        underWay.values().forEach(call -> call.cancel(true));
        callers.forEach(StormPolicy.Caller::close);
        executor.shutdownNow();
    }
}
