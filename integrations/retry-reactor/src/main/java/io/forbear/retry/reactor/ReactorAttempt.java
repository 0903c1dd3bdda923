package io.forbear.retry.reactor;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * The attempt that a source is subscribed to for, as the context tells it, on whatever thread.
 *
 * <pre>{@code
 * Mono.deferContextual(context -> {
 *     int attempt = ReactorAttempt.current(context).map(ReactorAttempt::number).orElse(1);
 *     return client.get().uri(uri).header(AttemptHeader.NAME, AttemptHeader.value(attempt))...
 * }).transform(ForbearOperator.of(users))
 * }</pre>
 *
 * @param service the name of the service, as {@link io.forbear.retry.Retry#name()} has it
 * @param number the number of the attempt, from 1
 * @param timeout how much time the attempt had when it began, by attempt time-out and deadline; {@code null} for no
 *     limit
 * @since 0.1
 */
public record ReactorAttempt(
        String service, int number, @Nullable Duration timeout) {

    /**
     * Checks the parts.
     *
     * @param service the name of the service
     * @param number the number of the attempt, from 1
     * @param timeout how much time the attempt had when it began, {@code null} for no limit
     * @throws IllegalArgumentException if the number is below 1
     */
    public ReactorAttempt {
        Objects.requireNonNull(service, "service");
        if (number < 1) {
            throw new IllegalArgumentException("number: " + number + " (expected: >= 1)");
        }
    }

    /**
     * Returns the attempt of the innermost {@link ForbearOperator} below which a source is subscribed to.
     *
     * @param context what {@code deferContextual} or a subscriber has
     * @return empty outside of an attempt
     */
    public static Optional<ReactorAttempt> current(ContextView context) {
        return context.getOrEmpty(ReactorAttempt.class);
    }

    /** Returns a view for a call that is made in a context: inside a retry of an outer layer it says so. */
    static Retry nested(Retry retry, ContextView context) {
        ReactorAttempt outer = context.getOrDefault(ReactorAttempt.class, null);
        return outer == null || outer.number == 1
                ? retry
                : retry.with(CallOptions.defaults().upstreamAttempt(outer.number));
    }
}
