package io.forbear.retry.otel;

import io.forbear.retry.RetryListener;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shows each call as a span {@code retry {service}} of kind INTERNAL, with a child span {@code attempt {n}} for each
 * attempt.
 *
 * <pre>{@code
 * Retry users = Retries.named("user-service").listener(OpenTelemetryRetry.create(openTelemetry)).build();
 * }</pre>
 *
 * <p>The span of an attempt is current while the operation runs, on any thread, so that the span of an HTTP client
 * becomes its child. The parent of a call is what was current where it began. The status comes from the final outcome
 * alone: an attempt that failed and was retried has an {@code error.type} and no error status. With an OpenTelemetry
 * that records nothing, no call is observed.
 *
 * @since 0.1
 */
public final class OpenTelemetryRetry {

    private OpenTelemetryRetry() {}

    /**
     * Returns a listener that makes a span for each call and for each attempt.
     *
     * @param openTelemetry where the spans go; asked for its tracer at once
     * @return a listener for one retry, or for many
     */
    public static RetryListener create(OpenTelemetry openTelemetry) {
        return builder(openTelemetry).build();
    }

    /**
     * Returns a builder, for fewer spans.
     *
     * @param openTelemetry where the spans go
     * @return a new builder
     */
    public static Builder builder(OpenTelemetry openTelemetry) {
        return new Builder(Objects.requireNonNull(openTelemetry, "openTelemetry"));
    }

    /**
     * Collects options. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final OpenTelemetry openTelemetry;
        private boolean onlyCallsThatRetry;
        private boolean onlyLaterAttempts;
        private boolean clientAttribute;
        private @Nullable RetryListener inContext;

        private Builder(OpenTelemetry openTelemetry) {
            this.openTelemetry = openTelemetry;
        }

        /**
         * Makes spans only for calls that are retried. They are made when the first retry is decided on, with the time
         * at which the call began; what the first attempt did, such as the span of an HTTP client, stays a child of the
         * caller's span.
         *
         * @return this
         */
        public Builder onlyCallsThatRetry() {
            this.onlyCallsThatRetry = true;
            return this;
        }

        /**
         * Makes spans of attempts only from the second on. What the first attempt did becomes a child of the call's
         * span.
         *
         * @return this
         */
        public Builder onlyLaterAttempts() {
            this.onlyLaterAttempts = true;
            return this;
        }

        /**
         * Names the client in the attribute {@code retry.client} of the call's span; by default no span names it.
         *
         * @return this
         */
        public Builder clientAttribute() {
            this.clientAttribute = true;
            return this;
        }

        /**
         * Tells one more listener what is told to this one, and does so while the span of the call is current: what a
         * listener such as {@code RetryListeners.logging()} writes then carries the trace, where the application's
         * logging takes it from the context. Where it observes every call, as that of Micrometer with durations does,
         * it is told of an attempt while the attempt's span is current, so that its exemplars lead there. That listener
         * is not to be given to the {@code Retry} itself too.
         *
         * @param value the listener
         * @return this
         */
        public Builder inContext(RetryListener value) {
            this.inContext = Objects.requireNonNull(value, "inContext");
            return this;
        }

        /**
         * Makes the listener.
         *
         * @return a listener for one retry, or for many
         */
        public RetryListener build() {
            return Tracing.of(
                    openTelemetry, new Options(onlyCallsThatRetry, onlyLaterAttempts, clientAttribute, inContext));
        }
    }
}
