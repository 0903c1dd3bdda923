package io.forbear.retry.core.internal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.NanoClock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * Races of counters that grow and of the tick that stops looking at them.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                     samples forbidden interesting
 * GrowthRacesMove                          1368102         0           -
 * GrowthRacesSleep                         2244087         0           -
 * GrowthRacesSleepMutant                  14997542         0       40120
 * TwoWake                                  4337702         0           -
 * TwoWakeMutant                             935812         0       42065
 * </pre>
 */
public final class WatchStress {

    private WatchStress() {}

    /** Counts, as a counter with one cell does. */
    static final class Counted implements Ticked {
        final AtomicLong count = new AtomicLong();

        /** What the last look saw. The looker's own. */
        volatile long seen;

        @Override
        public void look(long nowNanos) {
            seen = count.get();
        }

        @Override
        public long progress() {
            return count.get();
        }
    }

    /** Takes a watch that was woken on its list, and does not move. */
    static final class Listed implements NanoClock {
        final AtomicInteger woken = new AtomicInteger();

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public boolean beforeMoving(Runnable hook) {
            woken.incrementAndGet();
            return true;
        }
    }

    /** A watch that is awake. */
    abstract static class Awake {
        final Counted counted = new Counted();
        final Listed clock = new Listed();
        final Watch watch = Watch.of(counted, clock, 1);

        Awake() {
            watch.grown();
            clock.woken.set(0);
        }

        final void grows() {
            counted.count.incrementAndGet();
            watch.grown();
        }
    }

    /** The counters grow when the tick falls asleep. */
    @JCStressTest
    @State
    @Outcome(id = "false, 0, true", expect = ACCEPTABLE, desc = "the tick found the growth, and stays awake")
    @Outcome(id = "true, 1, true", expect = ACCEPTABLE, desc = "the growth woke it")
    @Outcome(id = "true, 0, true", expect = ACCEPTABLE, desc = "its last look saw the growth")
    @Outcome(expect = FORBIDDEN, desc = "it sleeps, and the growth was not seen; or it is on the list twice")
    public static class GrowthRacesSleep extends Awake {

        @Actor
        public void grow() {
            grows();
        }

        @Actor
        public void sleep(ZIZ_Result r) {
            r.r1 = !watch.look(counted) && watch.fallAsleep(counted); // one that has grown stays awake
        }

        @Arbiter
        public void settle(ZIZ_Result r) {
            r.r2 = clock.woken.get();
            boolean looksAgain = !r.r1 || r.r2 > 0;
            r.r3 = counted.seen == 1 || looksAgain;
        }
    }

    /** {@link GrowthRacesSleep} of a watch that does not look back once it sleeps. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, 1", "true, 0"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "false, 0", expect = ACCEPTABLE_INTERESTING, desc = "no look will ever see the growth")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class GrowthRacesSleepMutant {
        final AtomicLong count = new AtomicLong();
        final AtomicInteger woken = new AtomicInteger();
        volatile boolean asleep;
        volatile long seen;

        @Actor
        public void grow() {
            count.incrementAndGet();
            if (asleep) {
                asleep = false;
                woken.incrementAndGet();
            }
        }

        @Actor
        public void sleep() {
            seen = count.get();
            asleep = true;
        }

        @Arbiter
        public void settle(ZI_Result r) {
            r.r1 = seen == 1 || woken.get() == 1;
            r.r2 = woken.get();
        }
    }

    /** The counters grow on two threads while the watch sleeps. */
    @JCStressTest
    @State
    @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "one of them woke it")
    @Outcome(expect = FORBIDDEN, desc = "it sleeps, or is on the list twice")
    public static class TwoWake {
        final Counted counted = new Counted();
        final Listed clock = new Listed();
        final Watch watch = Watch.of(counted, clock, 1);

        private void grows() {
            counted.count.incrementAndGet();
            watch.grown();
        }

        @Actor
        public void one() {
            grows();
        }

        @Actor
        public void other() {
            grows();
        }

        @Arbiter
        public void settle(ZI_Result r) {
            r.r1 = watch.isAsleep();
            r.r2 = clock.woken.get();
        }
    }

    /** {@link TwoWake} with a store for the flag. */
    @JCStressTest
    @State
    @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "false, 2", expect = ACCEPTABLE_INTERESTING, desc = "it is on the list twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TwoWakeMutant {
        final AtomicInteger woken = new AtomicInteger();
        volatile boolean asleep = true;

        private void wake() {
            if (asleep) {
                asleep = false;
                woken.incrementAndGet();
            }
        }

        @Actor
        public void one() {
            wake();
        }

        @Actor
        public void other() {
            wake();
        }

        @Arbiter
        public void settle(ZI_Result r) {
            r.r1 = asleep;
            r.r2 = woken.get();
        }
    }

    /** The clock is about to move when the counters grow: the hook is left where it was, or once more. */
    @JCStressTest
    @State
    @Outcome(id = "true, 0, true", expect = ACCEPTABLE, desc = "the look before the move saw the growth")
    @Outcome(
            id = "false, 1, true",
            expect = ACCEPTABLE,
            desc = "the growth belongs to the time after the move, or was seen before it")
    @Outcome(expect = FORBIDDEN, desc = "no look will see the growth")
    public static class GrowthRacesMove extends Awake {

        @Actor
        public void grow() {
            grows();
        }

        @Actor
        public void move() {
            watch.run();
        }

        @Arbiter
        public void settle(ZIZ_Result r) {
            r.r1 = watch.isAsleep();
            r.r2 = clock.woken.get();
            r.r3 = counted.seen == 1 || r.r2 == 1;
        }
    }
}
