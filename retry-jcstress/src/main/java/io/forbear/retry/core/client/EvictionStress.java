package io.forbear.retry.core.client;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJZ_Result;
import org.openjdk.jcstress.infra.results.JZ_Result;

/**
 * What an eviction must not lose. Time stands still in all of them.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * EvictionRacesFailure                    927782         0           -
 * EvictionRacesFailureMutant             1972262         0      341353
 * EvictionRacesWithdraw                   686535         0           -
 * EvictionRacesWithdrawMutant            2535462         0      423963
 * </pre>
 */
public final class EvictionStress {

    private EvictionStress() {}

    /** Returns what is missing from the client that has the id now, and from the one that it would share. */
    static long missing(ClientTable table, String id) {
        Client own = table.get(id);
        Client shared = table.overflow(IdHash.of(id));
        return 1000 - shared.balanceMilli(0) + (own == shared ? 0 : 1000 - own.balanceMilli(0));
    }

    /** Returns the failures of the client that has the id now, and of the one that it would share. */
    static long failures(ClientTable table, String id) {
        Client own = table.get(id);
        Client shared = table.overflow(IdHash.of(id));
        return shared.operations() + (own == shared ? 0 : own.operations());
    }

    /** A newcomer needs the entry of a client that is about to pay for a retry. */
    @JCStressTest
    @State
    @Outcome(id = "1000, 1000, true", expect = ACCEPTABLE, desc = "the bucket was in use, the client stays")
    @Outcome(id = "1000, 1000, false", expect = ACCEPTABLE, desc = "evicted while full; its successor pays")
    @Outcome(expect = FORBIDDEN, desc = "a withdrawal was lost, or paid twice")
    public static class EvictionRacesWithdraw {
        final ClientTable table = ClientTableStress.fullTable();
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
     * {@link EvictionRacesWithdraw} where the withdrawal does not check whether the client has been evicted meanwhile.
     */
    @JCStressTest
    @State
    @Outcome(
            id = {"1000, 1000, true", "1000, 1000, false"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "1000, 0, false", expect = ACCEPTABLE_INTERESTING, desc = "the withdrawal is gone with the client")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class EvictionRacesWithdrawMutant {
        final AtomicLong fullLevel = new AtomicLong();
        final AtomicLong successor = new AtomicLong();
        volatile boolean evicted;

        @Actor
        public void withdraw(JJZ_Result r) {
            (evicted ? successor : fullLevel).getAndAdd(1000);
            r.r1 = 1000;
        }

        @Actor
        public void evict() {
            if (fullLevel.get() == 0) {
                evicted = true;
            }
        }

        @Arbiter
        public void settle(JJZ_Result r) {
            r.r2 = evicted ? successor.get() : fullLevel.get();
            r.r3 = !evicted;
        }
    }

    /** The failure leaves the window that protects the client, and without which the withdrawal must write the word. */
    @JCStressTest
    @State
    @Outcome(id = "1000, 1000, true", expect = ACCEPTABLE, desc = "the bucket was in use, the client stays")
    @Outcome(id = "1000, 1000, false", expect = ACCEPTABLE, desc = "evicted while full; its successor pays")
    @Outcome(expect = FORBIDDEN, desc = "a withdrawal was lost, or paid twice")
    public static class WithdrawRacesTheLastFailure {
        final ClientTable table = ClientTableStress.fullTable();
        final Client client = table.get("a");

        public WithdrawRacesTheLastFailure() {
            client.failed(1);
            for (int i = 1; i < Outcomes.WINDOW; i++) {
                client.succeeded(1);
            }
        }

        @Actor
        public void withdraw(JJZ_Result r) {
            r.r1 = client.tryWithdraw(1000, 0, 0);
        }

        @Actor
        public void succeed() {
            client.succeeded(1);
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

    /** {@link WithdrawRacesTheLastFailure} where the withdrawal looks for the failure before it moves fullLevel. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1000, 1000, true", "1000, 1000, false"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = "1000, 0, false",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the failure was looked for before fullLevel was moved: the withdrawal is gone")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class WithdrawRacesTheLastFailureMutant {
        final AtomicLong fullLevel = new AtomicLong();
        final AtomicLong successor = new AtomicLong();
        final AtomicInteger outcomes = new AtomicInteger(FAILURE);
        private static final int FAILURE = 1;
        private static final int EVICTED = 2;
        private static final int WITHDRAWAL = 4;

        @Actor
        public void withdraw(JJZ_Result r) {
            r.r1 = 1000;
            boolean noFailure = (outcomes.get() & FAILURE) == 0;
            fullLevel.getAndAdd(1000);
            if (noFailure && (outcomes.getAndAdd(WITHDRAWAL) & EVICTED) != 0) {
                successor.getAndAdd(1000);
            }
        }

        @Actor
        public void succeed() {
            outcomes.getAndAdd(-FAILURE);
        }

        @Actor
        public void evict() {
            int seen = outcomes.get();
            if ((seen & FAILURE) == 0 && fullLevel.get() == 0) {
                outcomes.compareAndSet(seen, seen | EVICTED);
            }
        }

        @Arbiter
        public void settle(JJZ_Result r) {
            r.r3 = (outcomes.get() & EVICTED) == 0;
            r.r2 = r.r3 ? fullLevel.get() : successor.get();
        }
    }

    /** A newcomer needs the entry of a client that is about to fail. */
    @JCStressTest
    @State
    @Outcome(id = "1, true", expect = ACCEPTABLE, desc = "the client has failed and stays")
    @Outcome(id = "1, false", expect = ACCEPTABLE, desc = "evicted before it failed; its successor has failed")
    @Outcome(expect = FORBIDDEN, desc = "a failure was lost, or counted twice")
    public static class EvictionRacesFailure {
        final ClientTable table = ClientTableStress.fullTable();
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

    /** {@link EvictionRacesFailure} where the eviction flag is not in the word in which failures are recorded. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, true", "1, false"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "0, false", expect = ACCEPTABLE_INTERESTING, desc = "the failure is gone with the client")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class EvictionRacesFailureMutant {
        final AtomicLong outcomes = new AtomicLong(Outcomes.EMPTY);
        final AtomicLong successor = new AtomicLong(Outcomes.EMPTY);
        volatile boolean evicted;

        @Actor
        public void fail() {
            (evicted ? successor : outcomes).getAndUpdate(Outcomes::withFailure);
        }

        @Actor
        public void evict() {
            if (Outcomes.hasNoFailure(outcomes.get())) {
                evicted = true;
            }
        }

        @Arbiter
        public void settle(JZ_Result r) {
            r.r1 = Outcomes.failures((evicted ? successor : outcomes).get());
            r.r2 = !evicted;
        }
    }
}
