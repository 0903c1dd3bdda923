package io.forbear.retry.core.gate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * AWS's adaptive mode as its specification describes it, slow and plain: times in milliseconds and seconds, and a list
 * of waiting attempts that is walked from the front at every event.
 */
final class NaiveGate {

    private long millis;
    private double tokens;
    private double lastMax;
    private double lastThrottle;
    private double measuredAt;
    private int requests;
    private int numbers;
    private final List<Integer> line = new ArrayList<>();
    private final Set<Integer> granted = new HashSet<>();
    private final Set<Integer> left = new HashSet<>();
    boolean engaged;
    double rate;
    double measured;

    void pass(long time) {
        tokens = Math.min(Math.max(rate, 1) + line.size(), tokens + rate * time / 1000);
        millis += time;
        grants();
    }

    private double seconds() {
        return millis / 1000.0;
    }

    private void grants() {
        while (!line.isEmpty() && tokens >= 1 - 1e-9) {
            tokens = Math.max(0, tokens - 1);
            granted.add(line.remove(0));
        }
    }

    /** Returns a number, negative where the wait is longer than a minute. */
    int enter() {
        int number = numbers++;
        boolean calm = engaged && line.isEmpty() && seconds() - lastThrottle >= 60;
        if (calm) {
            engaged = false;
            tokens = 0;
            rate = 0;
        }
        if (!engaged) {
            granted.add(number);
            left.add(number);
            return number;
        }
        line.add(number);
        double wait = (line.size() - tokens) / rate;
        grants();
        if (!granted.contains(number) && Math.ceil(wait * 1e9) > 60e9) {
            line.remove((Integer) number);
            return -1;
        }
        return number;
    }

    boolean isGranted(int number) {
        return granted.contains(number);
    }

    void leave(int number) {
        if (line.remove((Integer) number)) {
            grants();
        } else if (left.add(number)) {
            tokens = Math.min(Math.max(rate, 1), tokens + 1);
            grants();
        }
    }

    private void answered() {
        requests++;
    }

    private void measures() {
        double bucket = Math.floor(seconds() * 2) / 2;
        if (bucket > measuredAt) {
            measured = 0.8 * requests / (bucket - measuredAt) + 0.2 * measured;
            requests = 0;
            measuredAt = bucket;
        }
    }

    private void adopts(double calculated) {
        rate = Math.max(0.5, Math.min(calculated, 2 * measured));
        tokens = Math.min(tokens, Math.max(rate, 1));
        grants();
    }

    void succeeded() {
        answered();
        measures();
        double window = Math.cbrt(lastMax * (1 - 0.7) / 0.4);
        adopts(0.4 * Math.pow(seconds() - lastThrottle - window, 3) + lastMax);
        if (engaged && line.isEmpty() && seconds() - lastThrottle >= 60) {
            engaged = false;
            tokens = 0;
            rate = 0;
        }
    }

    void failed(boolean throttled) {
        answered();
        if (throttled) {
            measures();
            lastMax = engaged ? Math.min(measured, rate) : measured;
            lastThrottle = seconds();
            adopts(0.7 * lastMax);
            engaged = true;
        }
    }
}
