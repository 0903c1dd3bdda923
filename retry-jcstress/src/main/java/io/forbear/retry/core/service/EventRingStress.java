package io.forbear.retry.core.service;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/**
 * Two events race for the one place of a ring: the later one stays.
 *
 * <p>One run in quick mode, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                   samples forbidden interesting
 * TwoEvents                              1949895         0           -
 * TwoEventsMutant                        1542182         0       59427
 * </pre>
 */
public final class EventRingStress {

    private static final Happening SOMETHING = new Happening.HalfOpened();

    private EventRingStress() {}

    /** The ring. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the reader saw the earlier event")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the reader saw the later event")
    @Outcome(expect = FORBIDDEN, desc = "the later event was replaced by the earlier one")
    public static class TwoEvents {
        final EventRing ring = new EventRing(1);

        private static long latest(EventRing ring) {
            List<EventRing.Entry> entries = ring.entries();
            return entries.isEmpty() ? -1 : entries.get(0).number();
        }

        @Actor
        public void one(JJ_Result r) {
            ring.add(0, SOMETHING);
            r.r1 = latest(ring);
        }

        @Actor
        public void other() {
            ring.add(0, SOMETHING);
        }

        @Arbiter
        public void after(JJ_Result r) {
            r.r2 = latest(ring);
        }
    }

    /** A ring whose events are stored without a look at what is there. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the later event stays")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "the earlier event has replaced the later one")
    public static class TwoEventsMutant {
        final AtomicLong next = new AtomicLong();
        final AtomicReference<Long> place = new AtomicReference<>(-1L);

        @Actor
        public void one() {
            place.set(next.getAndIncrement());
        }

        @Actor
        public void other() {
            place.set(next.getAndIncrement());
        }

        @Arbiter
        public void after(J_Result r) {
            r.r1 = place.get();
        }
    }
}
