package io.forbear.retry.core.service;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.client.ClientTable;
import java.util.List;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * Races of those who read figures, and of calls that begin while the configuration changes.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * CallRacesReload                         266840         0           -
 * CallRacesReloadMutant                   177445         0         129
 * SnapshotRacesRecovery                   324570         0           -
 * SnapshotRacesRecoveryMutant             856102         0          31
 * </pre>
 */
public final class SnapshotStress {

    private SnapshotStress() {}

    /** A call recovers while somebody reads the figures. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "before the end")
    @Outcome(id = "0, 0, 2", expect = ACCEPTABLE, desc = "attempts are counted before the call that made them")
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "after the end")
    @Outcome(expect = FORBIDDEN, desc = "the call without its success, more successes than calls, or fewer attempts")
    public static class SnapshotRacesRecovery {
        static final Plan PLAN = new Service(
                        "service",
                        () -> 0,
                        null,
                        RetryPolicy.defaults(),
                        null,
                        null,
                        new ClientTable(1, null, () -> 0),
                        List.of(),
                        null,
                        null)
                .plan();
        final Counters counters = new Counters();

        @Actor
        public void recover() {
            counters.succeeded(2);
        }

        @Actor
        public void read(JJJ_Result r) {
            RetrySnapshot snapshot = Snapshots.ofService("service", PLAN, Totals.of(counters));
            r.r1 = snapshot.calls();
            r.r2 = snapshot.successes();
            r.r3 = snapshot.attempts();
        }
    }

    /** {@link SnapshotRacesRecovery} with each figure read by itself. */
    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0, 0", "0, 0, 2", "1, 1, 2"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "0, 1, 2", expect = ACCEPTABLE_INTERESTING, desc = "a success rate above one")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class SnapshotRacesRecoveryMutant {
        final Counters counters = new Counters();

        @Actor
        public void recover() {
            counters.succeeded(2);
        }

        @Actor
        public void read(JJJ_Result r) {
            r.r1 = counters.successes();
            r.r2 = counters.successes();
            r.r3 = counters.attempts();
        }
    }

    /** A call begins while the configuration is read again. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the old plan")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "the new plan")
    @Outcome(expect = FORBIDDEN, desc = "a mixture of two plans")
    public static class CallRacesReload {
        static final RetryPolicy ONE = RetryPolicy.builder().maxAttempts(1).build();
        static final RetryPolicy TWO = RetryPolicy.builder().maxAttempts(2).build();
        final ClientTable clients = new ClientTable(1, null, () -> 0);
        final RetryBudget old = RetryBudgets.tokenBucket(1).create(() -> 0);
        final Service service = new Service("service", () -> 0, null, ONE, old, null, clients, List.of(), null, null);

        @Actor
        public void reload() {
            service.update(TWO, RetryBudgets.tokenBucket(2).create(() -> 0), null, clients);
        }

        @Actor
        public void call(II_Result r) {
            Plan plan = service.plan();
            RetryBudget budget = Objects.requireNonNull(plan.budget);
            r.r1 = plan.rules.policy.maxAttempts();
            r.r2 = (int) (budget.capacity() / RetryBudget.TOKEN);
        }
    }

    /** {@link CallRacesReload} with a field for each part of the plan. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 1", "2, 2"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "2, 1", expect = ACCEPTABLE_INTERESTING, desc = "the new policy with the old budget")
    @Outcome(id = "1, 2", expect = ACCEPTABLE_INTERESTING, desc = "the old policy with the new budget")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class CallRacesReloadMutant {
        volatile int policy = 1;
        volatile int budget = 1;

        @Actor
        public void reload() {
            policy = 2;
            budget = 2;
        }

        @Actor
        public void call(II_Result r) {
            r.r1 = policy;
            r.r2 = budget;
        }
    }
}
