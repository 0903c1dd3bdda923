package io.forbear.retry.lab.storm;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What cannot be counted and so is looked at once in each slice: queue, budgets, breakers. Used by one thread. */
final class Sampler {

    /** Many clients are looked at more seldom: looking takes the processor from them. */
    private static final int EACH = 100;

    private final Meter meter;
    private final IntSupplier queue;
    private final Supplier<List<RetrySnapshot>> clients;
    final double[] queued;
    final double[] openBreakers;
    final double[] budgetTokens;
    private int next;
    boolean hasBreakers;
    boolean hasBudgets;

    /**
     * Prepares.
     *
     * @param queue tells how many requests wait
     * @param clients tells the figures of the clients
     */
    Sampler(Meter meter, IntSupplier queue, Supplier<List<RetrySnapshot>> clients) {
        this.meter = meter;
        this.queue = queue;
        this.clients = clients;
        this.queued = new double[meter.slices];
        this.openBreakers = new double[meter.slices];
        this.budgetTokens = new double[meter.slices];
    }

    void sample() {
        int slice = meter.slice(System.nanoTime());
        if (slice < next) {
            return;
        }
        List<RetrySnapshot> snapshots = clients.get();
        next = slice + 1 + snapshots.size() / EACH;
        double open = snapshots.stream().filter(Sampler::isOpen).count();
        double tokens = tokens(snapshots);
        hasBreakers |= snapshots.stream().anyMatch(s -> s.breakerState().isPresent());
        // also the slices to come, so that one that is missed shows what was true last
        Arrays.fill(queued, slice, queued.length, queue.getAsInt());
        Arrays.fill(openBreakers, slice, openBreakers.length, open);
        Arrays.fill(budgetTokens, slice, budgetTokens.length, tokens);
    }

    private static boolean isOpen(RetrySnapshot snapshot) {
        return snapshot.breakerState().map(CircuitBreaker.State::refuses).orElse(false);
    }

    private double tokens(List<RetrySnapshot> snapshots) {
        double sum = 0;
        for (RetrySnapshot snapshot : snapshots) {
            if (Double.isFinite(snapshot.budgetCapacity())) {
                hasBudgets = true;
                sum += snapshot.budgetRemaining();
            }
        }
        return sum;
    }

    /** Adds what another process saw of its clients. */
    void add(@Nullable List<Double> open, @Nullable List<Double> tokens) {
        hasBreakers |= addAll(openBreakers, open);
        hasBudgets |= addAll(budgetTokens, tokens);
    }

    private static boolean addAll(double[] sum, @Nullable List<Double> more) {
        if (more == null) {
            return false;
        }
        for (int i = 0; i < Math.min(sum.length, more.size()); i++) {
            sum[i] += more.get(i);
        }
        return true;
    }

    double @Nullable [] breakers() {
        return hasBreakers ? openBreakers : null;
    }

    double @Nullable [] budgets() {
        return hasBudgets ? budgetTokens : null;
    }
}
