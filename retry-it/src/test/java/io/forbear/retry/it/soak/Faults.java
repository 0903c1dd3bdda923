package io.forbear.retry.it.soak;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** Throws at the points that are armed, and counts how often. Thread-safe where what arms is. */
final class Faults {

    /** What a part throws: never a result of a call, and never the failure of one. */
    static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;

        Thrown(Point point) {
            super(point.name(), null, false, false);
        }
    }

    /** The same as an error. */
    static final class ThrownError extends Error {
        private static final long serialVersionUID = 1;

        ThrownError(Point point) {
            super(point.name(), null, false, false);
        }
    }

    private final Predicate<Point> armed;
    private final Predicate<Point> asError;
    private final Map<Point, LongAdder> thrown = new EnumMap<>(Point.class);

    Faults(Predicate<Point> armed, Predicate<Point> asError) {
        this.armed = armed;
        this.asError = asError;
        for (Point point : Point.values()) {
            thrown.put(point, new LongAdder());
        }
    }

    static Faults none() {
        return new Faults(point -> false, point -> false);
    }

    /** Throws if the point is armed. */
    void at(Point point) {
        if (!armed.test(point)) {
            return;
        }
        thrown.get(point).increment();
        if (asError.test(point)) {
            throw new ThrownError(point);
        }
        throw new Thrown(point);
    }

    /** How often a point threw. */
    long thrownAt(Point point) {
        return thrown.get(point).sum();
    }
}
