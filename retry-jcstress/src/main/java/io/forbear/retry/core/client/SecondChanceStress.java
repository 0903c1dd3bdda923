package io.forbear.retry.core.client;

import static io.forbear.retry.core.client.EvictionStress.failures;
import static io.forbear.retry.core.client.EvictionStress.missing;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJZ_Result;
import org.openjdk.jcstress.infra.results.JZ_Result;

/**
 * What the eviction of a client that has failed, and has used up its second chance, must not lose. Time stands still.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                   samples forbidden interesting
 * SecondLookRacesFailure                  899954         0           -
 * SecondLookRacesFailureMutant           2800585         0      156268
 * SecondLookRacesWithdraw                 438368         0           -
 * SecondLookRacesWithdrawMutant          1009702         0        6436
 * TwoLooksRaceWithdraw                    617415         0           -
 * TwoLooksRaceWithdrawMutant             1675302         0       22183
 * </pre>
 */
public final class SecondChanceStress {

    private SecondChanceStress() {}

    /** Returns a full table of one client, "a", which has failed once and was passed over once. */
    private static ClientTable passedOver() {
        ClientTable table = ClientTableStress.fullTable();
        table.get("a").failed(1);
        table.get("b");
        return table;
    }

    /** A client that has failed is about to pay for a retry while the search comes round again. */
    @JCStressTest
    @State
    @Outcome(id = "1000, 1000, true", expect = ACCEPTABLE, desc = "the bucket was in use, the client stays")
    @Outcome(id = "1000, 1000, false", expect = ACCEPTABLE, desc = "evicted while full; its successor pays")
    @Outcome(expect = FORBIDDEN, desc = "a withdrawal was lost, or paid twice")
    public static class SecondLookRacesWithdraw {
        final ClientTable table = passedOver();
        final Client client = table.get("a");

        @Actor
        public void withdraw(JJZ_Result r) {
            r.r1 = client.tryWithdraw(1000, 0, 0);
        }

        @Actor
        public void evict() {
            table.get("b");
        }

        @Arbiter
        public void settle(JJZ_Result r) {
            r.r3 = client == table.peek("a");
            r.r2 = missing(table, "a");
        }
    }

