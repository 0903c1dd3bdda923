package io.forbear.retry.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.benchmarks.contender.Ids;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.client.ClientBudget;
import io.forbear.retry.core.client.ClientTable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jctools.maps.NonBlockingHashMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to find the state of a client, and to bear a flood of clients that never come back? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class ClientStateBenchmark {

    /** Where the state of clients is kept. */
    public enum Store {
        /** Ours: bounded, lock-free. */
        forbear,
        /** Not bounded. */
        concurrentHashMap,
        /** Bounded. */
        caffeine,
        /** Not bounded. */
        jctools;

        Function<String, Object> make(int most) {
            switch (this) {
                case forbear -> {
                    ClientTable table = new ClientTable(
                            most, new ClientBudget(100_000, 10_000, 60_000_000_000L), NanoClock.system());
                    return table::get;
                }
                case concurrentHashMap -> {
                    ConcurrentHashMap<String, Object> map = new ConcurrentHashMap<>();
                    return id -> {
                        Object found = map.get(id);
                        return found != null ? found : map.computeIfAbsent(id, key -> new Object());
                    };
                }
                case caffeine -> {
                    Cache<String, Object> cache =
                            Caffeine.newBuilder().maximumSize(most).build();
                    return id -> cache.get(id, key -> new Object());
                }
                default -> {
                    NonBlockingHashMap<String, Object> map = new NonBlockingHashMap<>();
                    return id -> {
                        Object found = map.get(id);
                        if (found != null) {
                            return found;
                        }
                        Object made = new Object();
                        Object other = map.putIfAbsent(id, made);
                        return other == null ? made : other;
                    };
                }
            }
        }
    }

    /** A store that knows every client, and has room for twice as many. */
    @State(Scope.Benchmark)
    public static class Known {

        /** Who is measured. */
        @Param
        public Store store = Store.forbear;

        Function<String, Object> find = id -> id;

        /** Shows every client to the store. */
        @Setup
        public void make() {
            find = store.make(2 * Ids.COUNT);
            for (String id : Ids.all()) {
                find.apply(id);
            }
        }
    }

    /** The order in which a thread asks for clients. */
    @State(Scope.Thread)
    public static class Walk {
        final Ids ids = new Ids();
    }

    /** More clients than a bounded store has room for. */
    @State(Scope.Benchmark)
    public static class Flood {

        static final int IDS = 100_000;
        static final int ROOM = 10_000;

        /** Who is measured. */
        @Param
        public Store store = Store.forbear;

        final String[] ids = Ids.strings("made-up-", IDS);
        Function<String, Object> find = id -> id;

        /**
         * Makes an empty store for each invocation, since those that are not bounded would know the ids the second
         * time.
         */
        @Setup(Level.Invocation)
        public void make() {
            find = store.make(ROOM);
        }
    }

    /** A client that is known. */
    @Benchmark
    public Object hit(Known known, Walk walk) {
        return known.find.apply(walk.ids.next());
    }

    /** A hundred thousand clients that are not known, ten times as many as there is room for; the figure is for one. */
    @Benchmark
    @OperationsPerInvocation(Flood.IDS)
    public Object flood(Flood flood) {
        Object last = flood;
        for (String id : flood.ids) {
            last = flood.find.apply(id);
        }
        return last;
    }

    /** As many clients that are not known as there is room for; the figure is for one. */
    @Benchmark
    @OperationsPerInvocation(Flood.ROOM)
    public Object miss(Flood flood) {
        Object last = flood;
        for (int i = 0; i < Flood.ROOM; i++) {
            last = flood.find.apply(flood.ids[i]);
        }
        return last;
    }

    /** Views that a user keeps, and a map of the same ids. */
    @State(Scope.Benchmark)
    public static class Views {

        /** How many are called in turn: one is hot, a hundred thousand are not in the cache. */
        @Param({"1", "100000"})
        public int views = 1;

        Retry service = Retries.named("views").maxClients(200_000).build();
        Retry[] kept = {};
        String[] ids = {};
        int[] order = {};
        final ConcurrentHashMap<String, Object> map = new ConcurrentHashMap<>();
        int at;

        /** Calls through each view until it remembers its client. */
        @Setup
        public void make() {
            ids = Ids.strings("tenant-of-some-name-", views);
            kept = new Retry[views];
            order = new java.util.Random(1).ints(1 << 17, 0, views).toArray();
            for (int i = 0; i < views; i++) {
                kept[i] = service.forClient(ids[i]);
                map.put(ids[i], new Object());
                for (int n = 0; n < 25; n++) {
                    kept[i].call(() -> "ok");
                }
            }
        }

        int next() {
            at = (at + 1) & (order.length - 1);
            return order[at];
        }
    }

    /** A call through a kept view. */
    @Benchmark
    public Object keptView(Views views) {
        return views.kept[views.next()].call(() -> "ok");
    }

    /** A call through a view made for it. */
    @Benchmark
    public Object freshView(Views views) {
        return views.service.forClient(views.ids[views.next()]).call(() -> "ok");
    }

    /** A call without a client. */
    @Benchmark
    public Object noClient(Views views) {
        views.next();
        return views.service.call(() -> "ok");
    }

    /** A look-up in a map, and nothing else. */
    @Benchmark
    public Object mapGet(Views views) {
        return views.map.get(views.ids[views.next()]);
    }
}
