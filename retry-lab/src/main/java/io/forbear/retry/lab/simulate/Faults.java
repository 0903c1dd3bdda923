package io.forbear.retry.lab.simulate;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The faults of a service, by kind, as they are at the present time. Immutable. */
public final class Faults {

    private static final Fault[] NONE = {};

    private final LongSupplier now;
    private final Map<Fault.Kind, Fault[]> byKind = new EnumMap<>(Fault.Kind.class);

    /**
     * Makes the faults of a service.
     *
     * @param now tells the present, in nanoseconds since the beginning of the scenario
     * @param faults all of them
     */
    public Faults(LongSupplier now, List<Fault> faults) {
        this.now = now;
        for (Fault.Kind kind : Fault.Kind.values()) {
            byKind.put(
                    kind, faults.stream().filter(fault -> fault.kind() == kind).toArray(Fault[]::new));
        }
    }

    /**
     * Tells whether something is wrong.
     *
     * @param kind what
     * @param replica where the replica stands among all, from 0 to 1
     * @param call where the call stands among all, from 0 to 1; with 1 only faults that hit every call count
     * @return whether a fault hits them now
     */
    public boolean isOn(Fault.Kind kind, double replica, double call) {
        return find(kind, replica, call) != null;
    }

    /**
     * Tells how much is wrong.
     *
     * @param kind what
     * @param replica where the replica stands among all, from 0 to 1
     * @param call where the call stands among all, from 0 to 1
     * @param otherwise what to answer if nothing is
     * @return the value of the first fault that hits them now
     */
    public double value(Fault.Kind kind, double replica, double call, double otherwise) {
        Fault found = find(kind, replica, call);
        return found == null ? otherwise : found.valueAt(now.getAsLong());
    }

    private @Nullable Fault find(Fault.Kind kind, double replica, double call) {
        Fault[] known = byKind.getOrDefault(kind, NONE);
        if (known.length == 0) {
            return null;
        }
        long nanos = now.getAsLong();
        for (Fault fault : known) {
            if (fault.isOn(nanos)
                    && (fault.replicas() >= 1 || replica < fault.replicas())
                    && (fault.calls() >= 1 || call < fault.calls())) {
                return fault;
            }
        }
        return null;
    }
}
