package io.forbear.retry.core.client;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * Races of clients for the counters of a sketch.
 *
 * <p>One run in quick mode, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                   samples forbidden interesting
 * CountRacesTakeover                     5320135         0           -
 * CountRacesTakeoverMutant               1060902         0        5911
 * OneIdTwice                              613111         0           -
 * </pre>
 */
public final class ClientRankingStress {

    private ClientRankingStress() {}

    private static JJ_Result read(ClientRanking ranking, JJ_Result r) {
        ranking.forEach(counter -> {
            r.r1 += counter.count();
            r.r2++;
        });
        return r;
    }

    /** One client counts while another takes over its counter, the only one. */
    @JCStressTest
    @State
    @Outcome(id = "8, 1", expect = ACCEPTABLE, desc = "all that was added is there")
    @Outcome(expect = FORBIDDEN, desc = "an addition was lost, or counted twice")
    public static class CountRacesTakeover {
        final ClientRanking ranking = new ClientRanking(1, 1);

        public CountRacesTakeover() {
            ranking.add("a", 1, 5);
        }

        @Actor
        public void count() {
            ranking.add("a", 1, 1);
        }

        @Actor
        public void takeOver() {
            ranking.add("b", 2, 2);
        }

        @Arbiter
        public void after(JJ_Result r) {
            read(ranking, r);
        }
    }

    /** The first additions of one client race to make its counter. */
    @JCStressTest
    @State
    @Outcome(id = "3, 1", expect = ACCEPTABLE, desc = "one counter with both")
    @Outcome(expect = FORBIDDEN, desc = "an id has two counters, or an addition was lost")
    public static class OneIdTwice {
        final ClientRanking ranking = new ClientRanking(1, 8);

        @Actor
        public void one() {
            ranking.add("a", 1, 1);
        }

        @Actor
        public void other() {
            ranking.add("a", 1, 2);
        }

        @Arbiter
        public void after(JJ_Result r) {
            read(ranking, r);
        }
    }

    /** As {@link CountRacesTakeover}, without the seal: what is added after the count was taken over is lost. */
    @JCStressTest
    @State
    @Outcome(id = "8, 1", expect = ACCEPTABLE, desc = "all that was added is there")
    @Outcome(id = "7, 1", expect = ACCEPTABLE_INTERESTING, desc = "an addition was lost")
    @Outcome(expect = FORBIDDEN, desc = "anything else")
    public static class CountRacesTakeoverMutant {

        private record Counter(String id, AtomicLong count) {}

        final AtomicReference<Counter> place = new AtomicReference<>(new Counter("a", new AtomicLong(5)));

        private void add(String id, long amount) {
            for (; ; ) {
                Counter seen = place.get();
                if (seen.id.equals(id)) {
                    seen.count.addAndGet(amount);
                    return;
                }
                if (place.compareAndSet(seen, new Counter(id, new AtomicLong(seen.count.get() + amount)))) {
                    return;
                }
            }
        }

        @Actor
        public void count() {
            add("a", 1);
        }

        @Actor
        public void takeOver() {
            add("b", 2);
        }

        @Arbiter
        public void after(JJ_Result r) {
            r.r1 = place.get().count.get();
            r.r2 = 1;
        }
    }
}
