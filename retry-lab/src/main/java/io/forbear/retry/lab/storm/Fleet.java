package io.forbear.retry.lab.storm;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetrySnapshot;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Clients that call one service, each with its own state of the policy under trial, and with its own connections unless
 * there are many.
 */
final class Fleet implements AutoCloseable {

    /** So many clients have connections of their own; more share theirs, for each needs a thread. */
    private static final int MOST_CONNECTIONS = 16;

    private final Course course;
    private final Instruments instruments;
    private final TransitionLog log;
    private final boolean counting;
    private final ExecutorService executor = Executors.newFixedThreadPool(4, DaemonThreads.named("storm-client"));
    private final List<Sender> senders = new ArrayList<>();
    /** By number; those of other processes are not there. */
    private final List<StormPolicy.@Nullable Caller> callers = new ArrayList<>();

    private final AtomicInteger calls = new AtomicInteger();
    /** By the number of the call. */
    private final Map<Integer, CompletableFuture<Integer>> underWay = new ConcurrentHashMap<>();

    /** From {@link #begin} on. */
    private @Nullable Meter counts;

    /**
     * Makes the clients of a run, which takes a while if they are many.
     *
     * @param mine which of them are made here, by their numbers
     */
    Fleet(Course course, IntPredicate mine, StormPolicy policy, TransitionLog log, Instruments instruments) {
        this.course = course;
        this.instruments = instruments;
        this.log = log;
        this.counting = course.layers() == 0;
        int clients = course.scenario().clients();
        for (int i = 0; i < clients; i++) {
            Watch watch = new Watch("client " + (i + 1), log, instruments.listeners());
            callers.add(mine.test(i) ? policy.opener().apply(watch) : null);
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

    /**
     * Says what the clients call, and when; once, before the first call.
     *
     * @param startNanos {@link System#nanoTime()} of the beginning of the run
     * @param uris what they call
     * @param meter counts
     */
    void begin(long startNanos, List<URI> uris, Meter meter) {
        log.begin(startNanos);
        counts = meter;
        for (int i = 0; i < Math.min(callers.size(), MOST_CONNECTIONS); i++) {
            HttpClient connections = Sender.connections(executor);
            senders.add(new Sender(connections, uris, course.attemptMillis(), instruments));
        }
    }

    private Meter meter() {
        return Objects.requireNonNull(counts, "begin");
    }

    /**
     * Begins a call that was due at an instant, if its client is one of these; returns at once.
     *
     * @param place where the call stands among all
     */
    @SuppressWarnings(
            "CollectionUndefinedEquality") // futures are equal where they are the same, which is what is meant
    void call(int client, double place, long dueNanos) {
        StormPolicy.Caller caller = callers.get(client);
        if (caller == null) {
            return;
        }
        int number = calls.getAndIncrement();
        Sender sender = senders.get(client % senders.size());
        meter().called(dueNanos, System.nanoTime());
        AtomicBoolean made = new AtomicBoolean();
        CompletableFuture<Integer> call;
        try {
            call = caller.call(() -> {
                made.set(true);
                return attempt(sender, place);
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
            meter().refused(dueNanos);
        }
        meter().ended(dueNanos, System.nanoTime(), success);
    }

    private CompletableFuture<Integer> attempt(Sender sender, double place) {
        if (counting) {
            meter().attempted(System.nanoTime());
        }
        return sender.send(place);
    }

    List<RetrySnapshot> snapshots() {
        List<RetrySnapshot> all = new ArrayList<>();
        for (StormPolicy.Caller caller : callers) {
            if (caller != null) {
                all.addAll(caller.snapshots());
            }
        }
        return all;
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
        for (StormPolicy.Caller caller : callers) {
            if (caller != null) {
                caller.close();
            }
        }
        executor.shutdownNow();
    }
}
