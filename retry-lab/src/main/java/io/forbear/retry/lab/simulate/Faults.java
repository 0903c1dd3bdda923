package io.forbear.retry.lab.simulate;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The faults of a service, by kind, as they are at the present time. */
final class Faults {

    private static final Fault[] NONE = {};

    private final VirtualTime time;
    private final Map<Fault.Kind, Fault[]> byKind = new EnumMap<>(Fault.Kind.class);

    Faults(VirtualTime time, List<Fault> faults) {
        this.time = time;
        for (Fault.Kind kind : Fault.Kind.values()) {
            byKind.put(
                    kind, faults.stream().filter(fault -> fault.kind() == kind).toArray(Fault[]::new));
        }
    }

    boolean isOn(Fault.Kind kind, double replica, double call) {
        return find(kind, replica, call) != null;
    }

    /** Returns how much is wrong, or the given value if nothing is. */
    double value(Fault.Kind kind, double replica, double call, double otherwise) {
        Fault found = find(kind, replica, call);
        return found == null ? otherwise : found.valueAt(time.nanoTime());
    }

    @org.jspecify.annotations.Nullable
    private Fault find(Fault.Kind kind, double replica, double call) {
        Fault[] known = byKind.getOrDefault(kind, NONE);
        if (known.length == 0) {
            return null;
        }
        long now = time.nanoTime();
        for (Fault fault : known) {
            if (fault.isOn(now)
                    && (fault.replicas() >= 1 || replica < fault.replicas())
                    && (fault.calls() >= 1 || call < fault.calls())) {
                return fault;
            }
        }
        return null;
    }
}
