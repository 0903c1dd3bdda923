package io.forbear.retry.micrometer;

import io.forbear.retry.RetryListener;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Shows what retries do as meters of a {@link MeterRegistry}; all are named {@code forbear.*} and tagged with the
 * service, as {@code retry.service}.
 *
 * <pre>{@code
 * Retry users = Retries.named("user-service").listener(MicrometerRetry.bindTo(registry)).build();
 * }</pre>
 *
 * <p>The meters read the counters that retries keep anyway: a bound registry adds nothing to a call, and one that
 * throws or blocks changes none. Where durations are asked for, a call records them on its own thread: a registry that
 * throws there still changes no call, but one whose timers block delays calls. The meters are registered when a {@code
 * Retry} is built and removed when it is closed. Retries of the same name share their meters, which show the sum. Tags
 * are bounded: no client is named, and services beyond {@link Builder#maxServices} share {@code retry.service="other"}.
 * Durations are measured only where they are asked for.
 *
 * @since 0.1
 */
public final class MicrometerRetry {

    private MicrometerRetry() {}

    /**
     * Returns a listener whose retries show their counters.
     *
     * @param registry where the meters go
     * @return a listener for one retry, or for many
     */
    public static RetryListener bindTo(MeterRegistry registry) {
        return builder(registry).build();
    }

    /**
     * Returns a builder, for more than counters.
     *
     * @param registry where the meters go
     * @return a new builder
     */
    public static Builder builder(MeterRegistry registry) {
        return new Builder(Objects.requireNonNull(registry, "registry"));
    }

    /**
     * Collects options. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private static final List<Duration> STANDARD = Stream.of(
                        5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
                .map(Duration::ofMillis)
                .toList();

        private final MeterRegistry registry;
        private String prefix = "forbear";
        private String serviceTag = "retry.service";
        private int maxServices = 100;
        private Duration maxAge = Duration.ofMillis(100);
        private boolean durations;
        private boolean percentileHistogram;
        private List<Duration> objectives = List.of();

        private Builder(MeterRegistry registry) {
            this.registry = registry;
        }

        /**
         * Sets what the names of the meters begin with; {@code forbear} by default.
         *
         * @param value words of {@code a} to {@code z} and {@code 0} to {@code 9}, with dots between
         * @return this
         */
        public Builder prefix(String value) {
            this.prefix = Objects.requireNonNull(value, "prefix");
            return this;
        }

        /**
         * Sets the key of the tag that names the service; {@code retry.service} by default, which is also the attribute
         * of spans, and which no scrape sets: a tag {@code service} is overwritten where the target has a label of that
         * name.
         *
         * @param value words of {@code a} to {@code z} and {@code 0} to {@code 9}, with dots between
         * @return this
         */
        public Builder serviceTag(String value) {
            this.serviceTag = Objects.requireNonNull(value, "serviceTag");
            return this;
        }

        /**
         * Sets how many services have meters of their own; 100 by default. Further ones are shown as {@code other},
         * summed, which is logged once. Where several listeners are bound to one registry, the largest limit holds.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxServices(int value) {
            this.maxServices = value;
            return this;
        }

        /**
         * Sets how old the figures may be that meters show, so that all meters of a scrape share one reading; 100 ms by
         * default, on the registry's clock. Where several listeners are bound to one registry, the least age holds.
         *
         * @param value zero to read again for each meter
         * @return this
         */
        public Builder maxAge(Duration value) {
            this.maxAge = Objects.requireNonNull(value, "maxAge");
            return this;
        }

        /**
         * Asks for timers of calls, attempts and delays, and for a summary of the attempts of a call. Each call then
         * reads the clock and records into the registry, on its own thread.
         *
         * @return this
         */
        public Builder durations() {
            this.durations = true;
            return this;
        }

        /**
         * Asks for durations with one bucket for each objective.
         *
         * @param values upper bounds
         * @return this
         */
        public Builder serviceLevelObjectives(Duration... values) {
            this.objectives = List.of(values);
            return durations();
        }

        /**
         * Asks for durations with twelve buckets, from 5 ms to 30 s: a fifth of the series that {@link
         * #percentileHistogram()} makes, which suffice for percentiles of remote calls to within a factor of 2.5.
         *
         * @return this
         */
        public Builder standardBuckets() {
            this.objectives = STANDARD;
            return durations();
        }

        /**
         * Asks for durations with buckets from which a monitoring system computes percentiles over many processes.
         *
         * @return this
         */
        public Builder percentileHistogram() {
            this.percentileHistogram = true;
            return durations();
        }

        /**
         * Checks the options and makes the listener.
         *
         * @return a listener for one retry, or for many
         * @throws IllegalArgumentException if an option is out of range; the message names it, its value and the rule
         */
        public RetryListener build() {
            if (maxServices < 1) {
                throw new IllegalArgumentException("maxServices: " + maxServices + " (expected: >= 1)");
            }
            if (maxAge.isNegative() || maxAge.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: PT0S to PT24H)");
            }
            for (Duration objective : objectives) {
                if (objective.isNegative() || objective.isZero()) {
                    throw new IllegalArgumentException("serviceLevelObjectives: " + objective + " (expected: > PT0S)");
                }
            }
            Catalog catalog = Catalog.of(registry, new Naming(prefix, serviceTag));
            catalog.settings(maxServices, maxAge.toNanos());
            return new Binding(catalog, durations ? new DurationOptions(objectives, percentileHistogram) : null);
        }
    }
}
