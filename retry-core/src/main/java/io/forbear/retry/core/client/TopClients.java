package io.forbear.retry.core.client;

import io.forbear.retry.operations.TopClient;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a service with the most failed attempts, and those whose retries took most from the budget: of the
 * present {@value #SPAN_MINUTES} minutes and of the {@value #SPAN_MINUTES} before. Written when an attempt fails and
 * when a retry is made, never for a call that succeeds at once.
 */
public final class TopClients {
    /*
     * State      span, with the rankings of the present time and those before it.
     * Invariant  a span begins where the one before ended, or when the first client failed after that.
     * Writers    the thread that finds the span over: CAS to the next one. One that still holds the span before adds to
     *            that, which is read as well.
     * Ordering   volatile.
     * Progress   as ClientRanking; an addition is one read more.
     * Stress     ClientRankingStress (retry-jcstress)
     */

    /** How long a span is. */
    static final int SPAN_MINUTES = 5;

    static final long SPAN_NANOS = SPAN_MINUTES * 60_000_000_000L;

    /** The most clients that are told; with as many counters for each as keep the figures near the truth. */
    public static final int MOST = 1_000;

    private static final int COUNTERS_EACH = 4;

    private static final VarHandle SPAN = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "span", VarHandle.class, TopClients.class, Span.class);

    private final int most;
    private volatile @Nullable Span span;

    /** Makes rankings that tell at most so many clients. */
    public TopClients(int most) {
        this.most = most;
    }

    /** A time and its rankings. */
    private static final class Span {

        final long sinceNanos;
        final ClientRanking failures;
        final ClientRanking burnt;
        final @Nullable Span before;

        Span(long sinceNanos, ClientRanking failures, ClientRanking burnt, @Nullable Span before) {
            this.sinceNanos = sinceNanos;
            this.failures = failures;
            this.burnt = burnt;
            this.before = before;
        }

        Span alone() {
            return new Span(sinceNanos, failures, burnt, null);
        }
    }

    /**
     * An attempt of a client has failed.
     *
     * @param client its entry, which may be one that many ids share
     * @param id its id
     */
    public void failed(Client client, String id, long nowNanos) {
        add(span(nowNanos).failures, client, id, 1);
    }

    /** A retry of a client has taken tokens. It follows a failed attempt, which has looked at the time. */
    public void burnt(Client client, String id, long milliTokens) {
        Span present = span;
        if (present != null) {
            add(present.burnt, client, id, milliTokens);
        }
    }

    private static void add(ClientRanking ranking, Client client, String id, long amount) {
        if (client.isOverflow()) {
            String bounded = IdHash.bounded(id);
            ranking.add(bounded, IdHash.of(bounded), amount);
        } else {
            ranking.add(client.id, client.hash, amount);
        }
    }

    private Span span(long nowNanos) {
        for (; ; ) {
            Span seen = span;
            if (seen != null && nowNanos - seen.sinceNanos < SPAN_NANOS) {
                return seen;
            }
            Span next = next(seen, nowNanos);
            if (SPAN.compareAndSet(this, seen, next)) {
                return next;
            }
        }
    }

    /** Returns the span of now; one that followed at once keeps the span before. */
    private Span next(@Nullable Span seen, long nowNanos) {
        ClientRanking failures = new ClientRanking(most * COUNTERS_EACH);
        ClientRanking burnt = new ClientRanking(most * COUNTERS_EACH);
        return seen != null && nowNanos - seen.sinceNanos < 2 * SPAN_NANOS
                ? new Span(seen.sinceNanos + SPAN_NANOS, failures, burnt, seen.alone())
                : new Span(nowNanos, failures, burnt, null);
    }

    /** Returns the clients with the most failed attempts, most first. */
    public List<TopClient> byFailures(long nowNanos) {
        return top(nowNanos, span -> span.failures);
    }

    /** Returns the clients whose retries took most, most first. */
    public List<TopClient> byBudget(long nowNanos) {
        return top(nowNanos, span -> span.burnt);
    }

    private List<TopClient> top(long nowNanos, Function<Span, ClientRanking> figure) {
        List<ClientRanking> rankings = new ArrayList<>();
        Map<String, Integer> hashes = new HashMap<>();
        for (Span each = span; each != null; each = each.before) {
            if (nowNanos - each.sinceNanos < 2 * SPAN_NANOS) {
                ClientRanking ranking = figure.apply(each);
                rankings.add(ranking);
                ranking.forEach(counter -> hashes.put(counter.id, counter.hash));
            }
        }
        List<TopClient> clients = new ArrayList<>(hashes.size());
        hashes.forEach((id, hash) -> clients.add(sum(rankings, id, hash)));
        clients.sort(Comparator.comparingLong(TopClient::value).reversed().thenComparing(TopClient::client));
        return List.copyOf(clients.subList(0, Math.min(most, clients.size())));
    }

    private static TopClient sum(List<ClientRanking> rankings, String id, int hash) {
        long value = 0;
        long error = 0;
        for (ClientRanking ranking : rankings) {
            ClientRanking.Counter counter = ranking.counter(id, hash);
            value += counter.count();
            error += counter.error;
        }
        return new TopClient(id, value, error);
    }
}
