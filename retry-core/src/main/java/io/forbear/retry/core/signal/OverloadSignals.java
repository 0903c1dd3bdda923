package io.forbear.retry.core.signal;

import io.forbear.retry.internal.Checks;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Makes signals that stop retries while this process is overloaded, to be given to {@code
 * Retries.Builder.overloadSignal}.
 *
 * <p>A signal turns on above one bound and off below another; in between it stays as it is. The level is measured at
 * most once in an interval, by a call that asks whether it may retry; without retries nothing is measured. One signal
 * may serve many services. All signals are thread-safe.
 *
 * <p>CPU and heap are measured by the JDK's modules {@code java.management} and {@code jdk.management}, which this
 * library does not require. A full runtime has them. In a runtime without them, making such a signal fails with a
 * message that says so.
 *
 * @since 0.1
 */
public final class OverloadSignals {

    private OverloadSignals() {}

    /**
     * Returns a signal of the CPU load of this process, as a share of all CPUs that it may use: the mean since the last
     * measurement, or since the signal was made.
     *
     * @param above the share above which retries stop, more than 0 and less than 1
     * @param below the share below which they go on, more than 0 and at most {@code above}
     * @return a signal that is measured once a second at most
     * @throws IllegalArgumentException if a bound is out of range
     * @throws IllegalStateException if this runtime cannot measure it
     */
    public static LevelSignal cpuLoad(double above, double below) {
        checkFractions(above, below);
        return level(measured("cpuLoad", "jdk.management", Beans::processCpuLoad), above, below);
    }

    /**
     * Returns a signal of the CPU load of all processes of this machine or container: the mean since the last
     * measurement, or since the signal was made.
     *
     * @param above the share of all CPUs above which retries stop, more than 0 and less than 1
     * @param below the share below which they go on, more than 0 and at most {@code above}
     * @return a signal that is measured once a second at most
     * @throws IllegalArgumentException if a bound is out of range
     * @throws IllegalStateException if this runtime cannot measure it
     */
    public static LevelSignal systemCpuLoad(double above, double below) {
        checkFractions(above, below);
        return level(measured("systemCpuLoad", "jdk.management", Beans::systemCpuLoad), above, below);
    }

    /**
     * Returns a signal of the heap that was still in use after the last garbage collection, as a share of its maximum
     * size. Garbage that is not collected yet does not count. The figure of each part of the heap is as old as the last
     * collection there.
     *
     * @param above the share above which retries stop, more than 0 and less than 1
     * @param below the share below which they go on, more than 0 and at most {@code above}
     * @return a signal that is measured once a second at most
     * @throws IllegalArgumentException if a bound is out of range
     * @throws IllegalStateException if this runtime cannot measure it, such as one that never collects
     */
    public static LevelSignal heapUsage(double above, double below) {
        checkFractions(above, below);
        return level(measured("heapUsage", "java.management", Beans::heapUsage), above, below);
    }

    /**
     * Returns a signal of a level that the application measures, such as the length of a queue. While the level is not
     * known (it is {@link Double#NaN}, or measuring it throws), retries go on.
     *
     * @param level measures the level, in any unit; must not block
     * @param above the level above which retries stop, finite
     * @param below the level below which they go on, finite and at most {@code above}
     * @return a signal that is measured once a second at most
     * @throws IllegalArgumentException if a bound is out of range
     */
    public static LevelSignal level(DoubleSupplier level, double above, double below) {
        return new LevelSignal(Objects.requireNonNull(level, "level"), above, below);
    }

    /**
     * Returns a signal that stops retries while any of the given signals does. They are asked in their order until one
     * is true. If one throws, those after it are still asked.
     *
     * @param signals at least one
     * @return a signal that is as thread-safe as the given ones
     * @throws IllegalArgumentException if none is given
     */
    public static BooleanSupplier anyOf(BooleanSupplier... signals) {
        List<BooleanSupplier> all = List.of(signals);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("signals: 0 (expected: at least 1)");
        }
        return new AnySignal(all);
    }

    private static void checkFractions(double above, double below) {
        Checks.check(above > 0 && above < 1, "above", above, "more than 0 and less than 1");
        Checks.check(below > 0 && below <= above, "below", below, "more than 0 and at most " + above);
    }

    /** Runs code that uses the JDK's beans, which may be absent. */
    static DoubleSupplier measured(String what, String module, Supplier<DoubleSupplier> beans) {
        try {
            return beans.get();
        } catch (LinkageError | IllegalArgumentException absent) {
            throw new IllegalStateException(
                    what + ": module " + module + " is absent (expected: required by the application, or --add-modules "
                            + module + ")",
                    absent);
        }
    }
}
