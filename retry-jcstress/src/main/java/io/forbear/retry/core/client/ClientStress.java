package io.forbear.retry.core.client;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJI_Result;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * Races of one client: its full level and its word of outcomes. Time stands still in all of them.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * NewcomersShareOneBudget                 862246         0           -
 * NewcomersShareOneBudgetMutant           917542         0      917542
 * TwoCallsEnd                            1081382         0           -
 * TwoCallsEndMutant                      2397895         0      126976
 * TwoWithdrawers                          732998         0           -
 * TwoWithdrawersMutant                   3344422         0      871676
 * </pre>
 */
public final class ClientStress {

    private ClientStress() {}

    @JCStressTest
    @State
    @Outcome(
            id = {"1000, -1, 0", "-1, 1000, 0"},
            expect = ACCEPTABLE,
            desc = "one call took the last token")
    @Outcome(expect = FORBIDDEN, desc = "a token was granted twice, or lost")
    public static class TwoWithdrawers {
        final Client client = ClientTableStress.fullTable().get("a");

        @Actor
        public void first(JJJ_Result r) {
            r.r1 = client.tryWithdraw(1000, 0, 0);
        }

        @Actor
        public void second(JJJ_Result r) {
            r.r2 = client.tryWithdraw(1000, 0, 0);
        }

        @Arbiter
        public void settle(JJJ_Result r) {
            r.r3 = client.balanceMilli(0);
        }
    }

    /** {@link TwoWithdrawers} with a store instead of a CAS of the full level. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1000, -1, 0", "-1, 1000, 0"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "1000, 1000, 0", expect = ACCEPTABLE_INTERESTING, desc = "the token was granted twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TwoWithdrawersMutant {
        volatile long fullLevel;

        private long take() {
            long seen = fullLevel;
            if (seen > 0) {
                return -1;
            }
            fullLevel = seen + 1000;
            return 1000;
        }

        @Actor
        public void first(JJJ_Result r) {
            r.r1 = take();
        }

        @Actor
        public void second(JJJ_Result r) {
            r.r2 = take();
        }

        @Arbiter
        public void settle(JJJ_Result r) {
            r.r3 = 1000 - fullLevel;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "2, 1, 50", expect = ACCEPTABLE, desc = "both outcomes are in the window")
    @Outcome(expect = FORBIDDEN, desc = "an outcome was lost")
    public static class TwoCallsEnd {
        final Client client = new ClientTable(1, null, ClientTableStress.STILL).get("a");

        @Actor
        public void fail() {
            client.failed(1);
        }

        @Actor
        public void succeed() {
            client.succeeded(1);
        }

        @Arbiter
        public void settle(JJJ_Result r) {
            r.r1 = client.operations();
            r.r2 = client.successes();
            r.r3 = Math.round(100 * client.successRate());
        }
    }

    /** {@link TwoCallsEnd} with a store instead of a CAS of the word of outcomes. */
    @JCStressTest
    @State
    @Outcome(id = "2, 1, 50", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "1, 1, 100", expect = ACCEPTABLE_INTERESTING, desc = "the failure was lost")
    @Outcome(id = "2, 1, 0", expect = ACCEPTABLE_INTERESTING, desc = "the success was lost from the window")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TwoCallsEndMutant {
        final AtomicLong successes = new AtomicLong();
        volatile long outcomes = Outcomes.EMPTY;

        @Actor
        public void fail() {
            outcomes = Outcomes.withFailure(outcomes);
        }

        @Actor
        public void succeed() {
            successes.incrementAndGet();
            outcomes = Outcomes.withSuccess(outcomes);
        }

        @Arbiter
        public void settle(JJJ_Result r) {
            r.r1 = successes.get() + Outcomes.failures(outcomes);
            r.r2 = successes.get();
            r.r3 = Math.round(100 * Outcomes.successRate(outcomes));
        }
    }

    /** Two ids of one overflow stripe; the table is full, and no client may be evicted. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1000, -1, 2", "-1, 1000, 2"},
            expect = ACCEPTABLE,
            desc = "one token for all that share")
    @Outcome(expect = FORBIDDEN, desc = "made-up ids gain budget")
    public static class NewcomersShareOneBudget {
        private static final String FIRST = "first";
        private static final String SECOND = ofTheStripeOf(FIRST);

        final ClientTable table = new ClientTable(2, ClientTableStress.ONE_TOKEN, ClientTableStress.STILL);

        public NewcomersShareOneBudget() {
            fill(table);
        }

        private static void fill(ClientTable table) {
            table.get("kept").tryWithdraw(1000, 0, 0);
            table.get("kept too").tryWithdraw(1000, 0, 0);
        }

        /** The stripe of an id depends on a secret of the process, so that ids must be tried. */
        private static String ofTheStripeOf(String id) {
            ClientTable full = new ClientTable(2, ClientTableStress.ONE_TOKEN, ClientTableStress.STILL);
            fill(full);
            int n = 0;
            while (full.get("id-" + n) != full.get(id)) {
                n++;
            }
            return "id-" + n;
        }

        @Actor
        public void first(JJI_Result r) {
            r.r1 = table.get(FIRST).tryWithdraw(1000, 0, 0);
        }

        @Actor
        public void second(JJI_Result r) {
            r.r2 = table.get(SECOND).tryWithdraw(1000, 0, 0);
        }

        @Arbiter
        public void settle(JJI_Result r) {
            r.r3 = table.tracked();
        }
    }

    /** {@link NewcomersShareOneBudget} with an entry for both. */
    @JCStressTest
    @State
    @Outcome(id = "1000, 1000, 2", expect = ACCEPTABLE_INTERESTING, desc = "each made-up id has a budget")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class NewcomersShareOneBudgetMutant {
        final ClientTable table = new ClientTable(2, ClientTableStress.ONE_TOKEN, ClientTableStress.STILL);

        @Actor
        public void first(JJI_Result r) {
            r.r1 = table.get("Aa").tryWithdraw(1000, 0, 0);
        }

        @Actor
        public void second(JJI_Result r) {
            r.r2 = table.get("BB").tryWithdraw(1000, 0, 0);
        }

        @Arbiter
        public void settle(JJI_Result r) {
            r.r3 = table.tracked();
        }
    }
}
