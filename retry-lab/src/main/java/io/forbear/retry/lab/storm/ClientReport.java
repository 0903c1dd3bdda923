package io.forbear.retry.lab.storm;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one process of clients counted, by slices of time.
 *
 * @param calls see {@link Meter}, as all up to {@code late}
 * @param latencies by the number of the slice, compressed and in base 64; slices without any are left out
 * @param openBreakers as sampled; {@code null} where the policy has no breakers
 * @param budgetTokens as sampled; {@code null} where the policy has no budgets
 * @param counts what the clients counted themselves
 */
record ClientReport(
        List<Integer> calls,
        List<Integer> refused,
        List<Integer> attempts,
        List<Integer> successes,
        List<Integer> succeededOfDue,
        List<Integer> failures,
        int late,
        Map<Integer, String> latencies,
        @Nullable List<Double> openBreakers,
        @Nullable List<Double> budgetTokens,
        ClientCounts counts) {

    static ClientReport of(Meter meter, Sampler sampler, ClientCounts counts) {
        Map<Integer, String> latencies = new LinkedHashMap<>();
        for (int i = 0; i < meter.slices; i++) {
            Histogram histogram = meter.latencies(i, i + 1);
            if (histogram.getTotalCount() > 0) {
                latencies.put(i, text(histogram));
            }
        }
        return new ClientReport(
                list(meter.calls),
                list(meter.refused),
                list(meter.attempts),
                list(meter.successes),
                list(meter.succeededOfDue),
                list(meter.failures),
                meter.late.get(),
                latencies,
                list(sampler.breakers()),
                list(sampler.budgets()),
                counts);
    }

    private static List<Integer> list(AtomicIntegerArray counts) {
        return IntStream.range(0, counts.length()).mapToObj(counts::get).toList();
    }

    private static @Nullable List<Double> list(double @Nullable [] values) {
        return values == null ? null : Arrays.stream(values).boxed().toList();
    }

    private static String text(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        byte[] bytes = new byte[length];
        buffer.rewind();
        buffer.get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    void addTo(Meter meter) {
        add(meter.calls, calls);
        add(meter.refused, refused);
        add(meter.attempts, attempts);
        add(meter.successes, successes);
        add(meter.succeededOfDue, succeededOfDue);
        add(meter.failures, failures);
        meter.late.addAndGet(late);
        latencies.forEach((slice, text) -> meter.add(slice, histogram(text)));
    }

    private static void add(AtomicIntegerArray sum, List<Integer> more) {
        for (int i = 0; i < more.size(); i++) {
            sum.addAndGet(i, more.get(i));
        }
    }

    private static Histogram histogram(String text) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
        } catch (DataFormatException e) {
            throw new IllegalStateException("latencies: " + text + " (expected: a compressed histogram)", e);
        }
    }
}
