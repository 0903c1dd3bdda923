package io.forbear.retry.lab.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.HdrHistogram.Histogram;

/**
 * Counts what happens in a run, in slices of time of {@value #SLICE_MILLIS} ms.
 *
 * <p>Instants are {@link System#nanoTime()}. What happens after the last slice counts in the last one. Thread-safe.
 */
final class Meter {

    static final int SLICE_MILLIS = 50;
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(SLICE_MILLIS);
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(10);

    private final long startNanos;
    final int slices;
    /** Calls by the instant at which they were due. */
    final AtomicIntegerArray calls;
    /** Those of them that ended without an attempt, by the same instant: the policy refused them. */
    final AtomicIntegerArray refused;
    /** Attempts that a client sent. */
    final AtomicIntegerArray attempts;
    /** Requests that the service read. */
    final AtomicIntegerArray arrivals;
    /** Calls that ended well, by the instant of their end. */
    final AtomicIntegerArray successes;
    /** The same calls, by the instant at which they were due. */
    final AtomicIntegerArray succeededOfDue;
    /** Calls that ended otherwise, by the instant of their end. */
    final AtomicIntegerArray failures;

    /** Calls that began much later than they were due, because the machine was busy. */
    final AtomicInteger late = new AtomicInteger();

    private final List<Histogram> latencyMicros = new ArrayList<>();

    Meter(long startNanos, long durationMillis) {
        this.startNanos = startNanos;
        this.slices = (int) Math.max(1, (durationMillis + SLICE_MILLIS - 1) / SLICE_MILLIS);
        this.calls = new AtomicIntegerArray(slices);
        this.refused = new AtomicIntegerArray(slices);
        this.attempts = new AtomicIntegerArray(slices);
        this.arrivals = new AtomicIntegerArray(slices);
        this.successes = new AtomicIntegerArray(slices);
        this.succeededOfDue = new AtomicIntegerArray(slices);
        this.failures = new AtomicIntegerArray(slices);
        for (int i = 0; i < slices; i++) {
            latencyMicros.add(new Histogram(MAX_MICROS, SIGNIFICANT_DIGITS));
        }
    }

    int slice(long nanos) {
        return (int) Math.min(slices - 1, Math.max(0, (nanos - startNanos) / SLICE_NANOS));
    }

    /** A call that was due begins. */
    void called(long dueNanos, long nanos) {
        calls.incrementAndGet(slice(dueNanos));
        if (nanos - dueNanos > SLICE_NANOS) {
            late.incrementAndGet();
        }
    }

    void refused(long dueNanos) {
        refused.incrementAndGet(slice(dueNanos));
    }

    void attempted(long nanos) {
        attempts.incrementAndGet(slice(nanos));
    }

    void arrived(long nanos) {
        arrivals.incrementAndGet(slice(nanos));
    }

    /** A call ended; its latency counts from the instant at which it was due, not from when it got its turn. */
    void ended(long dueNanos, long nanos, boolean success) {
        int slice = slice(nanos);
        (success ? successes : failures).incrementAndGet(slice);
        if (success) {
            succeededOfDue.incrementAndGet(slice(dueNanos));
        }
        Histogram latencies = latencyMicros.get(slice);
        synchronized (latencies) {
            latencies.recordValue(Math.min(MAX_MICROS, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos - dueNanos))));
        }
    }

    /** Adds the latencies that another process saw in a slice. */
    void add(int slice, Histogram latencies) {
        Histogram sum = latencyMicros.get(slice);
        synchronized (sum) {
            sum.add(latencies);
        }
    }

    /** Latencies of the calls that ended in the slices {@code [from, to)}. */
    Histogram latencies(int from, int to) {
        Histogram sum = new Histogram(MAX_MICROS, SIGNIFICANT_DIGITS);
        for (int i = from; i < to; i++) {
            Histogram one = latencyMicros.get(i);
            synchronized (one) {
                sum.add(one);
            }
        }
        return sum;
    }

    static long sum(AtomicIntegerArray counts, int from, int to) {
        long sum = 0;
        for (int i = Math.max(0, from); i < Math.min(counts.length(), to); i++) {
            sum += counts.get(i);
        }
        return sum;
    }
}
