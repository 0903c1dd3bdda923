package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.client.TopClients;
import io.forbear.retry.core.internal.Opening;
import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.operations.TopClient;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of a service, and change: its last events, the clients that fail most, its configuration, the
 * pause of its retries. A call that succeeds at once comes by nothing of this. Thread-safe.
 */
public final class OperatorSide {
    /*
     * State      the journal, made at its first entry; the pause of retries that was set last and has not been found
     *            over.
     * Writers    journal: CAS from null, once. pause: operators; CAS to null by the thread that finds it over, which
     *            writes the event.
     * Ordering   volatile.
     * Progress   lock-free; listeners are told on the thread that records.
     * Stress     JournalStress, EventRingStress (retry-jcstress)
     */

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final VarHandle JOURNAL =
            ConstantBootstraps.fieldVarHandle(LOOKUP, "journal", VarHandle.class, OperatorSide.class, Journal.class);
    private static final VarHandle PAUSE =
            ConstantBootstraps.fieldVarHandle(LOOKUP, "pause", VarHandle.class, OperatorSide.class, Pause.class);

    private final Service service;
    private volatile @Nullable Journal journal;
    private volatile @Nullable Pause pause;
    private volatile Supplier<List<ConfiguredValue>> configuration = List::of;
    private int topClients;

    OperatorSide(Service service) {
        this.service = service;
    }

    /** The breaker of the service has changed its state. */
    void transitioned(CircuitBreaker.State from, CircuitBreaker.State to, @Nullable Opening why) {
        record(happening(from, to, why));
    }

    private Happening happening(CircuitBreaker.State from, CircuitBreaker.State to, @Nullable Opening why) {
        if (to == CircuitBreaker.State.HALF_OPEN) {
            return new Happening.HalfOpened();
        }
        if (to == CircuitBreaker.State.CLOSED) {
            return new Happening.Closed(journal().closed(service.totals().refused(StopReason.CIRCUIT_OPEN)));
        }
        if (to == CircuitBreaker.State.OPEN) {
            boolean again = from == CircuitBreaker.State.HALF_OPEN && why != null;
            return new Happening.Opened(
                    why, again, journal().opened(service.totals().refused(StopReason.CIRCUIT_OPEN), again));
        }
        if (to.refuses()) {
            journal().opened(service.totals().refused(StopReason.CIRCUIT_OPEN), false);
        }
        return new Happening.Forced(to);
    }

    // ---- what happens

    private Journal journal() {
        Journal known = journal;
        if (known == null) {
            Journal made = new Journal(topClients > 0 ? new TopClients(topClients) : null);
            known = JOURNAL.compareAndSet(this, null, made) ? made : Objects.requireNonNull(journal);
        }
        return known;
    }

    /** Keeps an event and tells the listeners of it. A pause that is over by then comes first. */
    public void record(Happening what) {
        isPaused();
        long millis = System.currentTimeMillis();
        journal().add(millis, what);
        Listeners listeners = service.listeners();
        if (!listeners.isEmpty()) {
            listeners.event(event(millis, what));
        }
    }

    private ServiceEvent event(long epochMillis, Happening what) {
        return new ServiceEvent(
                Instant.ofEpochMilli(epochMillis), service.name(), what.kind(), what.text(), what.fields());
    }

    List<ServiceEvent> events() {
        isPaused();
        Journal known = journal;
        return known == null
                ? List.of()
                : known.entries().stream()
                        .map(entry -> event(entry.epochMillis(), entry.what()))
                        .toList();
    }

    /** The settings were changed: by name, before and after. Nothing is told of none. */
    public void reloaded(Map<String, String> changes) {
        if (!changes.isEmpty()) {
            record(new Happening.Reloaded(changes));
        }
    }

    /** Settings were refused, and those before stay in force. */
    public void reloadRefused(String problems) {
        record(new Happening.Refused(problems));
    }

    /** Sets what says how the service is configured. */
    public void configuration(Supplier<List<ConfiguredValue>> value) {
        configuration = value;
    }

    List<ConfiguredValue> configuration() {
        return configuration.get();
    }

    /** Sets how many clients are told that fail most, before the service is published; zero for none. */
    public void topClients(int most) {
        topClients = most;
    }

    List<TopClient> topClients(boolean byBudget) {
        Journal known = journal;
        TopClients clients = known == null ? null : known.clients;
        if (clients == null) {
            return List.of();
        }
        long now = service.clock().nanoTime();
        return byBudget ? clients.byBudget(now) : clients.byFailures(now);
    }

    /** An attempt of a client has failed. */
    public void clientFailed(Client client, String id, long nowNanos) {
        TopClients clients = journal().clients;
        if (clients != null) {
            clients.failed(client, id, nowNanos);
        }
    }

    /** A retry of a client is made, which took tokens. */
    public void clientSpent(Client client, String id, long milliTokens) {
        TopClients clients = journal().clients;
        if (clients != null) {
            clients.burnt(client, id, milliTokens);
        }
    }

    /** A budget has denied a retry. */
    public void budgetDenied(Plan by, @Nullable Client payer, long nowNanos) {
        Happening first =
                journal().denied(nowNanos, this::deniedSoFar, () -> Snapshots.denial(by, payer, topClient(), nowNanos));
        if (first != null) {
            record(first);
        }
    }

    private @Nullable TopClient topClient() {
        List<TopClient> clients = topClients(true);
        return clients.isEmpty() ? null : clients.get(0);
    }

    private long deniedSoFar() {
        return service.totals().stopped(StopReason.BUDGET_EXHAUSTED);
    }

    /** Budgets have granted a retry. */
    public void budgetGranted(long nowNanos) {
        Journal known = journal;
        Happening again = known == null ? null : known.granted(nowNanos, this::deniedSoFar);
        if (again != null) {
            record(again);
        }
    }

    // ---- the pause

    /** Tells whether retries are paused now. Read on the way of a retry, never on that of a call that succeeds. */
    public boolean isPaused() {
        return pause() != null;
    }

    /** Returns the pause that holds now. The thread that finds it over ends it. */
    public @Nullable Pause pause() {
        Pause seen = pause;
        if (seen == null || seen.remainingNanos(service.clock().nanoTime()) > 0) {
            return seen;
        }
        if (PAUSE.compareAndSet(this, seen, null)) {
            record(new Happening.PauseEnded(seen));
        }
        return null;
    }

    /** Pauses retries, unless they are paused by this already. */
    public void pause(Pause next) {
        if (PAUSE.getAndSet(this, next) != next) {
            record(new Happening.Switched("retries paused for " + next.timeToLive(), next.who(), next.why()));
        }
    }

    /** Ends a pause of all services that was ended before this one had heard of it. */
    public void endPause(Pause ended) {
        PAUSE.compareAndSet(this, ended, null);
    }

    /** Ends the pause, if there is one. */
    public void resume(String who, String why) {
        pause = null;
        record(new Happening.Switched("retries resumed", who, why));
    }
}
