package io.forbear.retry.core.signal;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.DoubleSupplier;

/** The measurements of the JDK about this process. The only class that uses modules which may be absent. */
final class Beans {

    private Beans() {}

    static DoubleSupplier processCpuLoad() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return begun(() -> known(system.getProcessCpuLoad()));
    }

    static DoubleSupplier systemCpuLoad() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return begun(() -> known(system.getCpuLoad()));
    }

    static DoubleSupplier heapUsage() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .toList();
        if (pools.isEmpty()) {
            throw new IllegalStateException("heapUsage: no part of the heap is measured after a collection"
                    + " (expected: a garbage collector that collects)");
        }
        return () -> share(
                pools.stream().mapToLong(Beans::kept).sum(),
                memory.getHeapMemoryUsage().getMax());
    }

    /** A load is the mean since the last question, so the first answer is dropped. */
    private static DoubleSupplier begun(DoubleSupplier load) {
        double unused = load.getAsDouble();
        return load;
    }

    /**
     * The smaller of two figures: a collector may free regions after it has measured, which only the usage now shows.
     */
    private static long kept(MemoryPoolMXBean pool) {
        MemoryUsage collected = pool.getCollectionUsage();
        MemoryUsage now = pool.getUsage();
        return collected == null || now == null ? 0 : Math.min(collected.getUsed(), now.getUsed());
    }

    /** The beans answer a negative number if they do not know. */
    static double known(double load) {
        return load < 0 ? Double.NaN : load;
    }

    static double share(long used, long max) {
        return max <= 0 ? Double.NaN : (double) used / max;
    }
}
