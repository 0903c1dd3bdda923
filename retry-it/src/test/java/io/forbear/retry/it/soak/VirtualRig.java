package io.forbear.retry.it.soak;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ManualSleeper;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** A rig on virtual time, near the end of what a clock can tell, with everything on the thread of the test. */
final class VirtualRig {

    /** More tasks than a call can have: one that needs more would never end. */
    private static final int MOST_TASKS = 100;

    private final ManualClock clock = new ManualClock(Long.MAX_VALUE - 2_000_000);
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final ManualSleeper sleeper = new ManualSleeper(clock);
    final Rig rig;
    private final List<String> wrong = new ArrayList<>();

    VirtualRig(Faults faults, long seed, BiFunction<Faults, Rig.Surroundings, Rig> maker) {
        SplittableRandom random = new SplittableRandom(seed);
        this.rig = maker.apply(faults, new Rig.Surroundings(clock, sleeper, Runnable::run, scheduler, random));
    }

    void passMillis(long millis) {
        clock.advanceMillis(millis);
    }

    /** Makes a call and lets virtual time pass until it has ended. */
    void call(Shell shell, Retry retry, int failures, boolean byResult) {
        call(shell, retry, failures, byResult, false);
    }

    void call(Shell shell, Retry retry, int failures, boolean byResult, boolean cancelled) {
        Shell.Script script = new Shell.Script(rig, failures, byResult);
        rig.tally.calls.incrementAndGet();
        String what;
        try {
            CompletableFuture<String> end = shell.make(rig, retry, script, sleeper);
            if (cancelled) {
                end.cancel(true);
            }
            for (int task = 0; !end.isDone() && task < MOST_TASKS; task++) {
                if (!scheduler.runNext()) {
                    break;
                }
            }
            if (end.isDone()) {
                what = end.handle(script::ended).join();
            } else {
                what = "a future that never ends";
                end.cancel(true);
            }
        } catch (Throwable failure) {
            what = shell == Shell.ASYNC || shell == Shell.BATCH_ASYNC
                    ? "thrown in place of a future: " + failure.getClass().getSimpleName()
                    : script.ended(null, failure);
        }
        note(what);
        if (scheduler.pending() > 0) {
            note("timers left: " + scheduler.pending());
            scheduler.runAll();
        }
        if (Thread.interrupted()) {
            note("a flag of an interrupt that nobody sent");
        }
        if (Retries.currentAttempt() != 1) {
            note("a thread marked as attempt " + Retries.currentAttempt());
        }
    }

    private void note(String what) {
        if (!what.isEmpty()) {
            wrong.add(what);
        }
    }

    /** What went wrong in the calls, and what does not balance after them. */
    List<String> violations() {
        List<String> all = new ArrayList<>(wrong);
        all.addAll(rig.violations());
        return all;
    }
}
