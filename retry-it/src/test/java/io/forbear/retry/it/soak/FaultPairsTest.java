package io.forbear.retry.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every pair of points at which a user's part can throw, as an exception and as an error, in every way to make a call:
 * the call ends with the operation's own result or failure, and the books balance.
 */
class FaultPairsTest {

    /** The ways to call, and the kind of service that is called. */
    enum Way {
        BLOCKING(Shell.BLOCKING, true),
        LEAN_FIRST_ATTEMPT(Shell.BLOCKING, false),
        ASYNC(Shell.ASYNC, true),
        LEAN_ASYNC(Shell.ASYNC, false),
        BATCH(Shell.BATCH, true),
        BATCH_ASYNC(Shell.BATCH_ASYNC, true),
        HAND_MADE(Shell.HAND_MADE, true);

        private final Shell shell;
        private final boolean ownParts;

        Way(Shell shell, boolean ownParts) {
            this.shell = shell;
            this.ownParts = ownParts;
        }
    }

    private static VirtualRig rig(Way way, Faults faults) {
        return new VirtualRig(
                faults,
                1,
                way.ownParts
                        ? Rig::ofOwnParts
                        : (of, around) -> Rig.ofTheLibrarysParts(
                                of, around, RetryBudgets.tokenBucket(100), CircuitBreakers.failureRate(0.5)));
    }

    private static List<String> violations(Way way, Faults faults, LogFaults log) {
        VirtualRig virtual = rig(way, faults);
        log.faults = faults;
        log.letsTheNextLineThrough();
        try {
            virtual.call(way.shell, virtual.rig.retry, 0, false);
            virtual.call(way.shell, virtual.rig.retry, 1, false);
            virtual.call(way.shell, virtual.rig.retry, 9, false);
            virtual.call(way.shell, virtual.rig.retry, 1, true);
            virtual.call(way.shell, virtual.rig.retry, 9, true);
            virtual.call(way.shell, virtual.rig.retry, 9, false, true);
            return virtual.violations();
        } catch (Faults.Thrown | Faults.ThrownError thrown) {
            return List.of("thrown beside a call: " + thrown.getMessage());
        } finally {
            log.faults = Faults.none();
            Thread.interrupted();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void noPairOfFaultsReplacesAnEndOrUnbalancesTheBooks(Way way) {
        TreeMap<String, List<String>> wrong = new TreeMap<>();
        int pairs = 0;
        try (LogFaults log = new LogFaults()) {
            for (Point one : Point.values()) {
                for (Point other : Point.values()) {
                    if (other.compareTo(one) < 0) {
                        continue;
                    }
                    for (boolean error : new boolean[] {false, true}) {
                        pairs++;
                        Set<Point> armed = EnumSet.of(one, other);
                        String name = one + " + " + other + (error ? " as errors" : "");
                        for (String violation : violations(way, new Faults(armed::contains, point -> error), log)) {
                            wrong.computeIfAbsent(violation, key -> new ArrayList<>())
                                    .add(name);
                        }
                    }
                }
            }
        }
        StringBuilder summary = new StringBuilder();
        wrong.forEach((what, names) -> summary.append("\n")
                .append(names.size())
                .append(" pairs, such as ")
                .append(names.subList(0, Math.min(3, names.size())))
                .append(": ")
                .append(what));

        assertThat(wrong).as("%s, %d pairs:%s", way, pairs, summary).isEmpty();
    }
}
