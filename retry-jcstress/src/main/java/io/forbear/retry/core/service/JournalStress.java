package io.forbear.retry.core.service;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.client.ClientTable;
import java.time.Duration;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * What is told once, however many threads see it at the same time.
 *
 * <p>One run in quick mode, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                   samples forbidden interesting
 * PauseEndsOnce                           800681         0           -
 * TwoDenials                             5556262         0           -
 * TwoDenialsMutant                        567495         0        6963
 * TwoGrants                              3743782         0           -
 * </pre>
 */
public final class JournalStress {

    private static final Happening DENIED = new Happening.Denied(false, 0, 0, null);

    private JournalStress() {}

    /** Two calls are the first that the budget denies. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one of them tells it")
    @Outcome(expect = FORBIDDEN, desc = "none tells it, or both")
    public static class TwoDenials {
        final Journal journal = new Journal(null);

        @Actor
        public void one(II_Result r) {
            r.r1 = journal.denied(1, () -> 0, () -> DENIED) == null ? 0 : 1;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = journal.denied(1, () -> 0, () -> DENIED) == null ? 0 : 1;
        }
    }

    /** Two calls are the first that the budget grants again. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one of them tells it")
    @Outcome(expect = FORBIDDEN, desc = "none tells it, or both")
    public static class TwoGrants {
        final Journal journal = new Journal(null);

        public TwoGrants() {
            journal.denied(0, () -> 0, () -> DENIED);
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = journal.granted(Journal.QUIET_NANOS, () -> 1) == null ? 0 : 1;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = journal.granted(Journal.QUIET_NANOS, () -> 1) == null ? 0 : 1;
        }
    }

    /** Two calls find a pause over. */
    @JCStressTest
    @State
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "the use of the switch, and one end")
    @Outcome(expect = FORBIDDEN, desc = "the end is missing, or there twice")
    public static class PauseEndsOnce {
        private long now;
        final Service service = new Service(
                "service",
                () -> now,
                null,
                RetryPolicy.defaults(),
                null,
                null,
                new ClientTable(1, null, () -> 0),
                List.of(),
                null,
                null);

        public PauseEndsOnce() {
            service.operators.pause(Pause.of(Duration.ofNanos(1), "who", "why", 0));
            now = 1;
        }

        @Actor
        public void one() {
            service.operators.isPaused();
        }

        @Actor
        public void other() {
            service.operators.isPaused();
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = service.operators.events().size();
        }
    }

    /** As {@link TwoDenials}, without the CAS. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one of them tells it")
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "both tell it")
    @Outcome(expect = FORBIDDEN, desc = "none tells it")
    public static class TwoDenialsMutant {
        private volatile boolean denying;

        private int denied() {
            if (denying) {
                return 0;
            }
            denying = true;
            return 1;
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = denied();
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = denied();
        }
    }
}
