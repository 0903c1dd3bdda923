package io.forbear.examples;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;

/** Meters over the counters of a service. */
final class Metrics {

    private Metrics() {}

    static Retry newRetry(MeterRegistry registry) {
        return Retries.named("user-service")
                .listener(MicrometerRetry.bindTo(registry))
                .build();
    }

    static double calls(MeterRegistry registry, String outcome) {
        return registry
                .get("forbear.calls")
                .tag("retry.service", "user-service")
                .tag("outcome", outcome)
                .functionCounters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    public static void main(String[] args) throws SocketException {
        MeterRegistry registry = new SimpleMeterRegistry();
        Retry users = newRetry(registry);
        AtomicInteger attempts = new AtomicInteger();

        users.run(() -> {
            if (attempts.incrementAndGet() < 2) {
                throw new SocketException("connection reset");
            }
        });

        System.out.println("recovered calls: " + calls(registry, "recovered"));
    }
}
