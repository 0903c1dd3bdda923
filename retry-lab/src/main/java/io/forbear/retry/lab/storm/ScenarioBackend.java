package io.forbear.retry.lab.storm;

import com.sun.net.httpserver.HttpExchange;
import io.forbear.retry.lab.simulate.Attempt;
import io.forbear.retry.lab.simulate.Failure;
import io.forbear.retry.lab.simulate.Fault;
import io.forbear.retry.lab.simulate.Faults;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Service;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The service of a scenario file over real HTTP, and the layers before it.
 *
 * <p>What a fault means, how requests wait and how long work takes is the simulator's own {@link Service}, on real time
 * and on one thread. Real are the network, the clients and the time: each replica is a port that listens, and while
 * connections are refused nothing listens there. As in the storm's own service, an answer whose client has given up is
 * made all the same.
 */
final class ScenarioBackend implements Backend {

    /** So long after its client has given up, an exchange is forgotten: its connection would be one too many. */
    private static final long FORGOTTEN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Scenario scenario;
    private final Meter meter;
    private final RealTime time;
    private final Faults faults;
    private final ExecutorService answers = Executors.newFixedThreadPool(2, DaemonThreads.named("storm-answer"));
    private final ExecutorService gate = Executors.newSingleThreadExecutor(DaemonThreads.named("storm-gate"));
    private final List<Listener> replicas = new ArrayList<>();
    private final Deque<Layer> layers = new ArrayDeque<>();
    private final Service service;
    private volatile int queued;

    private ScenarioBackend(Scenario scenario, long seed, long startNanos, Meter meter) {
        this.scenario = scenario;
        this.meter = meter;
        this.time = new RealTime(startNanos, scenario.startNanos());
        this.faults = new Faults(time::nanoTime, scenario.faults());
        SplittableRandom source = new SplittableRandom(seed);
        source.split(); // of the calls
        this.service = new Service(time, source.split(), scenario);
    }

    static ScenarioBackend open(Scenario scenario, long seed, long startNanos, Meter meter, StormPolicy policy)
            throws IOException {
        ScenarioBackend backend = new ScenarioBackend(scenario, seed, startNanos, meter);
        try {
            backend.open(policy);
        } catch (IOException e) {
            backend.close();
            throw e;
        }
        return backend;
    }

    private void open(StormPolicy policy) throws IOException {
        for (int i = 0; i < scenario.service().replicas(); i++) {
            int replica = i;
            replicas.add(new Listener(exchange -> arrived(replica, exchange)));
        }
        openOrRefuse();
        for (Fault fault : scenario.faults()) {
            if (fault.kind() == Fault.Kind.REFUSED) {
                time.at(fault.fromNanos(), this::openOrRefuseLater);
                time.at(fault.toNanos(), this::openOrRefuseLater);
            }
        }
        for (int depth = scenario.layers(); depth > 0; depth--) {
            boolean last = depth == scenario.layers();
            layers.push(Layer.open(
                    scenario.processesOfALayer(),
                    policy,
                    uris(),
                    TimeUnit.NANOSECONDS.toMillis(scenario.timeoutNanos(depth)),
                    last ? meter : null));
        }
    }

    /** Opening and closing waits for threads, and so is not for the thread of the time. */
    private void openOrRefuseLater() {
        gate.execute(() -> {
            try {
                openOrRefuse();
            } catch (IOException e) {
                System.getLogger(ScenarioBackend.class.getName())
                        .log(System.Logger.Level.ERROR, "a replica is lost: " + e.getMessage());
            }
        });
    }

    private void openOrRefuse() throws IOException {
        for (int i = 0; i < replicas.size(); i++) {
            if (faults.isOn(Fault.Kind.REFUSED, Service.placeOf(i, replicas.size()), 1)) {
                replicas.get(i).refuse();
            } else {
                replicas.get(i).listen();
            }
        }
    }

    @Override
    public List<URI> uris() {
        return layers.isEmpty()
                ? replicas.stream().map(Listener::uri).toList()
                : layers.peek().uris();
    }

    @Override
    public int queued() {
        return queued;
    }

    /** On the replica's own thread. */
    private void arrived(int replica, HttpExchange exchange) {
        meter.arrived(System.nanoTime());
        Answer answer = new Answer(exchange, place(exchange));
        time.in(0, () -> {
            service.request(replica, answer);
            queued = service.queued();
        });
        time.in(scenario.timeoutNanos() + FORGOTTEN_NANOS, answer::forget);
    }

    static double place(HttpExchange exchange) {
        String place = exchange.getRequestHeaders().getFirst(Sender.PLACE);
        return place == null ? 0 : Double.parseDouble(place);
    }

    /** A request that a replica has; it is answered once, or never. */
    private final class Answer extends Attempt {

        private final HttpExchange exchange;
        private final AtomicBoolean over = new AtomicBoolean();

        Answer(HttpExchange exchange, double place) {
            super(place);
            this.exchange = exchange;
        }

        @Override
        protected void ended() {
            answer(200);
        }

        @Override
        protected void ended(Failure failure) {
            if (failure.kind() == Failure.Kind.REFUSED) {
                forget(); // of single calls, for the connection is there: it is cut
                return;
            }
            if (failure.retryAfterNanos() >= 0) {
                long seconds = TimeUnit.NANOSECONDS.toSeconds(failure.retryAfterNanos());
                exchange.getResponseHeaders().set("Retry-After", Long.toString(seconds));
            }
            answer(failure.status());
        }

        private void answer(int status) {
            queued = service.queued();
            if (over.compareAndSet(false, true)) {
                execute(() -> Listener.answer(exchange, status));
            }
        }

        /** Closes the connection without an answer. */
        void forget() {
            if (over.compareAndSet(false, true)) {
                execute(exchange::close);
            }
        }

        private void execute(Runnable answer) {
            try {
                answers.execute(answer);
            } catch (RejectedExecutionException closed) {
                exchange.close();
            }
        }
    }

    @Override
    public void close() {
        layers.forEach(Layer::close);
        time.close();
        gate.shutdownNow();
        replicas.forEach(Listener::close);
        answers.shutdownNow();
    }
}
