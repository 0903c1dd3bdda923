package io.forbear.retry.spring.boot;

import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.ServiceOperations;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint says of a service. Counts are since the service was made.
 *
 * @param calls calls that have ended
 * @param successes those of them that succeeded
 * @param recovered those of these that succeeded after a retry
 * @param attempts attempts of calls that have ended
 * @param amplification attempts for each call that was attempted
 * @param stops calls that failed or were refused, by the reason, in lower case with hyphens; reasons without a call are
 *     left out
 * @param budget the budget; {@code null} if there is none
 * @param breaker the circuit breaker; {@code null} if there is none
 * @param pause the pause of retries that holds; {@code null} if none does
 * @param settings each setting by its key, with its value and where that comes from
 * @since 0.1
 */
record ServiceDescription(
        long calls,
        long successes,
        long recovered,
        long attempts,
        double amplification,
        Map<String, Long> stops,
        @Nullable Budget budget,
        @Nullable Breaker breaker,
        @Nullable Pause pause,
        Map<String, Setting> settings) {

    static ServiceDescription of(ServiceOperations service) {
        RetrySnapshot figures = service.snapshot();
        Map<String, Long> stops = new LinkedHashMap<>();
        for (StopReason reason : StopReason.values()) {
            long calls = figures.stopped(reason);
            if (calls > 0) {
                stops.put(word(reason), calls);
            }
        }
        Map<String, Setting> settings = new LinkedHashMap<>();
        service.configuration().forEach(value -> settings.put(value.name(), Setting.of(value)));
        return new ServiceDescription(
                figures.calls(),
                figures.successes(),
                figures.recovered(),
                figures.attempts(),
                figures.amplification(),
                stops,
                Budget.of(figures),
                Breaker.of(service, figures),
                service.pause()
                        .map(pause -> new Pause(pause.remaining().toString(), pause.who(), pause.why()))
                        .orElse(null),
                settings);
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * A budget.
     *
     * @param balance tokens left
     * @param capacity the most tokens that it can hold now
     * @param denied calls that it stopped
     * @since 0.1
     */
    record Budget(double balance, double capacity, long denied) {

        static @Nullable Budget of(RetrySnapshot figures) {
            return Double.isFinite(figures.budgetCapacity())
                    ? new Budget(figures.budgetRemaining(), figures.budgetCapacity(), figures.budgetDenied())
                    : null;
        }
    }

    /**
     * A circuit breaker.
     *
     * @param state its state, in lower case with hyphens
     * @param transitions how often it has changed its state
     * @param windowCalls the attempts in its window; {@code null} where they are not known
     * @param failureRate the share of these that failed, 0 to 1; {@code null} where it is not known
     * @since 0.1
     */
    record Breaker(
            String state,
            long transitions,
            @Nullable Long windowCalls,
            @Nullable Double failureRate) {

        static @Nullable Breaker of(ServiceOperations service, RetrySnapshot figures) {
            return figures.breakerState()
                    .map(state -> new Breaker(
                            word(state),
                            figures.breakerTransitions(),
                            service.breakerWindow()
                                    .map(window -> window.calls())
                                    .orElse(null),
                            service.breakerWindow()
                                    .map(window -> window.failureRate())
                                    .orElse(null)))
                    .orElse(null);
        }
    }

    /**
     * A pause of retries.
     *
     * @param remaining how long it still holds, as ISO 8601 writes durations
     * @param who who paused them
     * @param why the reason
     * @since 0.1
     */
    record Pause(String remaining, String who, String why) {}

    /**
     * A setting.
     *
     * @param value the value as text
     * @param source the kind of the place that it comes from, in lower case with hyphens
     * @param origin the property, and its file and line; {@code null} if the source says it all
     * @since 0.1
     */
    record Setting(String value, String source, @Nullable String origin) {

        static Setting of(ConfiguredValue value) {
            return new Setting(
                    value.value(), word(value.source()), value.detail().isEmpty() ? null : value.detail());
        }
    }
}
