package io.forbear.retry.core.client;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.NanoClock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Races of the table: which ids have an entry, and which share one. Time stands still in all of them.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * NewcomersRaceForTheEntryOfAnother       595823         0           -
 * NewcomersRaceForTheEntryOfAnotherMutant 11884582       0     1074730
 * OneClientForAnId                        978982         0           -
 * OneClientForAnIdMutant                 1685542         0      225783
 * TwoIdsOfOneSegment                      907302         0           -
 * TwoIdsOfOneSegmentMutant               1316902         0       96712
 * </pre>
 */
public final class ClientTableStress {

    static final NanoClock STILL = () -> 0;

    /** One token, never refilled. */
    static final ClientBudget ONE_TOKEN = new ClientBudget(1000, 0, 1);

    private ClientTableStress() {}

    /** Returns a table for one client. Its client is evictable until it fails or withdraws. */
    static ClientTable fullTable() {
        return new ClientTable(1, ONE_TOKEN, STILL);
    }

    @JCStressTest
    @State
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "both have the one client")
    @Outcome(expect = FORBIDDEN, desc = "two clients of one id")
    public static class OneClientForAnId {
        final ClientTable table = new ClientTable(8, null, STILL);
        Client one;
        Client other;

        @Actor
        public void first() {
            one = table.get("a");
        }

        @Actor
        public void second() {
            other = table.get("a");
        }

        @Arbiter
        public void settle(ZI_Result r) {
            r.r1 = one == other && one == table.peek("a");
            r.r2 = table.tracked();
        }
    }

    /** {@link OneClientForAnId} with a store instead of the CAS that puts the client into its slot. */
    @JCStressTest
    @State
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "false, 2", expect = ACCEPTABLE_INTERESTING, desc = "two clients of one id, one of them lost")
    @Outcome(id = "true, 2", expect = ACCEPTABLE_INTERESTING, desc = "an entry was reserved for no client")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class OneClientForAnIdMutant {
        final AtomicInteger entries = new AtomicInteger();
        volatile Object slot;
        Object one;
        Object other;

        private Object get() {
            Object found = slot;
            if (found == null) {
                found = new Object();
                slot = found;
                entries.incrementAndGet();
            }
            return found;
        }

        @Actor
        public void first() {
            one = get();
        }

        @Actor
        public void second() {
            other = get();
        }

        @Arbiter
        public void settle(ZI_Result r) {
            r.r1 = one == other && one == slot;
            r.r2 = entries.get();
        }
    }

    /** Two clients are the first of a segment, which is allocated for them. */
    @JCStressTest
    @State
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both are found")
    @Outcome(expect = FORBIDDEN, desc = "a client was lost with its segment")
    public static class TwoIdsOfOneSegment {
        final ClientTable table = new ClientTable(8, null, STILL);
        Client one;
        Client other;

        @Actor
        public void first() {
            one = table.get("a");
        }

        @Actor
        public void second() {
            other = table.get("b");
        }

        @Arbiter
        public void settle(ZZ_Result r) {
            r.r1 = one == table.peek("a");
            r.r2 = other == table.peek("b");
        }
    }

    /** {@link TwoIdsOfOneSegment} with a store instead of a CAS of the segment. */
    @JCStressTest
    @State
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(
            id = {"false, true", "true, false"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "a client was lost with its segment")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TwoIdsOfOneSegmentMutant {
        volatile AtomicReferenceArray<String> segment;

        private void put(int slot, String id) {
            AtomicReferenceArray<String> found = segment;
            if (found == null) {
                found = new AtomicReferenceArray<>(2);
                segment = found;
            }
            found.set(slot, id);
        }

        @Actor
        public void first() {
            put(0, "a");
        }

        @Actor
        public void second() {
            put(1, "b");
        }

        @Arbiter
        public void settle(ZZ_Result r) {
            r.r1 = segment.get(0) != null;
            r.r2 = segment.get(1) != null;
        }
    }

    /** One entry is left; a third client has failed and stays. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 2, 1", "2, 2, 1"},
            expect = ACCEPTABLE,
            desc = "one has the entry, the other shares")
    @Outcome(expect = FORBIDDEN, desc = "the table holds more than it may, or less than it counts")
    public static class NewcomersRaceForAnEntry {
        final ClientTable table = new ClientTable(2, null, STILL);

        public NewcomersRaceForAnEntry() {
            table.get("kept").failed(1);
        }

        @Actor
        public void first() {
            table.get("a");
        }

        @Actor
        public void second() {
            table.get("b");
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = table.tracked();
        }

        @Arbiter
        public void settle(III_Result r) {
            r.r2 = table.tracked();
            r.r3 = (table.peek("a") == null ? 0 : 1) + (table.peek("b") == null ? 0 : 1);
        }
    }

    /** {@link NewcomersRaceForAnEntry} where the limit is read before, and not in, the reservation. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 2, 1", "2, 2, 1"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {"1, 3, 2", "2, 3, 2", "3, 3, 2"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "three clients where two may be")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class NewcomersRaceForAnEntryMutant {
        final AtomicInteger entries = new AtomicInteger(1);
        final AtomicInteger shown = new AtomicInteger();

        private void get() {
            if (entries.get() < 2) {
                entries.incrementAndGet();
                shown.incrementAndGet();
            }
        }

        @Actor
        public void first() {
            get();
        }

        @Actor
        public void second() {
            get();
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = entries.get();
        }

        @Arbiter
        public void settle(III_Result r) {
            r.r2 = entries.get();
            r.r3 = shown.get();
        }
    }

    /** Two newcomers need the entry of a client that has failed and was passed over. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "one has its entry, the other shares or evicts that one")
    @Outcome(expect = FORBIDDEN, desc = "an entry was given twice, or to no client")
    public static class NewcomersRaceForTheEntryOfAnother {
        final ClientTable table = fullTable();

        public NewcomersRaceForTheEntryOfAnother() {
            table.get("passed over").failed(1);
            table.get("a");
        }

        @Actor
        public void first() {
            table.get("a");
        }

        @Actor
        public void second() {
            table.get("b");
        }

        @Arbiter
        public void settle(III_Result r) {
            r.r1 = table.tracked();
            r.r2 = (table.peek("a") == null ? 0 : 1) + (table.peek("b") == null ? 0 : 1);
            r.r3 = table.peek("passed over") == null ? 0 : 1;
        }
    }

    /** {@link NewcomersRaceForTheEntryOfAnother} where each thread that saw the client in its slot takes its entry. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "1, 2, 0", expect = ACCEPTABLE_INTERESTING, desc = "two clients with one entry")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class NewcomersRaceForTheEntryOfAnotherMutant {
        final AtomicInteger shown = new AtomicInteger();
        volatile boolean linked = true;

        private void get() {
            if (linked) {
                linked = false;
                shown.incrementAndGet();
            }
        }

        @Actor
        public void first() {
            get();
        }

        @Actor
        public void second() {
            get();
        }

        @Arbiter
        public void settle(III_Result r) {
            r.r1 = 1;
            r.r2 = shown.get();
            r.r3 = linked ? 1 : 0;
        }
    }
}