    /**
     * {@link SecondLookRacesWithdraw} where a withdrawal never writes the word of a client with a failure in its
     * window.
     */
    @JCStressTest
    @State
    @Outcome(
            id = {"1000, 1000, true", "1000, 1000, false"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = "1000, 0, false",
            expect = ACCEPTABLE_INTERESTING,
            desc = "evicted between the writes of fullLevel and of the word: the withdrawal is gone")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class SecondLookRacesWithdrawMutant {
        final AtomicLong fullLevel = new AtomicLong();
        final AtomicLong successor = new AtomicLong();
        final AtomicLong outcomes = new AtomicLong(Outcomes.withPassOver(Outcomes.withFailure(Outcomes.EMPTY)));

        @Actor
        public void withdraw(JJZ_Result r) {
            r.r1 = 1000;
            fullLevel.getAndAdd(1000);
            long seen = outcomes.get();
            if (Outcomes.isEvicted(seen)) {
                successor.getAndAdd(1000);
            } else if (Outcomes.hasNoFailure(seen)) {
                outcomes.getAndUpdate(Outcomes::withWithdrawal);
            }
        }

        @Actor
        public void evict() {
            long seen = outcomes.get();
            if (Outcomes.isEvictable(seen) && fullLevel.get() == 0) {
                outcomes.compareAndSet(seen, Outcomes.withEviction(seen));
            }
        }

        @Arbiter
        public void settle(JJZ_Result r) {
            r.r3 = !Outcomes.isEvicted(outcomes.get());
            r.r2 = r.r3 ? fullLevel.get() : successor.get();
        }
    }

    /** The search comes by twice while a client that has failed, and was not passed over yet, pays for a retry. */
    @JCStressTest
    @State
    @Outcome(id = "1000, 1000, true", expect = ACCEPTABLE, desc = "the bucket was in use, the client stays")
    @Outcome(id = "1000, 1000, false", expect = ACCEPTABLE, desc = "evicted while full; its successor pays")
    @Outcome(expect = FORBIDDEN, desc = "a withdrawal was lost, or paid twice")
    public static class TwoLooksRaceWithdraw {
        final ClientTable table = ClientTableStress.fullTable();
        final Client client = table.get("a");

        public TwoLooksRaceWithdraw() {
            client.failed(1);
        }

        @Actor
        public void withdraw(JJZ_Result r) {
            r.r1 = client.tryWithdraw(1000, 0, 0);
        }

        @Actor
        public void evict() {
            table.get("b");
            table.get("b");
        }

        @Arbiter
        public void settle(JJZ_Result r) {
            r.r3 = client == table.peek("a");
            r.r2 = missing(table, "a");
        }
    }

    /** {@link TwoLooksRaceWithdraw} where the second look does not check again that the bucket is full. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1000, 1000, true", "1000, 1000, false"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = "1000, 0, false",
            expect = ACCEPTABLE_INTERESTING,
            desc = "passed over after the withdrawal had looked: the withdrawal is gone")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TwoLooksRaceWithdrawMutant {
        final AtomicLong fullLevel = new AtomicLong();
        final AtomicLong successor = new AtomicLong();
        final AtomicLong outcomes = new AtomicLong(Outcomes.withFailure(Outcomes.EMPTY));

        @Actor
        public void withdraw(JJZ_Result r) {
            r.r1 = 1000;
            fullLevel.getAndAdd(1000);
            long seen = outcomes.get();
            while (Outcomes.isEvictable(seen) && !Outcomes.isEvicted(seen)) {
                if (outcomes.compareAndSet(seen, Outcomes.withWithdrawal(seen))) {
                    return;
                }
                seen = outcomes.get();
            }
            if (Outcomes.isEvicted(seen)) {
                successor.getAndAdd(1000);
            }
        }

        @Actor
        public void evict() {
            long seen = outcomes.get();
            if (fullLevel.get() == 0 && outcomes.compareAndSet(seen, Outcomes.withPassOver(seen))) {
                long passed = Outcomes.withPassOver(seen);
                outcomes.compareAndSet(passed, Outcomes.withEviction(passed));
            }
        }

        @Arbiter
        public void settle(JJZ_Result r) {
            r.r3 = !Outcomes.isEvicted(outcomes.get());
            r.r2 = r.r3 ? fullLevel.get() : successor.get();
        }
    }

    /** A client that has failed, and was passed over, fails again while the search comes round again. */
    @JCStressTest
    @State
    @Outcome(id = "2, true", expect = ACCEPTABLE, desc = "recorded in time, the client stays")
    @Outcome(id = "1, false", expect = ACCEPTABLE, desc = "evicted with its old failure; its successor has the new one")
    @Outcome(expect = FORBIDDEN, desc = "the new failure was lost, or counted twice")
    public static class SecondLookRacesFailure {
        final ClientTable table = passedOver();
        final Client client = table.get("a");

        @Actor
        public void fail() {
            client.failed(1);
        }

        @Actor
        public void evict() {
            table.get("b");
        }

        @Arbiter
        public void settle(JZ_Result r) {
            r.r2 = client == table.peek("a");
            r.r1 = failures(table, "a");
        }
    }

    /** {@link SecondLookRacesFailure} where the second chance is read before, and not in, the CAS of the eviction. */
    @JCStressTest
    @State
    @Outcome(
            id = {"2, true", "1, false"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "0, false", expect = ACCEPTABLE_INTERESTING, desc = "the new failure is gone with the old one")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class SecondLookRacesFailureMutant {
        final AtomicLong outcomes = new AtomicLong(Outcomes.withPassOver(Outcomes.withFailure(Outcomes.EMPTY)));
        final AtomicLong successor = new AtomicLong(Outcomes.EMPTY);

        @Actor
        public void fail() {
            if (Outcomes.isEvicted(
                    outcomes.getAndUpdate(word -> Outcomes.isEvicted(word) ? word : Outcomes.withFailure(word)))) {
                successor.getAndUpdate(Outcomes::withFailure);
            }
        }

        @Actor
        public void evict() {
            if (Outcomes.isEvictable(outcomes.get())) {
                outcomes.getAndUpdate(Outcomes::withEviction);
            }
        }

        @Arbiter
        public void settle(JZ_Result r) {
            r.r2 = !Outcomes.isEvicted(outcomes.get());
            r.r1 = Outcomes.failures((r.r2 ? outcomes : successor).get());
        }
    }
}
