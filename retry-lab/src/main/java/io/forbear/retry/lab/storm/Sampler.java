package io.forbear.retry.lab.storm;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What cannot be counted and so is looked at once in each slice: queue, budgets, breakers. Used by one thread. */
final class Sampler {

    private final Meter meter;
    private final LoopbackService service;
    private final Fleet fleet;
    final double[] queued;
    final double[] openBreakers;
    final double[] budgetTokens;
    boolean hasBreakers;
    boolean hasBudgets;

    Sampler(Meter meter, LoopbackService service, Fleet fleet) {
        this.meter = meter;
        this.service = service;
        this.fleet = fleet;
        this.queued = new double[meter.slices];
        this.openBreakers = new double[meter.slices];
        this.budgetTokens = new double[meter.slices];
    }

    void sample() {
        List<RetrySnapshot> snapshots = fleet.snapshots();
        int slice = meter.slice(System.nanoTime());
        double open = snapshots.stream().filter(Sampler::isOpen).count();
        double tokens = tokens(snapshots);
        hasBreakers |= snapshots.stream().anyMatch(s -> s.breakerState().isPresent());
        // also the slices to come, so that one that is missed shows what was true last
        Arrays.fill(queued, slice, queued.length, service.queued());
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

    double @Nullable [] breakers() {
        return hasBreakers ? openBreakers : null;
    }

    double @Nullable [] budgets() {
        return hasBudgets ? budgetTokens : null;
    }
}
