package io.forbear.retry.spring.boot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties that are about Spring Boot. Those of services, {@code forbear.default.*} and {@code
 * forbear.services.<name>.*}, are read by the parser of the engine, so that they are the same everywhere.
 */
@ConfigurationProperties("forbear")
final class ForbearProperties {

    private boolean strict;
    private final Bridge retryableBridge = new Bridge();
    private final Metrics metrics = new Metrics();
    private final Tracing tracing = new Tracing();
    private final Reload reload = new Reload();

    /**
     * Returns whether a service is refused that no property and no customizer names.
     *
     * @return {@code false} by default
     */
    public boolean isStrict() {
        return strict;
    }

    /**
     * Sets whether a service is refused that no property and no customizer names.
     *
     * @param value {@code true} to refuse it
     */
    public void setStrict(boolean value) {
        this.strict = value;
    }

    /**
     * Returns how methods with {@code @Retryable} are retried.
     *
     * @return the settings of the bridge
     */
    public Bridge getRetryableBridge() {
        return retryableBridge;
    }

    /**
     * Returns what is measured.
     *
     * @return the settings of meters
     */
    public Metrics getMetrics() {
        return metrics;
    }

    /**
     * Returns what is traced.
     *
     * @return the settings of spans
     */
    public Tracing getTracing() {
        return tracing;
    }

    /**
     * Returns when settings are read again.
     *
     * @return the settings of reloads
     */
    public Reload getReload() {
        return reload;
    }

    /**
     * The settings of the bridge from {@code @Retryable}.
     */
    static final class Bridge {

        private boolean enabled;

        /**
         * Returns whether methods with {@code @Retryable} are retried by the services of the registry.
         *
         * @return {@code false} by default
         */
        public boolean isEnabled() {
            return enabled;
        }

        /**
         * Sets whether methods with {@code @Retryable} are retried by the services of the registry.
         *
         * @param value {@code true} for the services of the registry
         */
        public void setEnabled(boolean value) {
            this.enabled = value;
        }
    }

    /**
     * The settings of meters.
     */
    static final class Metrics {

        private boolean enabled = true;
        private boolean durations;

        /**
         * Returns whether the meters are bound to the registry of Micrometer.
         *
         * @return {@code true} by default
         */
        public boolean isEnabled() {
            return enabled;
        }

        /**
         * Sets whether the meters are bound to the registry of Micrometer.
         *
         * @param value {@code false} for no meters
         */
        public void setEnabled(boolean value) {
            this.enabled = value;
        }

        /**
         * Returns whether calls and attempts are timed, which costs each call two readings of the clock.
         *
         * @return {@code false} by default
         */
        public boolean isDurations() {
            return durations;
        }

        /**
         * Sets whether calls and attempts are timed.
         *
         * @param value {@code true} for timers
         */
        public void setDurations(boolean value) {
            this.durations = value;
        }
    }

    /**
     * The settings of spans.
     */
    static final class Tracing {

        private boolean enabled = true;
        private boolean onlyCallsThatRetry;
        private boolean clientAttribute;

        /**
         * Returns whether calls and attempts are spans, where there is an {@code OpenTelemetry}.
         *
         * @return {@code true} by default
         */
        public boolean isEnabled() {
            return enabled;
        }

        /**
         * Sets whether calls and attempts are spans.
         *
         * @param value {@code false} for no spans
         */
        public void setEnabled(boolean value) {
            this.enabled = value;
        }

        /**
         * Returns whether a call that succeeds at once has no span.
         *
         * @return {@code false} by default: every call has one
         */
        public boolean isOnlyCallsThatRetry() {
            return onlyCallsThatRetry;
        }

        /**
         * Sets whether a call that succeeds at once has no span.
         *
         * @param value {@code true} for spans of calls that are retried alone
         */
        public void setOnlyCallsThatRetry(boolean value) {
            this.onlyCallsThatRetry = value;
        }

        /**
         * Returns whether spans name the client.
         *
         * @return {@code false} by default
         */
        public boolean isClientAttribute() {
            return clientAttribute;
        }

        /**
         * Sets whether spans name the client.
         *
         * @param value {@code true} to name it
         */
        public void setClientAttribute(boolean value) {
            this.clientAttribute = value;
        }
    }

    /**
     * The settings of reloads.
     */
    static final class Reload {

        private @Nullable Duration every;

        /**
         * Returns how often the environment is read again without being asked to.
         *
         * @return {@code null} by default: never
         */
        public @Nullable Duration getEvery() {
            return every;
        }

        /**
         * Sets how often the environment is read again without being asked to.
         *
         * @param value from 10 ms to a day; {@code null} for never
         */
        public void setEvery(@Nullable Duration value) {
            this.every = value;
        }
    }
}
